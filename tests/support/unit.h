/*
 * unit.h: what every unit test includes: cmocka in the order it wants, and one way to run a group.
 *
 * The names of the tests finish a sentence about the module: refuses_past_its_limit.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* int main(void) { static const struct CMUnitTest tests[] = { cmocka_unit_test(x) }; return RUN_UNIT("arena", tests); } */
#define RUN_UNIT(module, tests) cmocka_run_group_tests_name("unit." module, tests, NULL, NULL)
