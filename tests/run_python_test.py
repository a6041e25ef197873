#!/usr/bin/env python3
"""Runs one file of unittest cases for ctest: exit code 0 passed, 1 failed, 77 when every case was skipped.

usage: run_python_test.py [--need-env NAME WHY]... FILE

With --need-env the whole file is skipped while that environment variable is empty. Each skipped case is printed as
`skipped: CASE: REASON`, which tests/list_skipped.py collects.
"""

import importlib.util
import os
import sys
import unittest

SKIPPED = 77


class Result(unittest.TextTestResult):
    """Counts the cases that really ran to a good end."""

    successes = 0

    def addSuccess(self, test):
        super().addSuccess(test)
        self.successes += 1

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self.successes += 1


def load(path):
    """The module in `path`, with its own folder and tests/cli (the harness) importable."""
    folder = os.path.dirname(os.path.abspath(path))
    harness = os.path.join(os.path.dirname(os.path.abspath(__file__)), "cli")
    sys.path[:0] = [folder] if folder == harness else [folder, harness]
    name = os.path.splitext(os.path.basename(path))[0]
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def main(arguments):
    while arguments and arguments[0] == "--need-env":
        if not os.environ.get(arguments[1]):
            print(f"skipped: {arguments[2]}")
            return SKIPPED
        arguments = arguments[3:]
    (path,) = arguments
    try:
        suite = unittest.defaultTestLoader.loadTestsFromModule(load(path))
    except unittest.SkipTest as reason:
        print(f"skipped: {reason}")
        return SKIPPED
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2, resultclass=Result).run(suite)
    for case, reason in result.skipped:
        print(f"skipped: {case.id()}: {reason}")
    if not result.wasSuccessful():
        return 1
    if result.testsRun == 0 and not result.skipped:
        print("no test cases in this file")
        return 1
    return 0 if result.successes else SKIPPED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
