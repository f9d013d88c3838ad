"""petzval calibrate and match: devices from charts, spectra, flats and darks; and refusals."""
import json
import os
import pathlib
import stat
import tempfile
import unittest

from harness import SHARED, ProgramTest, petzval

RAW = SHARED / "raw"
X5 = SHARED / "colour" / "ssf" / "rawtoaces" / "Arashi_Vision_Insta360_X5.csv"


def shoot_chart(folder, light="D65"):
    """A ColorChecker photographed by the virtual wide camera of the flagship, small."""
    made = petzval("simulate", "chart-wall", "--view", "colorchecker", "--device", "flagship-2022",
                   "--camera", "wide", "--optics", "pinhole", "--tripod", "--iso", 50, "--scale",
                   8, "--no-truth", "-o", folder)
    if made.returncode != 0:
        raise RuntimeError(made.stderr)
    return sorted(pathlib.Path(folder).glob("*.dng"))


class AnswerTest(ProgramTest):
    @classmethod
    def setUpClass(cls):
        cls._shared_folder = tempfile.TemporaryDirectory()
        cls.chart = shoot_chart(pathlib.Path(cls._shared_folder.name) / "chart")[0]

    def answer(self, *arguments):
        process = petzval(*arguments, "--json", "-")
        self.assertDone(process)
        self.assertNotIn("NaN", process.stdout)
        return json.loads(process.stdout)

    def sensitivities(self, name="ssf.csv", change=lambda nm, rgb: rgb):
        """A camera of three bumps."""
        rows = ["nm,R,G,B"]
        for nm in range(380, 781, 5):
            rgb = [max(0.0, 1 - ((nm - peak) / 75) ** 2) for peak in (600, 535, 455)]
            rgb = change(nm, rgb)
            if rgb is not None:
                rows.append(",".join([str(nm), *(f"{v:.6f}" for v in rgb)]))
        path = self.folder / name
        path.write_text("\n".join(rows) + "\n")
        return path


class CalibrateColorTest(AnswerTest):
    def test_chart_into_a_new_device_and_develop_with_it(self):
        device = self.folder / "mine.toml"
        report = self.answer("calibrate", "color", self.chart, "--illuminant", "D65", "--into",
                             device, "--camera", "wide")
        self.assertIn(report["fit"], ("matrix", "root2", "root3"))
        self.assertLess(report["de2000_mean"], 2)
        self.assertLess(report["loo_mean"], 3)
        self.assertEqual(len(report["patches"]), 24)
        self.assertTrue(all(p["used"] for p in report["patches"]))
        checked = petzval("device", "check", device)
        self.assertDone(checked)
        out = self.folder / "out.png"
        developed = self.develop(self.chart, "-o", out, "--device", device)
        self.assertIn(report["fit"], developed["parameters"]["color"])

    def test_lights_of_other_days_are_kept(self):
        device = self.folder / "mine.toml"
        for light in ("D65", "D55"):
            self.answer("calibrate", "color", self.chart, "--illuminant", light, "--into", device,
                        "--camera", "wide")
        text = device.read_text()
        self.assertIn('light = "D55"', text)
        self.assertIn('light = "D65"', text)
        self.answer("calibrate", "color", self.chart, "--illuminant", "D55", "--into", device,
                    "--replace")
        self.assertNotIn('light = "D65"', device.read_text())

    def test_comments_of_a_device_stay(self):
        device = self.folder / "phone.toml"
        lines = pathlib.Path(__file__).resolve().parent.parent.joinpath(
            "data", "devices", "fullframe-reference.toml").read_text().splitlines()
        device.write_text("# A comment of mine.\n" + "\n".join(lines) + "\n")
        before = device.read_text()
        self.answer("calibrate", "color", "--ssf", self.sensitivities(), "--into", device,
                    "--camera", "standard")
        self.assertTrue(device.read_text().startswith("# A comment of mine.\n"))
        for line in lines:
            self.assertIn(line, device.read_text())
        self.assertGreater(len(device.read_text()), len(before))

    def test_sensitivities_of_a_sensor_and_of_a_file(self):
        for source in ("quad50-1um", self.sensitivities()):
            report = self.answer("calibrate", "color", "--ssf", source)
            self.assertEqual(report["method"], "ssf")
            names = [light["light"] for light in report["lights"]]
            self.assertIn("A", names)
            self.assertIn("D65", names)
            self.assertGreaterEqual(len({light["class"] for light in report["lights"]}), 6)

    def test_bad_sensitivities(self):
        bad = {
            "gap.csv": lambda nm, rgb: None if 500 < nm < 560 else rgb,
            "negative.csv": lambda nm, rgb: [rgb[0] - (0.3 if nm == 500 else 0), *rgb[1:]],
            "nan.csv": lambda nm, rgb: [float("nan"), *rgb[1:]] if nm == 500 else rgb,
            "dark.csv": lambda nm, rgb: [0, *rgb[1:]],
            "short.csv": lambda nm, rgb: rgb if nm < 500 else None,
        }
        for name, change in bad.items():
            with self.subTest(name):
                device = self.folder / "d.toml"
                process = petzval("calibrate", "color", "--ssf", self.sensitivities(name, change),
                                  "--into", device, "--camera", "c")
                self.assertOneSentence(process)
                self.assertFalse(device.exists())

    def test_what_is_no_chart(self):
        device = self.folder / "d.toml"
        into = ("--into", device, "--camera", "c")
        self.assertOneSentence(petzval("calibrate", "color", self.chart, "--chart",
                                       "colorcheckersg", *into))
        self.assertOneSentence(petzval("calibrate", "color", self.chart, "--chart", "nochart",
                                       *into))
        self.assertOneSentence(petzval("calibrate", "color", self.chart, "--illuminant", "D99x",
                                       *into))
        self.assertOneSentence(petzval("calibrate", "color", self.folder / "absent.dng", *into))
        self.assertOneSentence(petzval("calibrate", "color", self.chart, "--corners", "1,2,3",
                                       *into))
        half = petzval("calibrate", "color", self.chart, "--roi", "0,0,200,200", *into)
        self.assertOneSentence(half)
        cut = self.folder / "cut.dng"
        cut.write_bytes(self.chart.read_bytes()[:5000])
        self.assertOneSentence(petzval("calibrate", "color", cut, *into))
        self.assertFalse(device.exists())

    def test_where_it_cannot_be_written(self):
        self.assertOneSentence(petzval("calibrate", "color", "--ssf", self.sensitivities(),
                                       "--into", "flagship-2022", "--camera", "wide"))
        self.assertOneSentence(petzval("calibrate", "color", "--ssf", self.sensitivities(),
                                       "--into", self.folder / "no" / "d.toml", "--camera", "c"))
        broken = self.folder / "broken.toml"
        broken.write_text("schema = 1\nname = \n")
        self.assertOneSentence(petzval("calibrate", "color", "--ssf", self.sensitivities(),
                                       "--into", broken, "--camera", "c"))
        self.assertEqual(broken.read_text(), "schema = 1\nname = \n")
        if os.geteuid() != 0:
            locked = self.folder / "locked"
            locked.mkdir()
            locked.chmod(stat.S_IRUSR | stat.S_IXUSR)
            self.assertOneSentence(petzval("calibrate", "color", "--ssf", self.sensitivities(),
                                           "--into", locked / "d.toml", "--camera", "c"))

    def test_usage(self):
        self.assertEqual(petzval("calibrate", "color").returncode, 2)
        self.assertEqual(petzval("calibrate", "color", self.chart, "--ssf", "x.csv").returncode, 2)
        self.assertEqual(petzval("calibrate").returncode, 2)

    def test_real_chart(self):
        chart = RAW / "colour-chart-1080p" / "chart.dng"
        if not chart.exists():
            self.skipTest("../shared is absent")
        report = self.answer("calibrate", "color", chart, "--illuminant", "auto", "--edition",
                             "auto")
        self.assertLess(report["loo_mean"], 3)


class CalibrateDcpTest(AnswerTest):
    def test_profile_for_other_programs(self):
        device, profile = self.folder / "mine.toml", self.folder / "mine.dcp"
        self.answer("calibrate", "color", "--ssf", "quad50-1um", "--into", device, "--camera",
                    "wide")
        report = self.answer("calibrate", "dcp", device, "-o", profile, "--model",
                             "petzval flagship-2022 wide")
        self.assertEqual(profile.read_bytes()[:4], b"IIRC")
        for light in report["lights"]:
            self.assertLess(light["hull_de2000_mean"], 1)
        out = self.folder / "out.png"
        self.develop(self.chart, "-o", out, "--dcp", profile)
        self.assertTrue(out.exists())
        self.assertOneSentence(petzval("calibrate", "dcp", device, "-o", profile, "--model", "x"))
        cut = self.folder / "cut.dcp"
        cut.write_bytes(profile.read_bytes()[:300])
        self.assertOneSentence(petzval("develop", self.chart, "-o", self.folder / "no.png",
                                       "--dcp", cut))
        self.assertOneSentence(petzval("develop", self.chart, "-o", self.folder / "no.png",
                                       "--dcp", self.chart.parent))
        self.assertOneSentence(petzval("calibrate", "dcp", "flagship-2022", "--camera", "none",
                                       "-o", self.folder / "x.dcp", "--model", "x"))


class CalibrateFramesTest(AnswerTest):
    def flats(self):
        folder = self.folder / "flats"
        self.assertDone(petzval("simulate", "flats", "--sensor", "bayer16-1um", "--iso", 100,
                                "--size", "320x240", "-o", folder))
        return sorted(folder.glob("flat_*.dng")), sorted(folder.glob("dark_*.dng"))

    def test_noise_shading_black(self):
        flats, darks = self.flats()
        self.assertTrue(flats)
        device = self.folder / "mine.toml"
        noise = self.answer("calibrate", "noise", *flats, *(("--dark", *darks) if darks else ()),
                            "--into", device, "--camera", "portrait")
        self.assertGreater(noise["noise"][0]["gain_e_per_dn"], 0)
        shading = self.answer("calibrate", "shading", flats[-8], "--columns", 5, "--rows", 5,
                              "--into", device)
        self.assertLess(abs(shading["corner_gain"] - 1), 0.05)
        if darks:
            black = self.answer("calibrate", "black", *darks, "--into", device)
            self.assertGreater(black["black"][0]["black_dn"][0], 0)
        text = device.read_text()
        self.assertIn("[calibration.portrait.noise]", text)
        self.assertIn("[calibration.portrait.shading]", text)
        out = self.folder / "out.png"
        self.develop(flats[0], "-o", out, "--device", device)

    def test_what_is_no_flat(self):
        flats, darks = self.flats()
        self.assertOneSentence(petzval("calibrate", "shading", self.chart))
        self.assertOneSentence(petzval("calibrate", "black", flats[-4]))
        self.assertOneSentence(petzval("calibrate", "noise", flats[0]))
        self.assertOneSentence(petzval("calibrate", "noise", flats[0], self.chart))


    def test_the_right_black_changes_nothing(self):
        dark = RAW / "pi-imx296-static" / "dark.dng"
        if not dark.exists():
            self.skipTest("../shared is absent")
        device, frame = self.folder / "b.toml", dark.with_name("frame0.dng")
        self.answer("calibrate", "black", dark, "--into", device, "--camera", "c")
        self.develop(frame, "-o", self.folder / "plain.png")
        report = self.develop(frame, "-o", self.folder / "with.png", "--device", device)
        self.assertFalse([w for w in report["warnings"] if "black level" in w])
        self.assertEqual((self.folder / "plain.png").read_bytes()[-4000:],
                         (self.folder / "with.png").read_bytes()[-4000:])

    def test_sensitivities_and_charts_do_not_replace_each_other(self):
        device = self.folder / "both.toml"
        into = ("--into", device, "--camera", "c")
        self.answer("calibrate", "color", "--ssf", "quad50-1um", *into)
        before = device.read_text()
        self.assertOneSentence(petzval("calibrate", "color", self.chart, "--illuminant", "D65",
                                       *into))
        self.assertEqual(device.read_text(), before)
        self.answer("calibrate", "color", self.chart, "--illuminant", "D65", "--replace", *into)
        self.assertEqual(petzval("calibrate", "color", "--ssf", "quad50-1um", "--illuminant",
                                 "D65").returncode, 2)


class MatchTest(AnswerTest):
    def test_sensitivities(self):
        device = self.folder / "mine.toml"
        report = self.answer("match", "--camera", "phone", "--reference", "classic", "--ssf",
                             "quad50-1um", "--reference-ssf", "fullframe24", "--into", device,
                             "--illuminant", "D50", "A")
        rows = {(r["light"], r["rendering"]): r["de2000_mean"] for r in report["differences"]}
        for light in ("D50", "A"):
            self.assertLess(rows[light, "matched"], 0.5 * rows[light, "the reference's matrix"])
            self.assertLess(rows[light, "floor"], 1.2 * rows[light, "matched"])
        self.assertIn("[calibration.phone.match.classic]", device.read_text())
        out = self.folder / "out.png"
        developed = self.develop(self.chart, "-o", out, "--device", device, "--match", "classic")
        self.assertIn("classic", developed["parameters"]["color"])
        self.assertOneSentence(petzval("develop", self.chart, "-o", self.folder / "no.png",
                                       "--device", device, "--match", "other"))

    def test_charts(self):
        report = self.answer("match", "--camera", "a", "--reference", "b", "--charts", self.chart,
                             "--reference-charts", self.chart, "--illuminant", "D65")
        self.assertLess(report["de2000_mean"], 0.3)

    def test_bad_matches(self):
        self.assertOneSentence(petzval("match", "--camera", "a", "--reference", "a", "--ssf",
                                       "quad50-1um", "--reference-ssf", "fullframe24"))
        self.assertOneSentence(petzval("match", "--camera", "a", "--reference", "b"))
        self.assertOneSentence(petzval("match", "--camera", "a", "--reference", "b", "--ssf",
                                       "quad50-1um", "--reference-ssf", "fullframe24",
                                       "--illuminant", "auto"))
        self.assertEqual(petzval("match", "--camera", "a", "--reference", "b", "--charts",
                                 self.chart).returncode, 2)
        self.assertEqual(petzval("match").returncode, 2)


class MatchPhotosTest(AnswerTest):
    """What a look made of three scenes is learned back from them."""

    SCENES = ("dslr-chart-dng/colorchart.dng", "p9-dusk/dusk.dng", "pi-indoor/indoor.dng")

    def setUp(self):
        super().setUp()
        if not all((RAW / scene).exists() for scene in self.SCENES):
            self.skipTest("../shared is absent")

    def pairs(self):
        pictures = []
        for i, scene in enumerate(self.SCENES):
            reference = self.folder / f"reference{i}.png"
            self.assertDone(petzval("develop", RAW / scene, "-o", reference, "--look",
                                    "classic-slide"))
            pictures += [RAW / scene, reference]
        return pictures

    def test_round_trip(self):
        pictures, look = self.pairs(), self.folder / "learned.toml"
        report = self.answer("match", "--reference", "slide", "--photos", *pictures, "--look",
                             look)
        rows = {r["pictures"]: r["de2000_mean"] for r in report["differences"]}
        self.assertGreater(rows["the look natural"], 3)
        self.assertLess(rows["the learned look"], 1.5)
        self.assertLess(rows["the same, pictures left out"], 0.5 * rows["the look natural"])
        self.assertEqual(len(report["pairs"]), 3)
        self.assertIn('lut = "learned.cube"', look.read_text())
        # The file renders as the answer says: a match to it, from a linear picture, is near.
        again, linear = self.folder / "again.png", self.folder / "linear.tif"
        self.assertDone(petzval("develop", pictures[2], "-o", again, "--look", look, "--linear",
                                linear))
        second = self.answer("match", "--reference", "slide", "--photos", linear, again, "--look",
                             self.folder / "second.toml")
        self.assertLess(second["de2000_mean"], 2)
        # Nothing is overwritten by accident.
        self.assertOneSentence(petzval("match", "--reference", "slide", "--photos", *pictures,
                                       "--look", look))

    def test_refusals(self):
        raw, look = RAW / self.SCENES[2], self.folder / "no.toml"
        picture = self.folder / "picture.png"
        self.assertDone(petzval("develop", RAW / self.SCENES[1], "-o", picture))
        for pair in ((raw, picture), (picture, picture), (raw, raw),
                     (raw, self.folder / "missing.png"), (self.folder, picture)):
            self.assertOneSentence(petzval("match", "--reference", "b", "--photos", *pair,
                                           "--look", look))
        match = ("match", "--reference", "b", "--photos")
        self.assertEqual(petzval(*match, raw, "--look", look).returncode, 2)
        self.assertEqual(petzval(*match, raw, picture).returncode, 2)
        self.assertEqual(petzval(*match, raw, picture, "--look", look, "--into",
                                 self.folder / "d.toml").returncode, 2)
        self.assertFalse(look.exists())


if __name__ == "__main__":
    unittest.main()
