#!/bin/bash
# The HANDBOOK's table of the log has every event that the server's code names, and no other.
set -euo pipefail
cd "$(dirname "$0")/../.."

# Literals "noun.verb" that are no names of files.
events_of_code() {
    find server common -name '*.c' -print0 | xargs -0 grep -ohE '"[a-z_]+\.[a-z_]+"' | tr -d '"' |
        grep -vE '\.(csv|key|keys|mark|mdb|new|pem|proof|tmp|verify)$' | sort -u
}

events_of_page() {
    sed -n '/^## What the log says/,/^## The disk/p' deploy/HANDBOOK.md |
        awk -F ' *[|] *' '/^[|] .[a-z]/ { print $2 }' | grep -oE '[a-z_]+\.[a-z_]+' | sort -u
}

if ! diff <(events_of_page) <(events_of_code); then
    echo 'deploy/HANDBOOK.md: its table of the log (<) and the code (>) differ: mend the one that is wrong'
    exit 1
fi
