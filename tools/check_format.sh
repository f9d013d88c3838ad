#!/usr/bin/env bash
# Fails when clang-format would change a tracked source file.
set -euo pipefail
cd "$(dirname "$0")/.."
git ls-files '*.cc' '*.h' | xargs -r clang-format --dry-run -Werror
