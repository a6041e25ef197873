#!/usr/bin/env python3
"""Lists the tests that did not run, with reasons, from the JUnit file of a ctest run.

Three kinds: a whole ctest test that was skipped or disabled, a case that a Python test skipped, and a case that a
GoogleTest binary skipped.
"""

import os
import re
import sys
import xml.etree.ElementTree as ElementTree

PYTHON_SKIP = re.compile(r"^skipped: (.*)$", re.MULTILINE)
GTEST_SKIP = re.compile(r"^\S+: Skipped\n(.*)\n(?:.*\n)?\[  SKIPPED \] (\S+) \(", re.MULTILINE)


def skipped(testcase):
    """The lines to print for one ctest test."""
    name = testcase.get("name")
    output = testcase.findtext("system-out") or ""
    lines = [f"{name}: {line}" for line in PYTHON_SKIP.findall(output)]
    lines += [f"{name}: {case}: {reason.strip() or 'no reason given'}" for reason, case in GTEST_SKIP.findall(output)]
    if not lines and testcase.get("status") in ("notrun", "disabled"):
        element = testcase.find("skipped")
        lines = [f"{name}: {element.get('message') if element is not None else testcase.get('status')}"]
    return lines


def main():
    path = sys.argv[1]
    if not os.path.exists(path):
        print(f"{path}: not written, so nothing ran")
        return
    lines = [line for case in ElementTree.parse(path).getroot().iter("testcase") for line in skipped(case)]
    print(f"skipped tests in {path}: {len(lines) or 'none'}")
    for line in lines:
        print(f"  {line}")


if __name__ == "__main__":
    main()
