#!/bin/bash
# Nothing outgrows a screen, nothing is left undone, and the top level holds what was agreed.
set -euo pipefail
cd "$(dirname "$0")/../.."
bad=0

wrong() {
    [[ -z $1 ]] || { printf '%s\n' "$1"; bad=1; }
}

mapfile -t sources < <(find common server client tests -name '*.[ch]' | sort)
wrong "$(awk '
    FNR == 1 { start = 0 }
    /^\{/ { start = FNR }
    /^\}/ && start {
        if (FNR - start > 70)
            printf "%s:%d: this function has %d lines, more than 70: split it\n", FILENAME, start, FNR - start
        start = 0
    }' "${sources[@]}")"
wrong "$(awk 'FNR == 401 { print FILENAME ":401: more than 400 lines: split the file by nouns" }' "${sources[@]}")"
wrong "$(awk 'FNR == 1 && FILENAME !~ /^tests\// && !/^\/\*/ {
    print FILENAME ":1: say at the top what this file owns and what it must not know" }' "${sources[@]}")"

mapfile -t kept < <(find . -type f -not -path './.git/*' -not -path './build/*' -not -path './.quickstart/*' -printf '%P\n')
marks='TO''DO|FIX''ME|XX''X|HA''CK'
wrong "$(grep -nIE "\b($marks)\b" -- "${kept[@]}" | sed 's/$/   <- finish it, or leave it out and say so in the documentation/')"

for entry in $(printf '%s\n' "${kept[@]}" | cut -d/ -f1 | sort -u); do
    case $entry in
    .ci | .clang-format | .clang-tidy | .gitignore | .gitattributes | .editorconfig | .github) ;;
    CMakeLists.txt | CMakePresets.json | README.md | LICENSE | publiccode.yml | CONTRIBUTING.md | SECURITY.md) ;;
    client | common | deploy | proto | server | tests) ;;
    *) wrong "$entry:1: not in the agreed top level; find a room for it" ;;
    esac
done
exit $bad
