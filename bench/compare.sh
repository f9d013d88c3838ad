#!/usr/bin/env bash
# Measures petzval against the installed peers and prints the table of bench/RESULTS.md.
# Usage: bench/compare.sh [--runs N] [--only quality|speed|optics|camera|color]; needs `make build` and tools/packages-bench.txt.
set -euo pipefail
exec python3 "$(dirname "$0")/compare.py" "$@"
