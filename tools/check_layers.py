#!/usr/bin/env python3
"""Fails when an #include breaks the layers of the house: a module includes only lower layers.

Apps may include every module; no module includes an app. Inside optics, measure, calibrate and
simulate the folders are a chain too.
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
# Folders inside a module, lowest first; those of one line do not include each other.
PARTS = {
    "optics": [["glass", "profile"], ["lens"], ["trace"], ["interchange", "analysis"],
               ["plot", "design", "bake"]],
    "measure": [["subject"], ["sfr", "noise", "geometry", "texture", "chart", "compare"]],
    "calibrate": [["fit"], ["light", "frames"], ["chart", "dcp"], ["match", "taste"]],
    "simulate": [["texture"], ["flat", "world"], ["film"], ["exposure"], ["shoot"]],
}
LAYER_OF = {module: i for i, modules in enumerate(LAYERS) for module in modules}
INCLUDE = re.compile(r'^\s*#\s*include\s+"petzval/([a-z_]+)/(?:([a-z_]+)/)?')


def part_level(module, part):
    for level, parts in enumerate(PARTS.get(module, [])):
        if part in parts:
            return level
    return None


def part_error(module, part, used):
    """What is wrong with folder `part` of `module` including its folder `used`; empty if nothing."""
    if module not in PARTS or part == used:
        return ""
    own, other = part_level(module, part), part_level(module, used)
    if own is None or other is None:
        return f"{module}/{part if own is None else used} has no place in {__file__}"
    return "" if other < own else f"{module}/{part} includes {module}/{used}, which is not below it"


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
            if used == module:
                error = part_error(module, path.relative_to(root).parts[1], match.group(2))
                if error:
                    errors.append(f"{path}:{number}: {error}")
                continue
            if (module, used) in SAME_LAYER_ALLOWED:
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
