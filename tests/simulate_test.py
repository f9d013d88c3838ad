"""petzval simulate SCENE and flats, petzval device: the virtual camera from the command line."""
import filecmp
import json
import tempfile
import unittest

from harness import ProgramTest, petzval

SCENE = """schema = 1
name = "wall"
title = "a wall"
key_light = "even"
illuminance_lux = 500

[[light]]
name = "even"
kind = "uniform"
light = "D50"
illuminance_lux = 500

[[material]]
name = "paint"
colours = ["grey 0.4"]

[[sphere]]
name = "ball"
material = "paint"
position_mm = [0, 0, 2000]
radius_mm = 300

[[view]]
name = "front"
focus_mm = 1800
equivalent_mm = 50
"""


class SimulateTest(ProgramTest):
    @classmethod
    def setUpClass(cls):  # no burst needed
        cls._shared_folder = tempfile.TemporaryDirectory()

    def scene(self, text=SCENE):
        path = self.folder / "wall.toml"
        path.write_text(text)
        return path

    def shoot(self, folder, *options, scene=None):
        process = petzval("simulate", scene or self.scene(), "--device", "flagship-2022",
                          "--scale", 64, "--samples", 8, "-o", folder, "--json", "-", *options)
        self.assertDone(process)
        return json.loads(process.stdout)

    def test_frames_and_truth(self):
        shot = self.folder / "shot"
        report = self.shoot(shot, "--frames", 2, "--camera", "wide,tele")
        self.assertEqual([c["name"] for c in report["cameras"]], ["wide", "tele"])
        for camera in report["cameras"]:
            for name in camera["files"]:
                self.assertTrue((shot / name).exists(), name)
        truth = json.loads((shot / "truth.json").read_text())
        self.assertTrue(truth)
        self.develop(shot / "wide_frame_00.dng", "-o", self.folder / "wide.jpg")
        self.assertOneSentence(petzval("simulate", self.scene(), "--device", "flagship-2022",
                                       "--scale", 64, "-o", shot))

    def test_same_seed_same_bytes(self):
        one, two = self.folder / "one", self.folder / "two"
        self.shoot(one, "--threads", 1)
        report = self.shoot(two, "--threads", 2)
        names = report["cameras"][0]["files"] + ["truth.json"]
        self.assertEqual(filecmp.cmpfiles(one, two, names, shallow=False), (names, [], []))

    def test_bracket(self):
        report = self.shoot(self.folder / "bracket", "--ev-steps", "0,-2,2", "--iso", 100,
                            "--time", 0.004, "--no-truth")
        times = [f["time_s"] for f in report["cameras"][0]["frames"]]
        self.assertAlmostEqual(times[1] / times[0], 1 / 4, places=3)
        self.assertAlmostEqual(times[2] / times[0], 4, places=2)

    def test_colour_with_the_true_matrix(self):
        shot = self.folder / "chart"
        self.assertDone(petzval(
            "simulate", "chart-wall", "--view", "colorchecker", "--device", "fullframe-reference",
            "--response", "rgb", "--optics", "pinhole", "--tripod", "--iso", 100, "--scale", 12,
            "--no-truth", "-o", shot))
        process = petzval("measure", "color", shot / "standard_frame_00.dng", "--json", "-")
        self.assertDone(process)
        self.assertLessEqual(json.loads(process.stdout)["de2000_mean"], 0.1)

    def test_phone_against_full_frame(self):
        out = self.folder / "experiment"
        command = ("compare", "--dslr", "chart-wall", "--device", "flagship-2022", "--camera",
                   "portrait", "--scale", 24, "--frames", 2, "--samples", 8, "-o", out)
        process = petzval(*command, "--html", self.folder / "page", "--json", "-")
        self.assertDone(process)
        report = json.loads(process.stdout)
        self.assertEqual([t["test"] for t in report["tests"]], ["burst", "single frame"])
        for name in ("reference.png", "burst.png", "single.png", "pair.json"):
            self.assertTrue((out / name).exists(), name)
        # Both see the charts at the same place: a pixel of shift would cost far more.
        self.assertGreater(report["tests"][0]["ms_ssim"] or report["tests"][0]["ssim"], 0.8)
        self.assertTrue((self.folder / "page" / "index.html").exists())
        self.assertOneSentence(petzval(*command))

    def test_photon_transfer_of_a_sensor(self):
        flats = self.folder / "flats"
        made = petzval("simulate", "flats", "--sensor", "bayer16-1um", "-o", flats, "--iso", 50,
                       "--size", "1024x768", "--json", "-")
        self.assertDone(made)
        truth = json.loads(made.stdout)
        frames = sorted(flats.glob("flat_*.dng"))
        self.assertEqual(len(frames), truth["frames"])
        process = petzval("measure", "noise", *frames, "--json", "-")
        self.assertDone(process)
        measured = json.loads(process.stdout)
        # What the converter can count is less than what a pixel holds.
        truth["full_well_e"] = min(truth["full_well_e"], truth["full_scale_e"])
        for key in ("gain_e_per_dn", "read_noise_e", "full_well_e"):
            self.assertAlmostEqual(measured[key] / truth[key], 1, delta=0.02, msg=key)

    def test_refusals(self):
        out = self.folder / "out"

        def refused(*arguments, says=""):
            process = petzval("simulate", *arguments, "-o", out)
            self.assertOneSentence(process)
            self.assertIn(says, process.stderr)
            self.assertFalse(out.exists() and any(out.iterdir()))
        device = ("--device", "flagship-2022", "--scale", 64)
        refused("night-stret", *device, says="night-street")
        refused("night-street", "--device", "flagship-2023", says="flagship-2022")
        refused(self.scene(), *device, "--camera", "wid", says="wide")
        refused(self.scene(), *device, "--lens", "tesar", says="tessar")
        refused(self.scene(), *device, "--view", "back")
        for old, new in (("radius_mm = 300", "radius_mm = -300"), ("radius_mm", "radiusmm"),
                         ('light = "D50"', 'light = "D51"'), ("schema = 1", "schema = 2")):
            refused(self.scene(SCENE.replace(old, new)), *device, says="line")
        self.assertOneSentence(petzval("simulate", self.scene(), *device, "-o", "/proc/no/folder"))
        for usage in (("simulate", "night-street", "-o", out),
                      ("simulate", "night-street", "--device", "flagship-2022"),
                      ("simulate",), ("simulate", "x", "--optics", "mirror", "-o", out)):
            self.assertEqual(petzval(*usage).returncode, 2, usage)


class DeviceTest(ProgramTest):
    @classmethod
    def setUpClass(cls):
        cls._shared_folder = tempfile.TemporaryDirectory()

    def test_list_show_check(self):
        process = petzval("device", "list", "--json", "-")
        self.assertDone(process)
        names = [d["device"] for d in json.loads(process.stdout)["devices"]]
        for name in ("flagship-2022", "fullframe-reference", "mono-pair"):
            self.assertIn(name, names)
        for name in names:
            self.assertDone(petzval("device", "show", name))
            self.assertDone(petzval("device", "check", name))
        self.assertOneSentence(petzval("device", "show", "flagship"))

    def test_a_device_that_cannot_be(self):
        path = self.folder / "x.toml"
        path.write_text('schema = 1\nname = "x"\ntitle = "x"\nsource = "a guess"\n'
                        '[[camera]]\nname = "wide"\nrole = "wide"\nsensor = "fullframe24"\n'
                        'lens = "flagship2022_wide"\nfocal_mm = 50.0\nequivalent_mm = 50.0\n'
                        'f_number = 1.9\nposition_mm = [0.0, 0.0]\n')
        process = petzval("device", "check", path)
        self.assertEqual(process.returncode, 1)
        self.assertIn("error", process.stdout)


if __name__ == "__main__":
    unittest.main()
