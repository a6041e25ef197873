#!/usr/bin/env python3
"""No file of the project names a path of somebody's machine or leaves a note to do later.

usage: check_words.py [--self-test] [ROOT]
"""

import os
import re
import subprocess
import sys
import tempfile

# Written with brackets so that this file does not find itself.
EVERYWHERE = re.compile(rb"/wor[k]/|/far[m]/|/tmp/bash_job[s]|[Ss]essio[n] [0-9]")
IN_TEXT = re.compile(rb"\b(?:TOD[O]|FIXM[E])\b")


def files(root):
    """The files of the repository; in an unpacked archive everything but the build folder."""
    command = ["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listing = subprocess.run(command, check=True, capture_output=True).stdout
        return sorted(name for name in os.fsdecode(listing).split("\0") if name)
    except (OSError, subprocess.CalledProcessError):
        found = []
        for folder, folders, names in os.walk(root):
            folders[:] = [name for name in folders if name not in ("build", ".git", "__pycache__")]
            found += [os.path.relpath(os.path.join(folder, name), root) for name in names]
        return sorted(found)


def check(root):
    """The violations, one line each."""
    problems = []
    for name in files(root):
        path = os.path.join(root, name)
        if not os.path.isfile(path):
            continue
        with open(path, "rb") as handle:
            content = handle.read()
        binary = b"\0" in content[:8192]
        for pattern in (EVERYWHERE,) if binary else (EVERYWHERE, IN_TEXT):
            for match in pattern.finditer(content):
                line = content.count(b"\n", 0, match.start()) + 1
                problems.append(f"{name}:{line}: '{match.group().decode()}' does not belong in the repository")
    return problems


def self_test():
    """Each kind of violation is found, and a clean file is not."""
    violations = [b"see /wor" + b"k/x\n", b"// TOD" + b"O later\n", b"\0\0 /far" + b"m/y", b"Sessio" + b"n 12\n"]
    with tempfile.TemporaryDirectory() as root:
        for number, content in enumerate([*violations, b"network/path, todo, session\n"]):
            with open(os.path.join(root, f"file{number}"), "wb") as handle:
                handle.write(content)
        found = check(root)
    assert [line.split(":")[0] for line in found] == ["file0", "file1", "file2", "file3"], found


def main(arguments):
    if "--self-test" in arguments:
        self_test()
        return 0
    root = arguments[0] if arguments else os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    problems = check(root)
    print("\n".join(problems) or f"{len(files(root))} files are clean")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
