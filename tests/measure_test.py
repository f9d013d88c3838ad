"""petzval measure and compare: figures of known pictures, and refusals."""
import json
import math
import tempfile
import unittest

from harness import SHARED, ProgramTest, petzval
from pictures import dot_grid, slanted_edge, srgb, write_png

RAW = SHARED / "raw"


class AnswerTest(ProgramTest):
    @classmethod
    def setUpClass(cls):  # no burst needed
        cls._shared_folder = tempfile.TemporaryDirectory()

    def answer(self, *arguments):
        process = petzval(*arguments, "--json", "-")
        self.assertDone(process)
        self.assertNotIn("NaN", process.stdout)
        return json.loads(process.stdout)


class MeasureTest(AnswerTest):
    def edge(self, name, theta_deg=5, sigma_px=0.55160, **levels):
        path = self.folder / name
        rows = slanted_edge(128, 100, theta_deg, sigma_px, **levels)
        write_png(path, [[srgb(v) for v in row] for row in rows])
        return path

    def shared(self, *parts):
        path = RAW.joinpath(*parts)
        if not path.exists():
            self.skipTest("../shared is absent")
        return path

    def test_sfr_of_a_known_edge(self):
        report = self.answer("measure", "sfr", self.edge("edge.png"), "--roi", "0,0,128,100")
        edge = report["edges"][0]
        self.assertAlmostEqual(edge["mtf50_cpp"] / 0.3, 1, delta=0.002)
        self.assertAlmostEqual(edge["angle_deg"], 5, delta=0.05)
        self.assertAlmostEqual(edge["mtf"][edge["f_cpp"].index(0.25)], 0.6148, delta=0.005)
        for figure in report["figures"]:
            for key in ("name", "value", "unit", "n", "standard_error", "conditions", "definition"):
                self.assertIn(key, figure)

    def test_sfr_is_drawn(self):
        for name in ("sfr.svg", "sfr.png"):
            self.answer("measure", "sfr", self.edge("edge.png"), "--roi", "0,0,128,100",
                        "--plot", self.folder / name)
        self.assertIn("<svg", (self.folder / "sfr.svg").read_text())
        self.assertEqual((self.folder / "sfr.png").read_bytes()[:4], b"\x89PNG")
        self.assertOneSentence(petzval("measure", "sfr", self.edge("edge.png"), "--plot",
                                       self.folder / "sfr.jpg"))

    def test_edges_that_cannot_be_measured(self):
        straight = self.edge("straight.png", theta_deg=1e-7)
        clipped = self.edge("clipped.png", low=0.1, high=1.4)
        short = self.edge("short.png")
        roi = ("--roi", "0,0,128,100")
        self.assertOneSentence(petzval("measure", "sfr", straight, *roi))
        self.assertOneSentence(petzval("measure", "sfr", clipped, *roi))
        self.assertOneSentence(petzval("measure", "sfr", short, "--roi", "40,40,40,6"))
        self.assertOneSentence(petzval("measure", "sfr", short, "--roi", "100,0,90,90"))
        self.assertOneSentence(petzval("measure", "sfr", short, "--roi", "1,2,3"))

    def test_distortion_of_a_known_grid(self):
        path = self.folder / "dots.png"
        write_png(path, [[srgb(v) for v in row] for row in dot_grid(480, 360, 24, -0.05)])
        report = self.answer("measure", "distortion", path)
        self.assertAlmostEqual(report["k1"], -0.05, delta=0.002)
        self.assertLess(report["residual_rms_px"], 0.1)

    def test_uniformity_of_a_known_falloff(self):
        width, height, corner = 400, 300, math.radians(30)
        half = math.hypot(width, height) / 2

        def light(x, y):
            r = math.hypot(x + 0.5 - width / 2, y + 0.5 - height / 2) / half
            return 0.8 * math.cos(math.atan(r * math.tan(corner))) ** 4
        path = self.folder / "flat.png"
        write_png(path, [[srgb(light(x, y)) for x in range(width)] for y in range(height)])
        report = self.answer("measure", "uniformity", path)
        self.assertAlmostEqual(report["corner_to_centre"], math.cos(corner) ** 4, delta=0.003)

    def test_what_is_not_in_the_picture(self):
        path = self.folder / "grey.png"
        write_png(path, [[0.5] * 160 for _ in range(120)])
        for measure in ("sfr", "color", "distortion", "chroma"):
            self.assertOneSentence(petzval("measure", measure, path))
        self.assertOneSentence(petzval("measure", "color", path, "--chart", "colorcheckr24"))
        self.assertOneSentence(petzval("measure", "sfr", self.folder / "missing.png"))
        truncated = self.folder / "truncated.png"
        truncated.write_bytes(path.read_bytes()[:60])
        self.assertOneSentence(petzval("measure", "sfr", truncated))
        self.assertEqual(petzval("measure", "sharpness", path).returncode, 2)
        self.assertEqual(petzval("measure").returncode, 2)

    def test_all_says_what_it_could_not_do(self):
        report = self.answer("measure", "all", self.edge("edge.png"))
        self.assertIsNotNone(report["sfr"])
        self.assertIsNone(report["color"])
        self.assertTrue(any(w.startswith("color: ") for w in report["warnings"]))

    def test_real_charts_are_found(self):
        # The first two state no colour matrix; the third was balanced for another light.
        for name, mean in (("colour-chart-1080p/chart.dng", 6.29), ("raw10-chart/chart.dng", 9.89),
                           ("dslr-chart-dng/colorchart.dng", 15.47)):
            report = self.answer("measure", "color", self.shared(name))
            self.assertEqual(len(report["patches"]), 24, name)
            self.assertAlmostEqual(report["de2000_mean"], mean, delta=0.5, msg=name)

    def test_real_edges(self):
        report = self.answer("measure", "sfr", self.shared("small", "Test_edge1_mono.tif"))
        self.assertAlmostEqual(report["edges"][0]["mtf50_cpp"], 0.298, delta=0.02)

    def test_real_photon_transfer(self):
        folder = self.shared("pi-imx296-static")
        report = self.answer("measure", "noise", *sorted(folder.glob("frame*.dng")))
        self.assertAlmostEqual(report["gain_e_per_dn"], 11.8, delta=0.8)
        self.assertAlmostEqual(report["read_noise_e"], 4.7, delta=0.8)


class CompareTest(AnswerTest):
    def picture(self, name, change=lambda v, x, y: v, width=96, height=80):
        path = self.folder / name
        write_png(path, [[change(0.5 + 0.3 * math.sin(x / 5) * math.cos(y / 7), x, y)
                          for x in range(width)] for y in range(height)], bits=8)
        return path

    def test_identity_and_order(self):
        reference = self.picture("reference.png")
        same = self.answer("compare", reference, self.picture("same.png"))
        self.assertIsNone(same["psnr_db"])
        self.assertEqual(same["ssim"], 1)
        self.assertEqual(same["de2000_mean"], 0)
        near = self.picture("near.png", lambda v, x, y: v + 0.01 * ((x + y) % 2))
        far = self.picture("far.png", lambda v, x, y: v + 0.05 * ((x + y) % 2))
        report = self.answer("compare", reference, near, far)
        near, far = report["tests"]
        self.assertGreater(near["psnr_db"], far["psnr_db"])
        self.assertLess(near["de2000_mean"], far["de2000_mean"])
        self.assertEqual(report["psnr_db"], near["psnr_db"])

    def test_page(self):
        page = self.folder / "page"
        self.answer("compare", self.picture("a.png"),
                    self.picture("b.png", lambda v, x, y: v * 0.97), "--html", page)
        self.assertIn("<html", (page / "index.html").read_text().lower())
        self.assertOneSentence(petzval("compare", self.picture("a.png"), self.picture("b.png"),
                                       "--html", page))

    def test_refusals(self):
        a = self.picture("a.png")
        other = self.picture("other.png", width=90)
        process = petzval("compare", a, other)
        self.assertOneSentence(process)
        self.assertIn("96", process.stderr)
        self.assertOneSentence(petzval("compare", a, self.folder / "missing.png"))
        self.assertEqual(petzval("compare", a).returncode, 2)
        self.assertEqual(petzval("compare", "--dslr", "chart-wall").returncode, 2)


if __name__ == "__main__":
    unittest.main()
