/*
 * language.h: the two languages in which we speak to people. Pure but for reading the environment; any thread.
 */
#pragma once

#include "proto/model.pb-c.h"

enum language { LANGUAGE_NL, LANGUAGE_EN };

/* CIMONITOR_LANG ("nl" or "en"); else the first set of LC_ALL, LC_MESSAGES, LANG: beginning with "en" is English; else Dutch. */
enum language language_from_environment(void);
/* Both may be printf formats of the same arguments, and are checked as such. */
const char *say(enum language language, const char *nl, const char *en) __attribute__((format_arg(2), format_arg(3)));
/* Never NULL; the other language where this one is empty. Borrowed. */
const char *text_in(const Ci__Text *text, enum language language);
