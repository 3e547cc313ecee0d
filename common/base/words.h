/*
 * words.h: reads back a small text of ours, word by word: words are separated by one space or line's end. What does not fit
 * is remembered, so that the caller asks once. Changes the text. One thread at a time.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct words {
    char *rest;
    bool wrong; /* from then on nothing is taken */
};

bool words_left(const struct words *words);
/* The next word, in the text; "" where there is none. */
const char *words_text(struct words *words);
void words_expect(struct words *words, const char *word);
/* In decimal digits alone. */
uint64_t words_number(struct words *words);
/* Exactly 2 × size hexadecimal digits. */
void words_hex(struct words *words, uint8_t *out, size_t size);
/* Into `size` bytes with the zero after it; letters, digits, and "_-/". */
void words_name(struct words *words, char *out, size_t size);
