#!/bin/bash
# Includes are rooted, own header first, never go up the stairs of layers.txt, and headers form no circle.
set -euo pipefail
cd "$(dirname "$0")/../.."

mapfile -t files < <(find common server client -name '*.[ch]' | sort)
bad=0
awk -f tests/lint/layers.awk tests/lint/layers.txt "${files[@]}" || bad=1

mapfile -t headers < <(find common server client -name '*.h')
if ! circle=$(awk '/^#include "/ { print FILENAME, substr($2, 2, length($2) - 2) }' "${headers[@]}" | tsort 2>&1 >/dev/null); then
    printf 'These headers include each other in a circle; take what they share into one of its own:\n%s\n' "$circle"
    bad=1
fi
exit $bad
