#!/usr/bin/env python3
"""docs/measures.md has one row for every figure that the sources can print, and no other."""
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
MEASURE = ROOT / "src" / "petzval" / "measure"
MEASURES = "sfr|noise|texture|color|uniformity|distortion|chroma|compare"

# Where ids are put together: the measure, and what its figures' names stand behind.
COMPOSED = {
    "noise/patch_findings.cc": ("noise", [r'(?:Deviation|SnrFigure)\(\s*"(\w+)"',
                                          r'\{"(noise_\w+)", ']),
    "noise/transfer_findings.cc": ("noise", [r'Known\(\s*"(\w+)"']),
    "noise/dynamic_range.cc": ("noise", [r'StopsFigure\(\s*"(\w+)"']),
    "texture/texture_curve.cc": ("texture", [r'\badd\(\s*"(\w+)"']),
    "chart/color_figures.cc": ("color", [r'\badd\(\s*"(\w+)"']),
    "geometry/distortion.cc": ("distortion", [r'\badd\(\s*"(\w+)"',
                                              r'(?:pair\(|\{)"(\w+)", report_\.']),
    "geometry/lateral_color.cc": ("chroma", [r'\badd\(\s*"(\w+)"']),
    "geometry/uniformity.cc": ("uniformity", [r'\badd\(\s*"(\w+)"']),
    "compare/report.cc": ("compare", [r'\{\s*"(\w+)",\s*"[^"]*",\s*"']),
}
WHOLE = re.compile(rf'"((?:{MEASURES})\.[a-z0-9_]+)"')
MADE_OF_PARTS = re.compile(rf'DefinitionId\("|"(?:{MEASURES})\."')


def sources():
    for path in sorted(MEASURE.glob("*/*.cc")):
        if not path.stem.endswith(("_test", "_bench")):
            yield path.relative_to(MEASURE).as_posix(), path.read_text()


def identifier(measure, name):  # as DefinitionId of measure/subject/figure.h
    return f"{measure}.{name.removeprefix(measure + '_')}"


def names_in(text, patterns):
    names = [name for pattern in patterns for name in re.findall(pattern, text)]
    # A name that ends in "_" is continued by each kind of summary.
    kinds = re.findall(r'add_summary\(\s*"(\w+)"', text)
    return [n + kind for n in names for kind in (kinds if n.endswith("_") else [""])]


def printed():
    found = set()
    for path, text in sources():
        found.update(WHOLE.findall(text))
        if path in COMPOSED:
            measure, patterns = COMPOSED[path]
            found.update(identifier(measure, name) for name in names_in(text, patterns))
    return found


def documented():
    text = (ROOT / "docs" / "measures.md").read_text()
    return re.findall(rf"^\| `((?:{MEASURES})\.\w+)` \|", text, re.MULTILINE)


class MeasuresDocTest(unittest.TestCase):
    def test_every_figure_has_a_definition(self):
        self.assertEqual(sorted(printed() - set(documented())), [])

    def test_every_definition_has_a_figure(self):
        self.assertEqual(sorted(set(documented()) - printed()), [])

    def test_no_figure_is_defined_twice(self):
        rows = documented()
        self.assertEqual(sorted(row for row in set(rows) if rows.count(row) > 1), [])

    def test_the_sources_are_read_as_they_are_written(self):
        texts = dict(sources())
        for path, (measure, patterns) in COMPOSED.items():
            self.assertIn(path, texts)
            for pattern in patterns:
                self.assertRegex(texts[path], pattern, f"{path}: ids of {measure} changed")
        for path, text in texts.items():
            if MADE_OF_PARTS.search(text):
                self.assertIn(path, COMPOSED)


if __name__ == "__main__":
    unittest.main()
