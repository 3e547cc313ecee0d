# tally.awk: reads the verbose log of ctest, prints "PASSED FAILED".
#
# Each case of a program that speaks TAP is one; a program that says nothing counts as one by its exit status, and one
# that dies without a failed case (a sanitizer, a time limit) counts as one failure beside the cases that it passed.
/^[0-9]+: ok [0-9]+/     { good[$1 + 0]++ }
/^[0-9]+: not ok [0-9]+/ { bad[$1 + 0]++ }
/^ *[0-9]+\/[0-9]+ Test +#[0-9]+:/ {
    match($0, /#[0-9]+/)
    program = substr($0, RSTART + 1, RLENGTH - 1) + 0
    passed += good[program]
    failed += bad[program]
    if (/ Passed +[0-9.]+ sec/)
        passed += !good[program] && !bad[program]
    else
        failed += !bad[program]
}
END { print passed + 0, failed + 0 }
