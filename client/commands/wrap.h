/*
 * wrap.h: texts of people in lines of a terminal. Widths count characters as they are seen.
 *
 * Where a text breaks, a space, several and the end of a line are the same.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Longer lines are hard to read, however wide the screen. */
enum { SCREEN_WIDTH_MIN = 40, PARAGRAPH_WIDTH_MAX = 100 };

/* Of the terminal on stdout, the least above at least; `without` where there is none. */
size_t screen_width(size_t without);
/* Characters of a UTF-8 text as a terminal shows them. */
size_t text_width(const char *text);

/* A piece of a text that stands on one line. */
struct text_line {
    const char *at;
    size_t size, width;
};

/* Takes from the text the words that fit in `width`; a word that never fits alone, or broken where the caller says so. */
struct text_line text_take_line(const char **text, size_t width, bool breaks);
void text_print_line(FILE *out, const struct text_line *line);

/* Breaks the text at spaces into lines that end before `width`, each after `indent` spaces. Never breaks a word. */
void print_wrapped(FILE *out, const char *text, size_t indent, size_t width);
/* The same, as wide as the screen or a paragraph may be. */
void print_paragraph(FILE *out, const char *text, size_t indent);
/* Lines of a word and a text each, "  r1   The text": what wraps goes on below the text. */
void print_list(FILE *out, const char *items);

/* printf for people: a line that is wider than the screen wraps. Without a terminal lines stay whole. */
void tell(const char *format, ...) __attribute__((format(printf, 1, 2)));
void tell_line(const char *text);
