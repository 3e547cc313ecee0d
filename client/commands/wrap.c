/*
 * wrap.c: texts broken into lines. Owns nothing but what it prints; knows nothing of the domain.
 */
#include "client/commands/wrap.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "common/base/check.h"

/* The next character's bytes. What is not UTF-8 never gets here: everything shown was checked when it came in. */
static size_t character_size(const char *text)
{
    size_t size = 1;

    while (((unsigned char)text[size] & 0xc0) == 0x80)
        size++;
    return size;
}

static size_t character_width(const char *text)
{
    wchar_t wide = 0;
    mbstate_t state = { 0 };
    size_t used = mbrtowc(&wide, text, strlen(text), &state);

    if (used == (size_t)-1 || used == (size_t)-2)
        return 1;
    int width = wcwidth(wide);

    return width < 0 ? 0 : (size_t)width;
}

static size_t width_until(const char *text, const char *end)
{
    size_t width = 0;

    for (; text < end; text += character_size(text))
        width += character_width(text);
    return width;
}

size_t text_width(const char *text)
{
    return width_until(text, text + strlen(text));
}

static bool takes_word(struct text_line *line, size_t size, size_t width)
{
    size_t gap = line->size ? strspn(line->at + line->size, " \n") : 0;
    size_t with =
        line->width + (gap ? 1 : 0) + width_until(line->at + line->size + gap, line->at + line->size + gap + size);

    if (line->size && with > width)
        return false;
    line->size += gap + size;
    line->width = with;
    return true;
}

/* A word that is wider than its column, up to where it fits: a character at least. */
static void break_word(struct text_line *line, size_t width)
{
    size_t size = character_size(line->at), taken = character_width(line->at);

    while (size < line->size && taken + character_width(line->at + size) <= width) {
        taken += character_width(line->at + size);
        size += character_size(line->at + size);
    }
    line->size = size;
    line->width = taken;
}

struct text_line text_take_line(const char **text, size_t width, bool breaks)
{
    struct text_line line = { .at = *text + strspn(*text, " \n") };

    for (;;) {
        const char *next = line.at + line.size + strspn(line.at + line.size, " \n");
        size_t word = strcspn(next, " \n");

        if (word == 0 || !takes_word(&line, word, width))
            break;
    }
    if (breaks && line.width > width)
        break_word(&line, width);
    *text = line.at + line.size + strspn(line.at + line.size, " \n");
    return line;
}

void text_print_line(FILE *out, const struct text_line *line)
{
    for (size_t i = 0; i < line->size;) {
        size_t gap = strspn(line->at + i, " \n"), word = strcspn(line->at + i + gap, " \n");

        if (gap && i + gap < line->size)
            fputc(' ', out);
        i += gap;
        word = word < line->size - i ? word : line->size - i;
        fwrite(line->at + i, 1, word, out);
        i += word;
    }
}

size_t screen_width(size_t without)
{
    struct winsize size = { 0 };

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return without;
    return size.ws_col > SCREEN_WIDTH_MIN ? size.ws_col : SCREEN_WIDTH_MIN;
}

static size_t paragraph_width(void)
{
    size_t width = screen_width(PARAGRAPH_WIDTH_MAX);

    return width < PARAGRAPH_WIDTH_MAX ? width : PARAGRAPH_WIDTH_MAX;
}

/* As print_wrapped; on the first line `printed` columns are taken already. */
static void wrap(FILE *out, const char *text, size_t indent, size_t width, size_t printed)
{
    size_t room = width > indent ? width - indent : 1;

    do {
        struct text_line line = text_take_line(&text, room, false);
        size_t before = indent > printed ? indent - printed : 0;

        fprintf(out, "%*s", line.size ? (int)before : 0, "");
        text_print_line(out, &line);
        fputc('\n', out);
        printed = 0;
    } while (*text);
}

void print_wrapped(FILE *out, const char *text, size_t indent, size_t width)
{
    wrap(out, text, indent, width, 0);
}

void print_paragraph(FILE *out, const char *text, size_t indent)
{
    wrap(out, text, indent, paragraph_width(), 0);
}

void print_list(FILE *out, const char *items)
{
    while (*items) {
        size_t lead = strspn(items, " "), word = strcspn(items + lead, " \n");
        size_t gap = strspn(items + lead + word, " "), before = lead + word + gap, size = strcspn(items, "\n");
        char *text = strndup(items + before, size > before ? size - before : 0);

        CHECK(text != NULL);
        fwrite(items, 1, before, out);
        wrap(out, text, before, paragraph_width(), before);
        free(text);
        items += size + (items[size] == '\n');
    }
}

/* A line that fits, or that does not end yet, as it is; another wrapped behind its own indent. */
static void print_one(const char *line, bool ends, size_t width)
{
    if (!ends || text_width(line) <= width)
        printf("%s%s", line, ends ? "\n" : "");
    else
        print_wrapped(stdout, line, strspn(line, " "), width);
}

void tell(const char *format, ...)
{
    size_t width = screen_width(SIZE_MAX);
    char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    CHECK(vasprintf(&text, format, arguments) >= 0);
    va_end(arguments);
    for (char *line = text, *next; *line; line = next) {
        size_t size = strcspn(line, "\n");
        bool ends = line[size] == '\n';

        next = line + size + ends;
        line[size] = '\0';
        print_one(line, ends, width);
    }
    free(text);
}

void tell_line(const char *text)
{
    tell("%s\n", text);
}
