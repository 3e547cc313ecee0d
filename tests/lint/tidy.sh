#!/bin/bash
# clang-tidy finds nothing in the programs' own code. Needs a built folder. Its analyzer, which takes minutes, only runs
# with tests/run --long.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${CIMONITOR_BUILD:-$PWD/build/asan-ubsan}
checks=()
[[ -n ${CIMONITOR_LONG:-} ]] || checks=('--checks=-clang-analyzer-*')

find common server client -name '*.c' -print0 |
    xargs -0 -r -n 4 -P "$(nproc)" clang-tidy --quiet -p "$build" "${checks[@]}" 2>&1 |
    { grep -vE '^[0-9]+ (warning|error)s?.* generated|^Suppressed |^Use -header-filter|^Error while' || true; }
