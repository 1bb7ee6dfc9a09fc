#!/usr/bin/env python3
"""Prints how many tests passed and failed: `PASSED FAILED`, from the JUnit file that ctest wrote.

Skipped and disabled tests count as neither; they are named on standard error.
Usage: count_tests.py FILE
"""

import sys
import xml.etree.ElementTree as xml


def count(root):
    """Returns the numbers of passed and failed tests, and the names of those that did not run."""
    passed = failed = 0
    left_out = []
    for case in root.iter("testcase"):
        status = case.get("status")
        if status == "run":
            passed += 1
        elif status in ("notrun", "disabled"):
            left_out.append(case.get("name"))
        else:
            failed += 1
    return passed, failed, left_out


def main(arguments):
    passed, failed, left_out = count(xml.parse(arguments[0]).getroot())
    for name in left_out:
        print(f"not run: {name}", file=sys.stderr)
    print(passed, failed)


if __name__ == "__main__":
    main(sys.argv[1:])
