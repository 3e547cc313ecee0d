/* unit.area: codes, size classes, and the rules of an area record. */
#include "common/monitor/area.h"

#include "tests/support/unit.h"

#define WORD(text) ((char[]){ text }) /* the messages have no const */

static void knows_a_municipality_by_its_code(void **state)
{
    (void)state;
    assert_true(area_is_municipality("GM0200"));
    assert_false(area_is_municipality("GM200"));
    assert_false(area_is_municipality("GM02000"));
    assert_false(area_is_municipality("GM02O0"));
    assert_false(area_is_municipality("PV25"));
    assert_false(area_is_municipality(""));
    assert_true(area_code_is_valid("RES-ACHTERHOEK"));
    assert_false(area_code_is_valid("N"));
    assert_false(area_code_is_valid("nl"));
    assert_false(area_code_is_valid("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
}

static void puts_the_lower_bound_in_the_class(void **state)
{
    (void)state;
    assert_int_equal(area_size_class(0), 0);
    assert_int_equal(area_size_class(19999), 0);
    assert_int_equal(area_size_class(20000), 1);
    assert_int_equal(area_size_class(50000), 2);
    assert_int_equal(area_size_class(99999), 2);
    assert_int_equal(area_size_class(100000), 3);
    assert_int_equal(area_size_class(300000), 4);
    assert_int_equal(area_size_class(UINT32_MAX), 4);
    assert_string_equal(area_size_class_code(4), "SC5");
    assert_string_equal(area_size_class_name(0).en, "under 20,000 inhabitants");
}

static Ci__Area municipality(void)
{
    static char code[] = "GM0200", name[] = "Apeldoorn", nation[] = "NL", province[] = "PV25";
    static char *parents[] = { nation, province };
    Ci__Area area = CI__AREA__INIT;

    area.code = code;
    area.kind = CI__AREA__KIND__MUNICIPALITY;
    area.name = name;
    area.parents = parents;
    area.n_parents = 2;
    return area;
}

static void accepts_a_sound_area(void **state)
{
    Ci__Area area = municipality(), nation = CI__AREA__INIT;
    const char *reason = NULL;

    (void)state;
    assert_int_equal(area_check(&area, &reason), 0);
    nation.code = WORD("NL");
    nation.name = WORD("Nederland");
    assert_int_equal(area_check(&nation, &reason), 0);
    assert_null(reason);
}

#define REFUSES(change)                                             \
    do {                                                            \
        Ci__Area area = municipality();                             \
        const char *reason = NULL;                                  \
        change;                                                     \
        assert_int_equal(area_check(&area, &reason), AREA_INVALID); \
        assert_non_null(reason);                                    \
    } while (0)

static void refuses_each_broken_rule(void **state)
{
    (void)state;
    REFUSES(area.code = WORD("gm0200"));
    REFUSES(area.code = WORD("PV25"));
    REFUSES(area.kind = CI__AREA__KIND__PROVINCE);
    REFUSES(area.kind = CI__AREA__KIND__NATION);
    REFUSES((area.code = WORD("SC1"), area.kind = CI__AREA__KIND__REGION));
    REFUSES((area.code = WORD("PV25"), area.kind = (Ci__Area__Kind)7));
    REFUSES(area.name = WORD(""));
    REFUSES(area.name = WORD("a\x01"));
    REFUSES(area.valid_from = WORD("2018-02-30"));
    REFUSES((area.valid_from = WORD("2018-01-01"), area.valid_to = WORD("2018-01-01")));
    REFUSES(area.successor = WORD("GM0200"));
    REFUSES(area.successor = WORD("PV25"));
    REFUSES(area.n_parents = AREA_PARENTS_MAX + 1);
    REFUSES(area.parents = ((char *[]){ WORD("NL"), WORD("NL") }));
    REFUSES(area.parents = ((char *[]){ WORD("NL"), WORD("GM0201") }));
    REFUSES(area.parents = ((char *[]){ WORD("NL"), WORD("SC2") }));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_a_municipality_by_its_code),
        cmocka_unit_test(puts_the_lower_bound_in_the_class),
        cmocka_unit_test(accepts_a_sound_area),
        cmocka_unit_test(refuses_each_broken_rule),
    };

    return RUN_UNIT("area", tests);
}
