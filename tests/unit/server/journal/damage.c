#include "common/base/log.h"
#include "tests/unit/server/journal/sample.h"

/* Where the records written by append_three end. */
static size_t ends[3];

static uint8_t *append_three(size_t *size)
{
    struct journal *journal = open_with(true, false, 4096);
    uint8_t *bytes;

    for (unsigned i = 0; i < 3; i++)
        append(journal, 2);
    journal_close(journal);
    bytes = load(size);
    for (size_t i = 0, at = 64; i < 3; i++)
        ends[i] = at += 8 + get_u32(bytes + at);
    return bytes;
}

static void expect_continues_after_four(void)
{
    struct journal_head head;
    struct journal *journal = open_with(false, true, 4096);
    size_t size;

    assert_int_equal(journal_head(journal).position, 4);
    journal_close(journal);
    assert_int_equal(read_all(1, &head), 4);

    journal = open_with(false, false, 4096);
    assert_int_equal(journal_head(journal).position, 4);
    uint8_t *bytes = load(&size);
    for (size_t i = ends[1]; i < size; i++)
        assert_int_equal(bytes[i], 0);
    free(bytes);
    append(journal, 1);
    append(journal, 5);
    journal_close(journal);
    assert_int_equal(read_all(1, &head), 10);
    /* Where the file ended early, what did not fit went into another. */
    unlink(in_folder("j/segment-00000000000000000005"));
    unlink(in_folder("j/segment-00000000000000000006"));
}

static void loses_only_the_record_that_was_cut(void **state)
{
    size_t size;
    uint8_t *whole = append_three(&size), *cut = malloc(size);
    (void)state;

    log_set_level(LOG_ERROR);
    for (size_t at = ends[1]; at < ends[2]; at++) {
        store(whole, at); /* the file ends there */
        expect_continues_after_four();
        memcpy(cut, whole, size); /* the rest never reached the disk */
        memset(cut + at, 0, size - at);
        store(cut, size);
        expect_continues_after_four();
        memcpy(cut, whole, size); /* what is before it never did */
        memset(cut + ends[1], 0, at + 1 - ends[1]);
        store(cut, size);
        if (memcmp(cut, whole, size) != 0) /* its first bytes are zeros anyhow */
            expect_continues_after_four();
    }
    free(cut);
    free(whole);
}

static void tells_damage_from_a_torn_tail(void **state)
{
    size_t size;
    uint8_t *bytes = append_three(&size);
    char place[64];
    struct journal_head head;
    (void)state;

    for (size_t at = 0; at < ends[1]; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            size_t start = at < 64 ? 0 : at < ends[0] ? 64 : ends[0];

            bytes[at] ^= (uint8_t)(1 << bit);
            store(bytes, size);
            assert_int_equal(open_result(), -FAULT_CORRUPT);
            assert_non_null(strstr(fault_message(), "segment-00000000000000000001"));
            snprintf(place, sizeof place, "at byte %zu ", start);
            assert_true(strstr(fault_message(), place) || strstr(fault_message(), "later release"));
            assert_int_equal(read_all(1, &head), -FAULT_CORRUPT);
            bytes[at] ^= (uint8_t)(1 << bit);
        }
    }
    store(bytes, size);
    assert_int_equal(open_result(), 0);
    free(bytes);
}

/* Three records, the last two written after the last sync, or with one between them; the pages of the second are lost. */
static void lose_the_second_of_three(bool synced_between)
{
    struct journal *journal = open_with(true, false, 4096);
    size_t size;

    append(journal, 4);
    write_only(journal, 2);
    if (synced_between)
        assert_int_equal(journal_sync(journal), 0);
    write_only(journal, 2);
    journal_close(journal);
    uint8_t *bytes = load(&size);
    ends[1] = 64 + 8 + get_u32(bytes + 64);
    memset(bytes + ends[1], 0, 8 + get_u32(bytes + ends[1]));
    store(bytes, size);
    free(bytes);
}

/* Their pages reach the disk in any order. */
static void takes_a_hole_in_what_was_never_synced_for_a_torn_tail(void **state)
{
    (void)state;
    log_set_level(LOG_ERROR);
    lose_the_second_of_three(false);
    expect_continues_after_four();
}

static void takes_a_hole_in_what_was_synced_for_damage(void **state)
{
    (void)state;
    lose_the_second_of_three(true);
    assert_int_equal(open_result(), -FAULT_CORRUPT);
}

static void finds_damage_in_an_earlier_segment(void **state)
{
    struct journal *journal = open_with(true, false, 4096);
    struct journal_head head;
    size_t size, end = 64;
    (void)state;

    for (unsigned i = 0; i < 60; i++)
        append(journal, 4);
    journal_close(journal);
    assert_true(segments() > 2);
    uint8_t *bytes = load(&size);
    while (end + 8 < size && get_u32(bytes + end) > 0)
        end += 8 + get_u32(bytes + end);
    for (size_t at = 0; at < end; at++) {
        bytes[at] ^= 0x10;
        store(bytes, size);
        assert_int_equal(read_all(1, &head), -FAULT_CORRUPT);
        bytes[at] ^= 0x10;
    }
    free(bytes);
}

static void refuses_a_record_out_of_its_place(void **state)
{
    size_t size;
    uint8_t *bytes = append_three(&size);
    (void)state;

    memmove(bytes + ends[0], bytes + ends[1], ends[2] - ends[1]); /* sound in itself, but one is missing before it */
    store(bytes, size);
    assert_int_equal(open_result(), -FAULT_CORRUPT);
    free(bytes);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_make, folder_remove)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(loses_only_the_record_that_was_cut),
        TEST(tells_damage_from_a_torn_tail),
        TEST(takes_a_hole_in_what_was_never_synced_for_a_torn_tail),
        TEST(takes_a_hole_in_what_was_synced_for_damage),
        TEST(finds_damage_in_an_earlier_segment),
        TEST(refuses_a_record_out_of_its_place),
    };

    return RUN_UNIT("server.journal.damage", tests);
}
