#!/usr/bin/env bash
# Builds the preset `fuzz` and runs each target for a bounded time; what libFuzzer learns is kept in the build folder.
set -euo pipefail

usage() {
  cat <<'END'
usage: tests/fuzz/run.sh [SECONDS] [TARGET...]
  SECONDS   for each target (default 20)
  TARGET    such as vcf_lines_fuzz (default: all)
A crash leaves its input in build/fuzz/findings/TARGET; the script goes on and ends with exit code 1.
To reproduce: build/fuzz/bin/TARGET FILE; to make it small: build/fuzz/bin/TARGET -minimize_crash=1 -runs=100000 FILE
END
}

if [[ ${1:-} == -h || ${1:-} == --help ]]; then
  usage
  exit 0
fi
seconds="${1:-20}"
[[ $seconds =~ ^[1-9][0-9]*$ ]] || { usage >&2; exit 2; }
shift $(($# > 0 ? 1 : 0))

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
if [[ -z ${CMAKE_CXX_COMPILER_LAUNCHER:-} ]] && command -v ccache >/dev/null; then
  export CMAKE_CXX_COMPILER_LAUNCHER=ccache
fi
cmake --preset fuzz
cmake --build --preset fuzz

targets=("$@")
if [[ ${#targets[@]} -eq 0 ]]; then
  for source in tests/fuzz/*_fuzz.cpp; do
    targets+=("$(basename "$source" .cpp)")
  done
fi

export UBSAN_OPTIONS=print_stacktrace=1
failed=()
for target in "${targets[@]}"; do
  learnt="build/fuzz/corpus/$target"
  findings="build/fuzz/findings/$target"
  mkdir -p "$learnt" "$findings"
  folders=("$learnt")
  [[ ! -d tests/fuzz/corpus/$target ]] || folders+=("tests/fuzz/corpus/$target")
  echo "== $target: $seconds s"
  # Absolute paths: a target may change its folder.
  if ! "build/fuzz/bin/$target" "-max_total_time=$seconds" -timeout=20 -rss_limit_mb=2048 -malloc_limit_mb=1024 \
    -max_len=4096 -verbosity=1 -print_final_stats=1 "-artifact_prefix=$PWD/$findings/" "${folders[@]/#/$PWD/}" \
    >"$findings/log" 2>&1; then
    failed+=("$target")
    tail -n 60 "$findings/log"
  else
    grep -E '^stat::(number_of_executed_units|new_units_added|peak_rss_mb)' "$findings/log"
  fi
done

if [[ ${#failed[@]} -gt 0 ]]; then
  printf 'FAILED: %s\n' "${failed[@]}" >&2
  exit 1
fi
echo "no target crashed"
