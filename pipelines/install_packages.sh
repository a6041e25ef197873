#!/usr/bin/env bash
# Installs the packages of the groups named (see packages.txt), those that are missing and nothing else.
# Without a missing package it needs neither root nor network.
set -euo pipefail

list="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/packages.txt"
groups="$(sed -n 's/^\[\(.*\)\]$/\1/p' "$list" | tr '\n' ' ')"
if [[ $# -eq 0 || $1 == -h || $1 == --help ]]; then
  echo "usage: install_packages.sh GROUP...   groups: $groups"
  [[ $# -gt 0 ]] && exit 0 || exit 2
fi

wanted=()
for group in "$@"; do
  if [[ " $groups" != *" $group "* ]]; then
    echo "install_packages.sh: no group '$group'; groups: $groups" >&2
    exit 2
  fi
  mapfile -t -O "${#wanted[@]}" wanted < <(awk -v section="[$group]" '
    /^\[/ { inside = ($0 == section); next }
    inside { sub(/#.*/, ""); if (NF) print $1 }' "$list")
done

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  echo "install_packages.sh: this is not Debian; install what these packages provide: ${wanted[*]}" >&2
  exit 1
fi

missing=()
for package in "${wanted[@]}"; do
  status="$(dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null || true)"
  grep -qx installed <<<"$status" || missing+=("$package")
done
[[ ${#missing[@]} -eq 0 ]] && exit 0

as_root=()
if [[ $EUID -ne 0 ]]; then
  if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [[ -t 0 ]]; }; then
    as_root=(sudo)
  else
    echo "install_packages.sh: missing, and neither root nor sudo to install them: ${missing[*]}" >&2
    exit 1
  fi
fi

echo "installing ${missing[*]}" >&2
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q)
"${apt[@]}" update </dev/null
"${apt[@]}" install -y --no-install-recommends "${missing[@]}" </dev/null
