"""petzval lens: analyses, plots, reports, design and exchange from the command line."""
import json
import math
import pathlib
import re
import xml.etree.ElementTree
import unittest

from harness import SHARED, ProgramTest, petzval

OPTICS = SHARED / "optics"
ANALYSES = ("info", "trace", "spot", "fan", "opd", "psf", "mtf", "distortion", "vignetting", "seidel",
            "through-focus", "ghosts")


def no_nan(value):
    if isinstance(value, dict):
        return all(no_nan(v) for v in value.values())
    if isinstance(value, list):
        return all(no_nan(v) for v in value)
    return not isinstance(value, float) or math.isfinite(value)


class LensTest(ProgramTest):
    @classmethod
    def setUpClass(cls):  # no burst needed
        import tempfile
        cls._shared_folder = tempfile.TemporaryDirectory()

    def answer(self, *arguments):
        process = petzval("lens", *arguments, "--json", "-")
        self.assertDone(process)
        self.assertNotRegex(process.stdout, r"\b(NaN|nan|Infinity)\b")
        report = json.loads(process.stdout)
        self.assertTrue(no_nan(report))
        return report

    def test_contract_of_info_and_spot(self):
        info = self.answer("info", "dgauss100f2")
        self.assertAlmostEqual(info["efl_mm"], 100.003757, places=5)
        self.assertAlmostEqual(info["bfl_mm"], 61.487536, places=5)
        self.assertAlmostEqual(info["f_number"], 2.000075, places=5)
        self.assertAlmostEqual(info["seidel"]["s1"], 0.153471, places=5)
        self.assertAlmostEqual(info["seidel"]["s5"], 0.116206, places=5)
        spot = self.answer("spot", "dgauss100f2")
        self.assertEqual(len(spot["fields"]), 3)
        self.assertAlmostEqual(spot["fields"][0]["rms_um"][1], 14.368, places=2)
        self.assertEqual(spot["fields"][0]["rays"]["missed"], 0)

    def test_every_analysis_answers_for_every_kind_of_lens(self):
        for lens in ("cooke50f5", "petzval_kodak", "phone_us7535658", "fisheye16f28"):
            for verb in ANALYSES:
                fast = {"psf": ["--size", "16"], "through-focus": ["--points", "5"],
                        "vignetting": ["--points", "3"], "distortion": ["--points", "3"]}
                with self.subTest(lens=lens, verb=verb):
                    report = self.answer(verb, lens, *fast.get(verb, []))
                    self.assertTrue(report)
                    text = petzval("lens", verb, lens, *fast.get(verb, []))
                    self.assertDone(text)
                    self.assertNotRegex(text.stdout, r"\bnan\b|\binf\b")

    def test_odd_terms_have_no_seidel_sums(self):
        info = self.answer("info", "phone_us7535658")
        self.assertIsNone(info["seidel"])
        self.assertTrue(any("odd" in w for w in info["warnings"]), info["warnings"])

    def test_plots_are_svg(self):
        for verb in ("layout", "spot", "fan", "opd", "psf", "mtf", "distortion", "vignetting",
                     "seidel", "through-focus"):
            with self.subTest(verb=verb):
                out = self.folder / f"{verb}.svg"
                flag = "-o" if verb == "layout" else "--plot"
                self.assertDone(petzval("lens", verb, "tessar", flag, out, "--quiet"))
                root = xml.etree.ElementTree.parse(out).getroot()
                self.assertTrue(root.tag.endswith("svg"))
                self.assertNotRegex(out.read_text(), r"\bnan\b|\binf\b")
                self.assertOneSentence(petzval("lens", verb, "tessar", flag, out))  # exists already

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

    def test_optimise_improves_and_resumes(self):
        out = self.folder / "better.toml"
        process = petzval("lens", "optimise", "cooke50f5", "-o", out, "--vary", "c1-6,t2,t4,t6",
                          "--target", "spot,efl=50", "--json", "-")
        self.assertDone(process)
        report = json.loads(process.stdout)
        self.assertLess(report["merit"], report["merit_at_start"])
        before = self.answer("spot", "cooke50f5")["fields"]
        after = self.answer("spot", out)["fields"]
        self.assertLess(sum(f["poly_rms_um"] ** 2 for f in after),
                        sum(f["poly_rms_um"] ** 2 for f in before))
        self.assertOneSentence(petzval("lens", "optimise", "cooke50f5", "-o", out, "--vary", "c1-6",
                                       "--target", "spot"))  # exists

    def test_tolerance_yield(self):
        report = self.answer("tolerance", "cooke50f5", "--trials", "50", "--frequency", "20",
                             "--require", "0.3")
        self.assertEqual(report["trials"], 50)
        self.assertTrue(0 <= report["yield"] <= 1)
        again = self.answer("tolerance", "cooke50f5", "--trials", "50", "--frequency", "20",
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
        self.assertOneSentence(petzval("lens", "mtf", "biotar", "--plot", "/nonexistent/x.svg"))

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
