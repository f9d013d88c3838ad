#!/usr/bin/env bash
# Develops the bundled sample, a simulated handheld burst, into OUT/photo.jpg and says what it made.
# Usage: make_photo.sh PETZVAL OUT
set -euo pipefail
petzval=$1 out=$2
mkdir -p "$out"
start=$(date +%s.%N)
"$petzval" simulate burst -o "$out/burst" --seed 1 --force --quiet
echo "sample burst:  $out/burst ($(ls "$out"/burst/frame_*.dng | wc -l) frames, $(awk "BEGIN{printf \"%.1f\", $(date +%s.%N) - $start}") s)"
"$petzval" develop "$out"/burst/frame_*.dng -o "$out/photo.jpg" --force --json "$out/report.json" --quiet
python3 - "$out" <<'PYTHON'
import json, sys
out = sys.argv[1]
report = json.load(open(f"{out}/report.json"))
for step in report["steps"]:
    print(f"  {step['name']:<22} {step['seconds']:6.2f} s")
print(f"photograph:    {out}/photo.jpg ({report['width_px']}x{report['height_px']}, "
      f"{report['frames_used']} frames merged, {report['peak_memory_mb']:.0f} MB)")
for warning in report["warnings"]:
    print(f"  warning: {warning}")
PYTHON
