#!/usr/bin/env bash
# Installs all packages, builds, and runs every test that this machine can run. The tests that could not run are listed
# at the end with the reason. Exit code 0 only when everything that ran passed.
set -euo pipefail

usage() {
  cat <<'END'
usage: tests/run.sh [--quick] [--external DIR] [--no-install] [--jobs N]
  --quick          the release build and its tests; without it the unit and command line tests run also under
                   AddressSanitizer and UndefinedBehaviorSanitizer
  --external DIR   folder with the external conformance suites
  --no-install     do not install packages
  --jobs N         compilers and tests at a time (default: the processors of this machine)
END
}

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
quick=0
install=1
external=""
jobs="$(nproc)"
while [[ $# -gt 0 ]]; do
  case "$1" in
    --quick) quick=1; shift ;;
    --no-install) install=0; shift ;;
    --external | --jobs)
      [[ $# -ge 2 ]] || { usage >&2; exit 2; }
      if [[ $1 == --jobs ]]; then
        jobs="$2"
      else
        external="$(realpath -e -- "$2")" || exit 2
      fi
      shift 2
      ;;
    -h | --help) usage; exit 0 ;;
    *) echo "run.sh: unknown option '$1'" >&2; usage >&2; exit 2 ;;
  esac
done

cd "$root"
[[ $install -eq 0 ]] || pipelines/install_packages.sh build run test peers
if [[ -z ${CMAKE_CXX_COMPILER_LAUNCHER:-} ]] && command -v ccache >/dev/null; then
  export CMAKE_CXX_COMPILER_LAUNCHER=ccache
fi

failed=()

# run_preset PRESET [CTEST OPTIONS...]: builds the preset and runs its tests, going on after a failure.
run_preset() {
  local preset="$1"
  shift
  rm -f "build/$preset/tests.xml"
  echo "== $preset: build"
  if ! cmake --preset "$preset" -DVARISK_WERROR=ON "-DVARISK_EXTERNAL_CASES=$external" ||
    ! cmake --build --preset "$preset" --parallel "$jobs" -- -k 0; then
    failed+=("$preset: build")
    return
  fi
  echo "== $preset: test"
  if ! ctest --preset "$preset" --parallel "$jobs" --no-tests=error --output-junit "$root/build/$preset/tests.xml" \
    --test-output-size-passed 1000000 --test-output-size-failed 1000000 "$@"; then
    failed+=("$preset: tests")
  fi
}

run_preset release
[[ $quick -eq 1 ]] || run_preset asan-ubsan --label-regex '^(unit|cli)$'

echo
python3 tests/list_skipped.py build/release/tests.xml
if [[ $quick -eq 0 ]]; then
  python3 tests/list_skipped.py build/asan-ubsan/tests.xml
fi
if [[ ${#failed[@]} -gt 0 ]]; then
  printf 'FAILED: %s\n' "${failed[@]}" >&2
  exit 1
fi
echo "all tests that ran passed"
