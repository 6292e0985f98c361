#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs the Debian packages of the kinds given (build, data, test; see cmake/debian-packages.txt). As root it installs what is missing;
# otherwise it prints the one command that would, and exits with 2.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
missing=()
while read -r kind package; do
  [[ $kind == \#* || -z $kind ]] && continue
  [[ " $* " == *" $kind "* ]] || continue
  [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
done < "$root/cmake/debian-packages.txt"
[ ${#missing[@]} -eq 0 ] && exit 0
if ! command -v apt-get > /dev/null; then
  echo "memcosim: these Debian 12 packages (or their equivalents here) are needed: ${missing[*]}" >&2
  exit 2
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "memcosim: some packages are missing. Install them with this command, then start again:" >&2
  echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}" >&2
  exit 2
fi
echo "memcosim: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -q > /dev/null || echo "memcosim: apt-get update failed, trying with the package lists at hand" >&2
apt-get install -y -q --no-install-recommends "${missing[@]}" > /dev/null || {
  echo "memcosim: apt-get could not install the packages above; see its messages" >&2
  exit 1
}
