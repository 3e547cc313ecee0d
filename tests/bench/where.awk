# where.awk: from `perf script` of the server, a table of where its time goes: each sample counts in the row of the
# innermost of its frames that a row names. So rows do not overlap, and what no row names is the rest.
# With -v us=N, the processor time of one answer, also in microseconds.
function row(name, functions,    parts, count, i) {
    rows[++row_count] = name
    count = split(functions, parts, " ")
    for (i = 1; i <= count; i++)
        row_of[parts[i]] = row_count
}
function finish_sample() {
    if (in_sample) {
        total++
        counts[found]++
    }
    in_sample = found = 0
}
BEGIN {
    row("journal: a record a batch, and its fdatasync", "journal_write journal_sync")
    row("view: writing changed pages (LMDB's commit)", "txn_commit")
    row("view: reading and changing (LMDB)", "txn_get txn_put txn_append txn_reserve txn_delete txn_cursor_open txn_cursor_next txn_last txn_begin_read txn_begin_write txn_end")
    row("digests, chain and seals (SHA-256)", "digest_parts digest_bytes digest_hmac")
    row("benchmark: sheet, scores, cells, figures", "sheet_answer sheet_submission sheets_flush sheets_publish figures_of_area")
    row("decide: rights, form, value, rivals", "principal_find edit_decide")
    row("apply: record and feed", "entry_apply batch_add")
    row("TLS", "tls_channel_read tls_channel_write tls_channel_feed tls_channel_drain")
    row("sending (TCP)", "send_queue_flush")
    row("receiving (TCP)", "read __libc_read __GI___libc_read ksys_read")
    row("unpacking, the answer, its frame", "exchange_begin exchange_end handle_push handle_query finish_push session_send")
    row("waiting, waking, from thread to thread", "epoll_wait __x64_sys_epoll_wait futex_wait futex_wake do_futex eventfd_write schedule")
}
/^[^ \t]/ { finish_sample(); in_sample = 1; next }
NF == 0 { finish_sample(); next }
in_sample && !found {
    name = $2
    sub(/\+0x[0-9a-f]+$/, "", name)
    if (name in row_of)
        found = row_of[name]
}
END {
    finish_sample()
    rows[0] = "the rest"
    for (i = 1; i <= row_count + 1; i++) {
        n = i % (row_count + 1)
        printf "%-48s %5.1f %%", rows[n], total ? 100 * counts[n] / total : 0
        if (us)
            printf " %6.1f us", us * counts[n] / total
        printf "\n"
    }
}
