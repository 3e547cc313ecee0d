#!/bin/bash
# compare.sh SIM: the model and the code end alike; and with a mistake in the model, for each that compare.py can make, they do
# not: so it would be noticed.
set -uo pipefail

here=$(readlink -f "$(dirname "$0")")
number=0 failed=0
tell() {
    number=$((number + 1))
    if (($1)); then
        failed=1
        printf 'not '
    fi
    printf 'ok %d - %s\n' "$number" "$2"
}

/usr/bin/python3 -B "$here/compare.py" "$1" --seeds 300 >&2
tell $? 'the model and the code end alike'
for mistake in 'last write wins' 'rivals dropped when resolving' 'hashes not compared' 'nothing offered after a restore' \
    'cursor alone decides'; do
    /usr/bin/python3 -B "$here/compare.py" "$1" --seeds 150 --plant "$mistake" >&2
    (($? == 3))
    tell $? "a model in which this is so ends otherwise: $mistake"
done
printf '1..%d\n' "$number"
exit $failed
