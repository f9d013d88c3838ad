"""petzval lens: analyses, plots, reports, design and exchange from the command line."""
import json
import math
import pathlib
import re
import tempfile
import unittest
import xml.etree.ElementTree

from harness import SHARED, ProgramTest, petzval

OPTICS = SHARED / "optics"
# Every analysis with options that keep it quick.
ANALYSES = {
    "info": [], "trace": [], "spot": ["--rings", "3"], "fan": ["--points", "5"], "opd": [],
    "psf": ["--size", "16"], "mtf": ["--frequency", "10,40"], "distortion": ["--points", "3"],
    "vignetting": ["--points", "3"], "seidel": [], "ghosts": [],
    "through-focus": ["--points", "3", "--rings", "3", "--kind", "geometric"]}
NOT_DRAWN = ("info", "trace", "ghosts")
NOT_A_NUMBER = r"\b(NaN|nan|-?inf|Infinity)\b"


def no_nan(value):
    if isinstance(value, dict):
        return all(no_nan(v) for v in value.values())
    if isinstance(value, list):
        return all(no_nan(v) for v in value)
    return not isinstance(value, float) or math.isfinite(value)


class LensTest(ProgramTest):
    @classmethod
    def setUpClass(cls):  # no burst needed
        cls._shared_folder = tempfile.TemporaryDirectory()

    def answer(self, *arguments):
        process = petzval("lens", *arguments, "--json", "-")
        self.assertDone(process)
        return self.read_json(process.stdout)

    def read_json(self, text):
        self.assertNotRegex(text, NOT_A_NUMBER)
        report = json.loads(text)
        self.assertTrue(no_nan(report))
        return report

    def read_svg(self, path):
        root = xml.etree.ElementTree.parse(path).getroot()
        self.assertTrue(root.tag.endswith("svg"))
        self.assertNotRegex(path.read_text(), NOT_A_NUMBER)

    def test_contract_of_info_and_spot(self):
        info = self.answer("info", "dgauss100f2")
        self.assertAlmostEqual(info["efl_mm"], 100.003757, places=5)
        self.assertAlmostEqual(info["bfl_mm"], 61.487536, places=5)
        self.assertAlmostEqual(info["f_number"], 2.000075, places=5)
        self.assertAlmostEqual(info["seidel"]["s1"], 0.153471, places=5)
        self.assertAlmostEqual(info["seidel"]["s5"], 0.116206, places=5)
        half = self.answer("info", "dgauss100f2", "--field", "7")
        self.assertAlmostEqual(half["lagrange_mm"], info["lagrange_mm"] * math.tan(math.radians(7)) /
                               math.tan(math.radians(14)), places=7)
        spot = self.answer("spot", "dgauss100f2")
        self.assertEqual(len(spot["fields"]), 3)
        self.assertAlmostEqual(spot["fields"][0]["rms_um"][1], 14.368, places=2)
        self.assertEqual(spot["fields"][0]["rays"]["missed"], 0)

    def test_every_analysis_answers_for_every_kind_of_lens(self):
        on_axis = self.folder / "on_axis.toml"
        self.assertDone(petzval("lens", "export", "cooke50f5", "-o", on_axis))
        on_axis.write_text(re.sub(r"(?m)^values = \[0, 14, 20\]", "values = [0]", on_axis.read_text()))
        for lens in ("petzval_kodak", "phone_us7535658", "fisheye16f28", on_axis):
            for verb, quick in ANALYSES.items():
                with self.subTest(lens=lens, verb=verb):
                    out = self.folder / "answer.json"
                    process = petzval("lens", verb, lens, *quick, "--json", out, "--force")
                    self.assertDone(process)
                    self.assertTrue(self.read_json(out.read_text()))
                    self.assertNotRegex(process.stdout, NOT_A_NUMBER)
                    self.assertGreater(len(process.stdout.splitlines()), 3)

    def test_odd_terms_have_no_seidel_sums(self):
        info = self.answer("info", "phone_us7535658")
        for term in ("s1", "s2", "s3", "s4", "s5"):
            self.assertIsNone(info["seidel"][term])
        self.assertTrue(any("odd" in w for w in info["warnings"]), info["warnings"])

        seidel = self.answer("seidel", "phone_us7535658")
        self.assertIsNone(seidel["sums"]["s1"])
        self.assertIsNone(seidel["per_surface"][1]["s1"])
        for lens, has_sum in (("phone_us7535658", False), ("tessar", True)):
            out = self.folder / f"{lens}.svg"
            self.assertDone(petzval("lens", "seidel", lens, "--plot", out, "--quiet"))
            self.assertEqual(">sum<" in out.read_text(), has_sum)

    def test_plots_are_svg(self):
        for verb, quick in ANALYSES.items():
            if verb in NOT_DRAWN:
                continue
            with self.subTest(verb=verb):
                out = self.folder / f"{verb}.svg"
                self.assertDone(petzval("lens", verb, "tessar", *quick, "--plot", out, "--quiet"))
                self.read_svg(out)
        drawing = self.folder / "layout.svg"
        self.assertDone(petzval("lens", "layout", "tessar", "-o", drawing))
        self.read_svg(drawing)
        for arguments in (("layout", "tessar", "-o", drawing),  # exists already
                          ("layout", "tessar", "-o", "/dev/full"),
                          ("spot", "tessar", "--plot", drawing),
                          ("spot", "tessar", "--plot", "/nonexistent/x.svg"),
                          ("report", "tessar", "-o", drawing)):
            self.assertOneSentence(petzval("lens", *arguments))

    def test_fields_without_light_are_null_and_told(self):
        for verb in ("spot", "fan", "opd", "psf", "mtf", "distortion", "vignetting",
                     "through-focus"):
            with self.subTest(verb=verb):
                quick = [] if verb in ("distortion", "vignetting") else ANALYSES[verb]
                report = self.answer(verb, "cooke50f5", *quick, "--field", "0,80")
                lit, dark = report["fields"]
                self.assertEqual(lit.keys(), dark.keys())
                key = {"spot": "poly_rms_um", "fan": "wavelengths", "opd": "rms_waves",
                       "psf": "values", "mtf": "tangential", "distortion": "distortion_percent",
                       "vignetting": "relative_illumination",
                       "through-focus": "best_rms_um"}[verb]
                self.assertIsNotNone(lit[key])
                self.assertIsNone(dark[key])
                self.assertTrue(any("field 80" in w for w in report["warnings"]), report["warnings"])
        self.assertOneSentence(petzval("lens", "mtf", "cooke50f5", "--field", "80"))
        self.assertOneSentence(petzval("lens", "spot", "cooke50f5", "--field", "90"))
        self.assertOneSentence(petzval("lens", "tolerance", "cooke50f5", "--trials", "2", "--field",
                                       "0,80"))

    def test_report_is_one_page(self):
        out = self.folder / "report"
        self.assertDone(petzval("lens", "report", "cooke50f5", "-o", out))
        page = (out / "index.html").read_text()
        self.assertIn("<svg", page)
        self.assertIsNone(re.search(r'(src|href)="https?://', page))

    def test_as_built_rays_are_counted(self):
        spot = self.answer("spot", "petzval_kodak", "--as-built", "--field", "10")
        self.assertGreater(spot["fields"][0]["rays"]["clipped"], 0)
        ray = self.answer("trace", "petzval_kodak", "--as-built", "--field", "10", "--py", "-1")
        self.assertEqual(ray["rays"][0]["status"], "clipped")
        self.assertIsNone(ray["rays"][0]["y_mm"])
        self.assertGreaterEqual(ray["rays"][0]["failed_at_surface"], 1)

    def test_exchange_round_trip(self):
        for suffix in ("zmx", "seq", "json", "toml"):
            with self.subTest(suffix=suffix):
                out = self.folder / f"lens.{suffix}"
                self.assertDone(petzval("lens", "export", "dgauss100f2", "-o", out))
                again = self.folder / f"again_{suffix}.toml"
                if suffix != "toml":
                    self.assertDone(petzval("lens", "import", out, "-o", again))
                else:
                    again = out
                info = self.answer("info", again)
                self.assertAlmostEqual(info["efl_mm"], 100.003757, places=4)

    def test_optimise_improves(self):
        start, out = self.folder / "start.toml", self.folder / "better.toml"
        self.assertDone(petzval("lens", "export", "cooke50f5", "-o", start))
        defocused = start.read_text().replace("42.20778", "41.8")
        start.write_text(defocused)
        process = petzval("lens", "optimise", start, "-o", out, "--vary", "c1-6,t2,t4,t6",
                          "--target", "spot,efl=50", "--json", "-")
        self.assertDone(process)
        report = json.loads(process.stdout)
        self.assertLess(report["merit"], report["merit_at_start"])
        before = self.answer("spot", start)["fields"]
        after = self.answer("spot", out)["fields"]
        self.assertLess(sum(f["poly_rms_um"] ** 2 for f in after),
                        0.5 * sum(f["poly_rms_um"] ** 2 for f in before))
        self.assertOneSentence(petzval("lens", "optimise", "cooke50f5", "-o", out, "--vary", "c1-6",
                                       "--target", "spot"))  # exists

    def test_tolerance_yield(self):
        report = self.answer("tolerance", "cooke50f5", "--trials", "20", "--frequency", "20",
                             "--require", "0.3")
        self.assertEqual(report["trials"], 20)
        self.assertTrue(0 <= report["yield"] <= 1)
        again = self.answer("tolerance", "cooke50f5", "--trials", "20", "--frequency", "20",
                            "--require", "0.3", "--threads", "1")
        self.assertEqual(report, again)

    def bad(self, text, *expected):
        path = self.folder / "bad.toml"
        path.write_text(text)
        process = petzval("lens", "info", path)
        self.assertOneSentence(process)
        for word in expected:
            self.assertIn(word, process.stderr)

    def test_bad_lens_files_say_what_is_wrong(self):
        good = self.folder / "good.toml"
        self.assertDone(petzval("lens", "export", "cooke50f5", "-o", good))
        text = good.read_text()
        self.bad(re.sub(r"(?m)^stop = \d+", "stop = 99", text), "stop")
        self.bad(text.replace("stop = ", "stpo = "), "stpo", "stop")
        self.bad(re.sub(r'(?m)^(\s*\[[^\]]*, )"[^"]+"(\s*\],?)', r'\1"schott/N-BK77"\2', text, count=1),
                 "N-BK7")
        self.bad(re.sub(r"(?m)^um = .*", "um = [0.1, 0.58, 0.65]", text), "0.1")
        self.bad("schema = 1\n", "missing")
        self.bad("", "schema")
        self.bad(text[: len(text) // 2])
        self.bad(text + '\n[[pickup]]\nset = "c1"\nfrom = "c2"\n\n[[pickup]]\nset = "c2"\nfrom = "c1"\n')

    def test_files_that_are_no_lens(self):
        for name, content in (("x.toml", b"\x89PNG\r\n\x1a\n"), ("x.zmx", b"VERS 1\n"),
                              ("x.json", b"{}"), ("x.seq", b"\x00" * 64)):
            path = self.folder / name
            path.write_bytes(content)
            self.assertOneSentence(petzval("lens", "info", path))
            self.assertOneSentence(petzval("lens", "import", path, "-o", self.folder / "o.toml"))
            self.assertFalse((self.folder / "o.toml").exists())
        process = petzval("lens", "info", "biotra")
        self.assertOneSentence(process)
        self.assertIn("biotar", process.stderr)
        self.assertOneSentence(petzval("lens", "spot", "biotar", "--field", "ten"))
        self.assertOneSentence(petzval("lens", "spot", "biotar", "--wavelength", "nan"))
        self.assertOneSentence(petzval("lens", "export", "biotar", "-o", self.folder / "x.doc"))
        self.assertEqual(petzval("lens").returncode, 2)
        self.assertEqual(petzval("lens", "spot").returncode, 2)

    def test_golden_values_from_the_command_line(self):
        if not OPTICS.is_dir():
            self.skipTest(f"{OPTICS} is absent")
        for golden_path in sorted((OPTICS / "golden").glob("*.json")):
            golden = json.loads(golden_path.read_text())
            if "first_order" not in golden:
                continue
            lens = OPTICS / "lenses" / f"{golden_path.stem}.toml"
            info = self.answer("info", lens)
            for key, name in (("EFL", "efl_mm"), ("BFL", "bfl_mm"), ("FNO", "f_number")):
                expected = golden["first_order"][key]
                self.assertLessEqual(abs(info[name] - expected), 1e-9 * abs(expected), lens.name)
            spot = self.answer("spot", lens)
            for mine, theirs in zip(spot["fields"], golden["fields"]):
                for a, b in zip(mine["rms_um"], theirs["rms_spot_chief_um_hexapolar6"]):
                    self.assertLessEqual(abs(a - b), 1e-6 * abs(b) + 1e-9, lens.name)


if __name__ == "__main__":
    unittest.main()
