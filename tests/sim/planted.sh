#!/bin/bash
# planted.sh SIM-PLANTED: every mistake that common/base/plant.h can plant is found by the simulator within its budget.
set -uo pipefail

root=$(readlink -f "$(dirname "$0")/../..")
number=0 missed=0

said=$(mktemp)
trap 'rm -f "$said"' EXIT

# The same build without a mistake finds nothing, so that what is found below is the mistake.
number=1
"$1" --seeds 1..100 --jobs 2 --stop --quiet >"$said" 2>&1 || { missed=1 && printf 'not ' && head -20 "$said" >&2; }
printf 'ok 1 - finds nothing where nothing was planted\n'

# The invariants that a mistake breaks, and no other: what is found must be what was planted.
declare -A breaks=(
    [reply_before_sync]='1' [apply_reads_clock]='14' [replay_skips]='13|14' [duplicate_forgotten]='2'
    [last_write_wins]='5' [cursor_first]='7' [seal_unchecked]='7' [rival_dropped]='5' [poison_stops_queue]='13'
    [hashes_uncompared]='7|13' [cursor_alone]='1|4|5' [only_own_healed]='1|4|5'
)

while read -r plant; do
    number=$((number + 1))
    "$1" --seeds 1..500 --jobs 2 --stop --quiet --plant "$plant" >"$said" 2>&1
    if (($? != 1)) || ! grep -qE "breaks invariant (${breaks[$plant]:-none})\b" "$said"; then
        missed=$((missed + 1))
        printf 'not '
        head -20 "$said" >&2
    fi
    printf 'ok %d - finds %s\n' "$number" "${plant//_/ }"
done < <(sed -n 's/^ *ROW([A-Z_]*, \([a-z_]*\)).*/\1/p' "$root/common/base/plant.h")
printf '1..%d\n' "$number" # found means: one of its invariants was broken; a crash is none
((number > 1 && missed == 0))
