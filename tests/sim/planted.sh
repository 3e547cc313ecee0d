#!/bin/bash
# planted.sh SIM-PLANTED: every mistake that common/base/plant.h can plant is found by the simulator within its budget.
set -uo pipefail

root=$(readlink -f "$(dirname "$0")/../..")
number=0 missed=0

while read -r plant; do
    number=$((number + 1))
    if "$1" --seeds 1..500 --jobs 2 --stop --quiet --plant "$plant" >/dev/null 2>&1; then
        missed=$((missed + 1))
        printf 'not '
    fi
    printf 'ok %d - finds %s\n' "$number" "${plant//_/ }"
done < <(sed -n 's/^ *ROW([A-Z_]*, \([a-z_]*\)).*/\1/p' "$root/common/base/plant.h")
printf '1..%d\n' "$number"
((number > 0 && missed == 0))
