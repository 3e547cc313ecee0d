#!/bin/bash
# planted.sh SIM-PLANTED: every mistake that common/base/plant.h can plant is found by the simulator within its budget: it names
# an invariant which that mistake breaks. A crash is none, and neither is an invariant that has nothing to do with it.
set -uo pipefail

# Those that one mistake may show in first; a mistake without a row is not found.
declare -A breaks=(
    [reply_before_sync]='1'           # what was acknowledged is gone after a crash
    [apply_reads_clock]='14'          # built anew it is something else
    [replay_skips]='5|13|14'          # or a home meets the hole before the view is built anew
    [duplicate_forgotten]='2|3'       # accepted twice, under one number or two
    [last_write_wins]='1|5'           # replaced unseen
    [cursor_first]='7'                # a page that a crash skipped
    [seal_unchecked]='1|7|8'          # a cursor, or an edit, that somebody made up
    [rival_dropped]='1|5'             # gone unseen
    [poison_stops_queue]='13'         # one edit holds up all
    [hashes_uncompared]='1|4|5|7|13'  # nobody notices that the server was put back
    [cursor_alone]='1|4|5|7'          # nor what it lost since the cursor
    [only_own_healed]='1|4|5'         # nor gets back what others wrote
    [refused_rivals_gone]='1'         # a record that was not taken back left its rivals nowhere
    [late_edit_gone]='1'              # acknowledged as late, and not on the list
    [forgotten_early]='1'             # an own edit that no backup has, and that a restore takes from the server
    [history_withheld]='1'            # nobody can say any more what was superseded
    [persons_of_others]='12'          # colleagues of another municipality, with their names
    [late_of_others]='12'             # what another municipality handed in late
    [known_not_held]='8'              # a revocation that the restore lost is with the central team
    [heal_seal_unchecked]='5|8'       # what nobody wrote was taken for what the server once said
)

root=$(readlink -f "$(dirname "$0")/../..")
number=0 missed=0

said=$(mktemp)
trap 'rm -f "$said"' EXIT

# The same build without a mistake finds nothing, so that what is found below is the mistake.
number=1
"$1" --seeds 1..100 --jobs 2 --stop --quiet >"$said" 2>&1 || { missed=1 && printf 'not ' && head -20 "$said" >&2; }
printf 'ok 1 - finds nothing where nothing was planted\n'

while read -r plant; do
    number=$((number + 1))
    "$1" --seeds 1..500 --jobs 2 --stop --quiet --plant "$plant" >"$said" 2>&1
    if (($? != 1)) || ! grep -qE "breaks invariant (${breaks[$plant]:-none}):" "$said"; then
        missed=$((missed + 1))
        printf 'not '
        head -20 "$said" >&2
    fi
    printf 'ok %d - finds %s\n' "$number" "${plant//_/ }"
done < <(sed -n 's/^ *ROW([A-Z_]*, \([a-z_]*\)).*/\1/p' "$root/common/base/plant.h")
printf '1..%d\n' "$number"
((number > 1 && missed == 0))
