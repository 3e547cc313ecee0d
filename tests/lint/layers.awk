# layers.awk: reads layers.txt, then sources; prints each include that breaks the rules, and exits 1 if there is one.

function folder(path) { sub("/[^/]*$", "", path); return path }
function exists(path,    line, known) { known = (getline line < path) >= 0; close(path); return known }
function wrong(what) { printf "%s:%d: %s\n", FILENAME, FNR, what; bad = 1 }

FILENAME ~ /layers\.txt$/ {
    if ($1 ~ /^</) {
        guarded[$1] = $0
        for (i = 2; i <= NF; i++)
            may[$1, $i] = 1
    } else if ($1 !~ /^#/) {
        for (i = 1; i <= NF; i++)
            height[$i] = FNR
    }
    next
}

FNR == 1 {
    here = folder(FILENAME)
    own = FILENAME
    sub(/\.c$/, ".h", own)
    own = FILENAME ~ /\.c$/ && exists(own) ? "\"" own "\"" : ""
    if (!(here in height))
        wrong("the room " here " has no place on the stairs: give it one in tests/lint/layers.txt")
}

/^#include/ && own != "" {
    if ($2 != own)
        wrong("include " own " before anything else: that proves that the header stands by itself")
    own = ""
}

/^#include </ && ($2 in guarded) && !(($2, here) in may) {
    wrong(here " may not include " $2 "; these may: " substr(guarded[$2], length($2) + 2))
}

/^#include "/ {
    there = folder(substr($2, 2, length($2) - 2))
    if (!(there in height))
        wrong($2 " is not rooted at the repository: write its whole path")
    else if (there != here && height[there] >= height[here])
        wrong(here " may not include " $2 ", which is not below it: move what both need down, or hand a callback down")
    else if (there !~ /^(common|proto)/ && substr(there, 1, 6) != substr(here, 1, 6))
        wrong(here " may not include " $2 ": client and server share common/ and proto/ only")
}

END { exit bad }
