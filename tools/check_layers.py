#!/usr/bin/env python3
"""Fails when an #include breaks the layers of the house: a module includes only lower layers.

Apps may include every module; no module includes an app.
"""
import pathlib
import re
import sys

LAYERS = [
    ["base"],
    ["image", "color"],
    ["optics", "device"],
    ["capture", "measure"],
    ["burst", "develop", "depth", "array"],
    ["look", "portrait", "encode"],
    ["calibrate", "simulate"],
    ["camera"],
]
SAME_LAYER_ALLOWED = {("device", "optics")}
LAYER_OF = {module: i for i, modules in enumerate(LAYERS) for module in modules}
INCLUDE = re.compile(r'^\s*#\s*include\s+"petzval/([a-z_]+)/')


def main() -> int:
    root = pathlib.Path(__file__).resolve().parent.parent / "src" / "petzval"
    errors = []
    for path in sorted(root.rglob("*.[ch]*")):
        module = path.relative_to(root).parts[0]
        if module not in LAYER_OF:
            errors.append(f"{path}: module {module} has no layer in {__file__}")
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            used = match.group(1)
            if used == module or (module, used) in SAME_LAYER_ALLOWED:
                continue
            if used not in LAYER_OF:
                errors.append(f"{path}:{number}: includes unknown module {used}")
            elif LAYER_OF[used] >= LAYER_OF[module]:
                errors.append(f"{path}:{number}: {module} (layer {LAYER_OF[module]}) includes "
                              f"{used} (layer {LAYER_OF[used]})")
    for error in errors:
        print(error, file=sys.stderr)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
