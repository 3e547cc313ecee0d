#!/bin/bash
# The tables of proto/PROTOCOL.md say what the code says: errors (common/wire/error.h) and messages (message.h).
set -euo pipefail
cd "$(dirname "$0")/../.."

errors_of_code() {
    { sed -n '/^#define ERROR_TABLE/,/[^\\]$/p' common/wire/error.h
      echo '#define LINE(number, upper, lower, retry, nl, en) number|lower|retry|en@'
      echo 'ERROR_TABLE(LINE)'; } |
        cpp -P | tr -d '\n' | sed 's/" *"//g; s/ *@ */\n/g' |
        sed 's/|false|/|no|/; s/|true|/|yes|/; s/ *| */|/g; s/"//g'
}

messages_of_code() {
    sed -nE 's/^ *MESSAGE_([A-Z_]+) = ([0-9a-fx]+),.*/\2|\L\1/p' common/wire/message.h | grep -v '|reply$' | tr _ ' '
}

# The rows of the first table under a heading: the given columns, joined by |.
table() {
    awk -F ' *[|] *' -v heading="^## [0-9]+[.] $1" -v columns="$2" '
        /^## / { inside = $0 ~ heading }
        inside && /^[|] *[0-9]/ && $2 !~ /,/ {
            count = split(columns, column, " ")
            line = $(column[1] + 1)
            for (i = 2; i <= count; i++)
                line = line "|" $(column[i] + 1)
            print line
        }' proto/PROTOCOL.md
}

# The constant's value as the code has it, in the unit that the page gives.
constant() {
    local found
    found=$(find server common -name '*.[ch]' -print0 |
        xargs -0 sed -nE "s/^(enum \\{ |    |.*, )$1 = ([0-9 *]+)[,; }].*/\\2/p")
    case $2 in
        s) echo "$(((found) / 1000)) s" ;;
        KiB) echo "$(((found) / 1024)) KiB" ;;
        ms) echo "$((found)) ms" ;;
        *) echo "$((found))" ;;
    esac
}

limits_of_page() {
    awk -F ' *[|] *' '/^## / { inside = /^## [0-9]+[.] Messages/ } inside && $4 ~ /^`[A-Z_]+`$/ { gsub(/`/, "", $4); print $4 "|" $3 }' \
        proto/PROTOCOL.md
}

limits_of_code() {
    limits_of_page | while IFS='|' read -r name value; do
        echo "$name|$(constant "$name" "${value#* }")"
    done
}

bad=0
compare() {
    if ! diff "$2" "$3"; then
        printf 'proto/PROTOCOL.md:%s: its table (<) and %s (>) differ: mend the one that is wrong\n' \
            "$(grep -nE "^## [0-9]+[.] $1" proto/PROTOCOL.md | cut -d: -f1)" "$4"
        bad=1
    fi
}
compare Errors <(table Errors '1 2 3 4') <(errors_of_code) common/wire/error.h
compare Messages <(table Messages '1 2') <(messages_of_code) common/wire/message.h
compare Messages <(limits_of_page) <(limits_of_code) 'the constants'
exit $bad
