/*
 * room.h: whether little room is left on the disk of a server's folder, for every command that should say so. Main thread.
 */
#pragma once

/* 0; FAULT_FULL with how much there is and what to do where little is left. The folder, or what will be in it, is `path`. */
int room_look(const char *path);
/* The same as a line on standard error; goes on whatever it finds. */
void room_warn(const char *path);
