#!/usr/bin/env bash
# From a fresh Debian 12 to scored samples: installs what is missing, builds the release preset and scores the sample
# cohort. Runs from any folder.
set -euo pipefail

usage() {
  cat <<'END'
usage: quickstart.sh [--out DIR] [--no-install]
  --out DIR      folder for the results (default: build/quickstart in the repository)
  --no-install   do not install packages; what is missing shows when cmake looks for it
END
}

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
out="$root/build/quickstart"
install=1
while [[ $# -gt 0 ]]; do
  case "$1" in
    --out)
      [[ $# -ge 2 ]] || { usage >&2; exit 2; }
      out="$(realpath -m -- "$2")"
      shift 2
      ;;
    --no-install) install=0; shift ;;
    -h | --help) usage; exit 0 ;;
    *) echo "quickstart.sh: unknown option '$1'" >&2; usage >&2; exit 2 ;;
  esac
done

cd "$root"
[[ $install -eq 0 ]] || pipelines/install_packages.sh build run
if [[ -z ${CMAKE_CXX_COMPILER_LAUNCHER:-} ]] && command -v ccache >/dev/null; then
  export CMAKE_CXX_COMPILER_LAUNCHER=ccache
fi
cmake --preset release
cmake --build --preset release --target varisk

build/release/bin/varisk score --config sample_data/quickstart.toml --out "$out" --overwrite

echo
echo "Results in $out:"
find "$out" -mindepth 1 -maxdepth 1 -printf '  %f\n' | sort
echo
echo "The first lines of $out/risk.tsv:"
head -n 6 "$out/risk.tsv"
if [[ -f $out/report.html ]]; then
  echo
  echo "The report: $out/report.html"
fi
