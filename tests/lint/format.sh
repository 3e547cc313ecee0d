#!/bin/bash
# The C code looks as .clang-format says.
set -euo pipefail
cd "$(dirname "$0")/../.."

if ! find common server client tests -name '*.[ch]' -print0 | xargs -0 -r clang-format --dry-run -Werror; then
    echo 'To mend it: clang-format -i FILE'
    exit 1
fi
