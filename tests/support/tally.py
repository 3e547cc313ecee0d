"""tally.py RESULT.xml: reads pytest's JUnit file, prints "PASSED FAILED"."""

import sys
from xml.etree import ElementTree

totals = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
for suite in ElementTree.parse(sys.argv[1]).iter("testsuite"):
    for name in totals:
        totals[name] += int(suite.get(name, 0))
failed = totals["failures"] + totals["errors"]
print(max(totals["tests"] - totals["skipped"] - failed, 0), failed)
