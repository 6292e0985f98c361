#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes docs/devices/: one or two plots per preset and the page that shows them. The same program makes the same bytes.
# Usage: scripts/plot_devices.sh [MEMCOSIM]     (default: build/release/cli/memcosim)
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
memcosim=${1:-"$root/build/release/cli/memcosim"}
if [ ! -x "$memcosim" ]; then
  echo "plot_devices.sh: $memcosim: no such program; build it (./quickstart.sh) or name it" >&2
  exit 2
fi
case $memcosim in
  /*) ;;
  *) memcosim=$(pwd)/$memcosim ;;
esac
docs="$root/docs/devices"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$docs"

field() { # field NAME FILE: a text of a preset's JSON
  sed -n "s/^  \"$1\": \"\(.*\)\",\{0,1\}\$/\1/p" "$2" | sed 's/\\"/"/g' | head -n 1
}

plot() { # plot PRESET PICTURE OPTIONS...
  preset=$1
  picture=$2
  shift 2
  "$memcosim" device simulate "$preset" --quiet --out "$work/out" --trace-devices 4 "$@"
  cp "$work/out/plot.svg" "$docs/$picture.svg"
}

page="$work/README.md"
cat > "$page" <<'TEXT'
# What the presets do

Made by `scripts/plot_devices.sh`; every picture is the `plot.svg` of the command above it. `docs/devices.md` explains the models.
TEXT

rm -f "$docs"/*.svg
"$memcosim" device list --json > "$work/list.json"
presets=$(sed -n '/^  "presets"/,$p' "$work/list.json" | sed -n 's/^ *"name": "\(.*\)",$/\1/p')
for preset in $presets; do
  "$memcosim" device show "$preset" --json > "$work/show.json"
  validity=$(field validity "$work/show.json")
  {
    echo
    echo "## $preset"
    echo
    echo "Model \`$(field model "$work/show.json")\`: $validity. Source: $(field source "$work/show.json")."
  } >> "$page"
  case $(field kind "$work/show.json") in
    statistical)
      age='1e6 s'
      # As far as these laws were measured.
      case $preset in
        sonos_agrawal_2022) age='5 day' ;;
        rram_wan_2022) age='2 day' ;;
      esac
      plot "$preset" "$preset" --retention "$age" --devices 1000 --levels 5
      meaning='Five target levels, programmed and left alone: mean and the middle 90 % of 200 cells each.'
      command="memcosim device simulate $preset --retention '$age' --devices 1000 --levels 5"
      ;;
    state)
      plot "$preset" "$preset" --waveform sine
      plot "$preset" "${preset}_pulses" --devices 100
      meaning='Current over voltage under a sine, the fastest that opens the loop: pinched at the origin, as a memristor has it.'
      command="memcosim device simulate $preset --waveform sine"
      ;;
    *)
      plot "$preset" "$preset" --devices 100
      meaning='Two rounds of identical raising and lowering pulses on 100 cells, as many as cross the window.'
      command="memcosim device simulate $preset --devices 100"
      ;;
  esac
  {
    echo
    echo "    $command"
    echo
    echo "$meaning"
    echo
    echo "![$preset]($preset.svg)"
  } >> "$page"
  if [ -e "$docs/${preset}_pulses.svg" ]; then
    {
      echo
      echo "    memcosim device simulate $preset --devices 100"
      echo
      echo "Two rounds of identical raising and lowering pulses, the weakest that cross the preset's window."
      echo
      echo "![$preset, pulses](${preset}_pulses.svg)"
    } >> "$page"
  fi
done
cp "$page" "$docs/README.md"
large=$(find "$docs" -name '*.svg' -size +40k)
if [ -n "$large" ]; then
  echo "plot_devices.sh: larger than 40 kB: $large" >&2
  exit 1
fi
