#!/usr/bin/env python3
"""Fails when a relative link of a Markdown file leads nowhere."""
import pathlib
import re
import sys

LINK = re.compile(r"\]\(([^)#\s]+)")


def main() -> int:
    root = pathlib.Path(__file__).resolve().parent.parent
    dead = []
    for page in sorted([*root.glob("*.md"), *root.glob("docs/**/*.md"), *root.glob("bench/*.md"),
                        *root.glob("fuzz/*.md")]):
        for target in LINK.findall(page.read_text()):
            if "://" not in target and not (page.parent / target).exists():
                dead.append(f"{page.relative_to(root)}: {target}")
    print("\n".join(dead), file=sys.stderr, end="\n" if dead else "")
    return 1 if dead else 0


if __name__ == "__main__":
    sys.exit(main())
