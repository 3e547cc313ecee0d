/*
 * words.c: one word after the other. Knows nothing of what they mean.
 */
#include "common/base/words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/bytes.h"

bool words_left(const struct words *words)
{
    return !words->wrong && *words->rest != '\0';
}

const char *words_text(struct words *words)
{
    char *word = words->rest;
    size_t size = words->wrong ? 0 : strcspn(word, " \n");

    words->wrong |= size == 0;
    if (words->wrong)
        return "";
    words->rest += size + (word[size] != '\0');
    word[size] = '\0';
    return word;
}

void words_expect(struct words *words, const char *word)
{
    words->wrong |= strcmp(words_text(words), word) != 0;
}

uint64_t words_number(struct words *words)
{
    const char *word = words_text(words);
    uint64_t number;

    errno = 0;
    number = strtoull(word, NULL, 10);
    words->wrong |= errno != 0 || strspn(word, "0123456789") != strlen(word);
    return words->wrong ? 0 : number;
}

void words_hex(struct words *words, uint8_t *out, size_t size)
{
    words->wrong |= !hex_decode(out, size, words_text(words));
}

void words_name(struct words *words, char *out, size_t size)
{
    const char *word = words_text(words);
    size_t length = strlen(word);

    words->wrong |= length >= size || strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                                   "0123456789_-/") != length;
    if (!words->wrong)
        memcpy(out, word, length + 1);
}
