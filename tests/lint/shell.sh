#!/bin/bash
# Shell scripts pass shellcheck.
set -euo pipefail
cd "$(dirname "$0")/../.."

grep -rlE '^#!/bin/(ba)?sh' .ci tests deploy | xargs shellcheck
