/*
 * socket.h: the one listening socket. Any thread.
 */
#pragma once

/*
 * `address`: HOST:PORT or [IPV6]:PORT. `*out`: a listening, non-blocking socket. FAULT_BUSY: the port is taken; FAULT_INVALID:
 * not an address of this machine.
 */
int socket_listen(int *out, const char *address);
