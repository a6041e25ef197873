#!/usr/bin/env python3
"""Holds the #includes against the modules that src/CMakeLists.txt declares.

- A module DEPENDS only on modules above it, and includes headers only of itself and of what it DEPENDS on.
- A private header (src/<module>) is included only from its own folder.
- A library is included only where LIBRARIES allows it, also by way of other headers of ours: HTSlib ends at io and the
  decoders in genotypes, oneTBB at pipeline and training, CLI11 at cli.

usage: check_includes.py [--self-test] [ROOT]
"""

import os
import re
import sys
import tempfile

# Start of an #include: the modules that may meet it; None is every module.
LIBRARIES = {
    "fmt/": None,
    "nlohmann/": None,
    "boost/": None,
    "sys/": None,
    "spdlog/": {"core"},
    "xxhash.h": {"core"},
    "htslib/": {"io", "genotypes"},
    "libdeflate.h": {"io"},
    "zlib.h": {"io"},
    "Eigen/": {"scoring", "models", "training", "evaluation"},
    "tbb/": {"pipeline", "training"},
    "oneapi/": {"pipeline", "training"},
    "sqlite3.h": {"store"},
    "CLI/": {"cli"},
}
# These may also not be met indirectly, through a header of another module.
CONFINED = ("htslib/", "tbb/", "oneapi/", "CLI/")

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:<([^>]+)>|"([^"]+)")', re.MULTILINE)
MODULE = re.compile(r"^\s*varisk_module\(([^)]*)\)", re.MULTILINE)
KEYWORDS = ("DEPENDS", "LINK", "PRIVATE_LINK")
SOURCES = (".cpp", ".hpp", ".h")


def read(path):
    with open(path, encoding="utf-8") as handle:
        return handle.read()


def declared_modules(root):
    """Module -> the modules it DEPENDS on, in the order of the file."""
    text = re.sub(r"#.*", "", read(os.path.join(root, "src", "CMakeLists.txt")))
    modules = {}
    for call in MODULE.findall(text):
        name, *words = call.split()
        keyword, depends = None, []
        for word in words:
            if word in KEYWORDS:
                keyword = word
            elif keyword == "DEPENDS":
                depends.append(word)
        modules[name] = depends
    return modules


def sources(root):
    """(path, module, is_public) of each source file; `app` is a module that only main.cpp belongs to."""
    for top, public in (("include/varisk", True), ("src", False)):
        for folder, _, names in sorted(os.walk(os.path.join(root, top))):
            relative = os.path.relpath(folder, os.path.join(root, top))
            if relative == ".":
                continue
            for name in sorted(names):
                if name.endswith(SOURCES):
                    yield os.path.join(folder, name), relative.split(os.sep)[0], public


def library_of(include):
    """The key in LIBRARIES, `` for the standard library and the system, None for an unknown library."""
    for prefix in LIBRARIES:
        if include == prefix or (prefix.endswith("/") and include.startswith(prefix)):
            return prefix
    return None if "/" in include else ""


class Checker:
    def __init__(self, root):
        self.root = root
        self.modules = declared_modules(root)
        self.problems = []
        self.reach_cache = {}

    def report(self, path, what):
        self.problems.append(f"{os.path.relpath(path, self.root)}: {what}")

    def check_declarations(self):
        cmake = os.path.join(self.root, "src", "CMakeLists.txt")
        above = set()
        for module, depends in self.modules.items():
            for other in depends:
                if other not in above:
                    self.report(cmake, f"{module} DEPENDS on {other}, which is not above it")
            above.add(module)

    def resolve(self, path, include):
        """The file of ours that `include` in `path` means, or None."""
        for candidate in (os.path.join(os.path.dirname(path), include), os.path.join(self.root, "include", include)):
            if os.path.isfile(candidate):
                return os.path.realpath(candidate)
        return None

    def reach(self, path, active=()):
        """Confined library -> how `path` gets to it, as a list of files."""
        path = os.path.realpath(path)
        if path in self.reach_cache or path in active:
            return self.reach_cache.get(path, {})
        found = {}
        for angled, quoted in INCLUDE.findall(read(path)):
            library = library_of(angled or quoted)
            if library in CONFINED:
                found.setdefault(library, [path])
            ours = self.resolve(path, angled or quoted)
            if ours:
                for other, way in self.reach(ours, (*active, path)).items():
                    found.setdefault(other, [path, *way])
        self.reach_cache[path] = found
        return found

    def check_project_include(self, path, module, public, include):
        match = re.match(r"varisk/([^/]+)/", include)
        if match:
            other = match.group(1)
            if other != module and other not in self.modules.get(module, []):
                self.report(path, f"includes {include}, but {module} does not DEPEND on {other}")
            if not os.path.isfile(os.path.join(self.root, "include", include)):
                self.report(path, f"includes {include}, which does not exist")
            return
        target = os.path.realpath(os.path.join(os.path.dirname(path), include))
        home = os.path.realpath(os.path.join(self.root, "src", module))
        if public:
            self.report(path, f"is public and includes the private header {include}")
        elif not target.startswith(home + os.sep):
            self.report(path, f"includes {include}, which is not in src/{module}")
        elif not os.path.isfile(target):
            self.report(path, f"includes {include}, which does not exist; headers of libraries are in <>")

    def check_file(self, path, module, public):
        if module != "app" and module not in self.modules:
            self.report(path, f"is in no module that src/CMakeLists.txt declares ({module})")
            return
        for angled, quoted in INCLUDE.findall(read(path)):
            if quoted:
                self.check_project_include(path, module, public, quoted)
                continue
            if angled.startswith("varisk/"):
                self.report(path, f"includes <{angled}>; our own headers are in quotes")
                continue
            library = library_of(angled)
            if library is None:
                self.report(path, f"includes <{angled}>, a library that tests/check_includes.py does not list")
            elif library and LIBRARIES[library] is not None and module not in LIBRARIES[library]:
                self.report(path, f"includes <{angled}>, which is for {', '.join(sorted(LIBRARIES[library]))} only")
        for library, way in self.reach(path).items():
            if len(way) > 1 and module not in LIBRARIES[library]:
                steps = " -> ".join(os.path.relpath(step, os.path.realpath(self.root)) for step in way[1:])
                self.report(path, f"meets {library} by way of {steps}")

    def check(self):
        self.check_declarations()
        # main.cpp dispatches: it may use what it links to, cli, and everything below that
        self.modules["app"] = list(self.modules)
        count = 0
        for path, module, public in sources(self.root):
            self.check_file(path, module, public)
            count += 1
        return count


def self_test():
    """A clean tree passes, and each kind of violation is caught."""
    clean = {
        "src/CMakeLists.txt": "varisk_module(core LINK fmt::fmt)\nvarisk_module(io DEPENDS core\n  LINK nlohmann)\n"
        "varisk_module(scoring DEPENDS core io)  # comment\nvarisk_module(cli DEPENDS core)\n",
        "include/varisk/core/error.hpp": "#include <string>\n#include <sys/stat.h>\n",
        "include/varisk/io/file.hpp": '#include "varisk/core/error.hpp"\n#include <nlohmann/json.hpp>\n',
        "include/varisk/scoring/score.hpp": '#include "varisk/io/file.hpp"\n#include <vector>\n',
        "src/io/file.cpp": '#include "varisk/io/file.hpp"\n#include <htslib/vcf.h>\n#include "handles.hpp"\n',
        "src/io/handles.hpp": "#include <memory>\n",
        "src/scoring/score.cpp": '#include "varisk/scoring/score.hpp"\n',
        "src/app/main.cpp": '#include "varisk/core/error.hpp"\n',
    }
    violations = {
        "an include against the direction": ("src/io/file.cpp", '#include "varisk/scoring/score.hpp"', "does not DEPEND"),
        "an include that CMake does not state": ("src/cli/a.cpp", '#include "varisk/io/file.hpp"', "does not DEPEND"),
        "an indented include": ("src/cli/a.cpp", '  #  include "varisk/io/file.hpp"', "does not DEPEND"),
        "HTSlib outside io": ("src/scoring/score.cpp", "#include <htslib/vcf.h>", "for genotypes, io only"),
        "HTSlib through a header": ("include/varisk/io/file.hpp", "#include <htslib/vcf.h>", "meets htslib/ by way of"),
        "TBB outside pipeline": ("src/scoring/score.cpp", "#include <tbb/parallel_for.h>", "only"),
        "TBB under its other name": ("src/io/file.cpp", "#include <oneapi/tbb.h>", "only"),
        "the option parser outside cli": ("src/app/main.cpp", "#include <CLI/CLI.hpp>", "for cli only"),
        "an unknown library": ("src/io/file.cpp", "#include <absl/strings.h>", "does not list"),
        "a private header of another module": ("src/scoring/score.cpp", '#include "../io/handles.hpp"', "not in src/scoring"),
        "a private header in a public one": ("include/varisk/io/file.hpp", '#include "handles.hpp"', "private header"),
        "our header in angle brackets": ("src/io/file.cpp", "#include <varisk/core/error.hpp>", "in quotes"),
        "a folder that is no module": ("src/other/a.cpp", "#include <string>", "in no module"),
        "a circle in CMake": ("src/CMakeLists.txt", "varisk_module(early DEPENDS late)\nvarisk_module(late)", "not above it"),
    }

    def problems(extra_path=None, extra_line=""):
        with tempfile.TemporaryDirectory() as root:
            for path in {*clean, *([extra_path] if extra_path else [])}:
                target = os.path.join(root, path)
                os.makedirs(os.path.dirname(target), exist_ok=True)
                with open(target, "w", encoding="utf-8") as handle:
                    handle.write(clean.get(path, "") + (extra_line + "\n" if path == extra_path else ""))
            checker = Checker(root)
            checker.check()
            return checker.problems

    assert problems() == [], problems()
    for name, (path, line, expected) in violations.items():
        found = problems(path, line)
        assert any(expected in problem for problem in found), f"{name} was not caught: {found}"
    print(f"a clean tree passes and {len(violations)} kinds of violation are caught")


def main(arguments):
    if "--self-test" in arguments:
        self_test()
        return 0
    checker = Checker(arguments[0] if arguments else os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    count = checker.check()
    print("\n".join(checker.problems) or f"{count} files of {len(checker.modules) - 1} modules keep to their dependencies")
    return 1 if checker.problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
