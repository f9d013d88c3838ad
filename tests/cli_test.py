"""The command-line contract: verbs, options, outputs, reports, exit codes."""
import json
import subprocess
import unittest

from harness import ProgramTest, image_size, patch_tiff, petzval


class CliTest(ProgramTest):
    def test_help_and_version(self):
        for arguments in (["--help"], ["develop", "--help"], ["info", "--help"],
                          ["simulate", "burst", "--help"]):
            self.assertDone(petzval(*arguments))
        version = petzval("--version")
        self.assertDone(version)
        self.assertIn("Halide targets: x86-64" if "x86" in version.stdout else "Halide targets:",
                      version.stdout)
        help_text = petzval("develop", "--help").stdout
        for word in ("--merged", "--linear", "--look", "[-5..5]", "EV", "--force", "--threads"):
            self.assertIn(word, help_text)

    def test_usage_errors_exit_2(self):
        frame = self.frames[0]
        for arguments in ([], ["nonsense"], ["develop"], ["develop", frame],
                          ["develop", frame, "-o", "x.jpg", "--exposure", "9"],
                          ["develop", frame, "-o", "x.jpg", "--quality", "0"],
                          ["develop", frame, "-o", "x.jpg", "--unknown"],
                          ["develop", frame, "-o", "x.jpg", "--reference", "1"],
                          ["develop", *self.frames, "-o", "x.jpg", "--mode", "snapshot"],
                          ["develop", frame, "-o", "x.jpg", "--exposure", "nan"],
                          ["develop", frame, "-o", "x.png", "--bits", "12"],
                          ["develop", frame, "-o", "x.jpg", "--white-balance", "red"],
                          ["develop", frame, "-o", "x.jpg", "--set", "contrast"],
                          ["simulate", "burst", "-o", self.folder, "--size", "10x10"],
                          ["info"]):
            process = petzval(*arguments, cwd=self.folder)
            self.assertEqual(process.returncode, 2, arguments)
            self.assertNotEqual(process.stderr, "")
        self.assertNothingIn(self.folder)

    def test_snapshot_and_burst_reports(self):
        report = self.develop(self.frames[0], "-o", self.folder / "a.jpg")
        for key in ("warnings", "steps", "peak_memory_mb", "frames_used", "parameters"):
            self.assertIn(key, report)
        self.assertEqual(report["frames_used"], 1)
        self.assertEqual(report["parameters"]["mode"], "snapshot")
        self.assertGreater(report["peak_memory_mb"], 1)
        for step in report["steps"]:
            self.assertGreaterEqual(step["seconds"], 0)
            self.assertTrue(step["name"])
        report = self.develop(*self.frames, "-o", self.folder / "b.jpg")
        self.assertEqual(report["frames_used"], 3)
        self.assertEqual(image_size(self.folder / "b.jpg"), (report["width_px"], report["height_px"]))

    def test_every_output_format(self):
        for name, options in (("a.jpg", []), ("b.jpeg", ["--subsampling", "444"]),
                              ("c.png", []), ("d.png", ["--bits", "16"]), ("e.tif", []),
                              ("f.tiff", ["--bits", "16"]), ("g.jpg", ["--space", "p3"])):
            report = self.develop(self.frames[0], "-o", self.folder / name, *options)
            self.assertEqual(report["outputs"], [str(self.folder / name)])
            described = subprocess.run(["exiftool", "-j", "-n", self.folder / name],
                                       capture_output=True, text=True, check=True)
            tags = json.loads(described.stdout)[0]
            self.assertEqual(tags["ImageWidth"], report["width_px"], name)
            self.assertEqual(tags["ImageHeight"], report["height_px"], name)
            self.assertIn("ProfileDescription", tags, name)
            self.assertEqual(tags["ISO"], 400, name)
            self.assertNotIn("GPSLatitude", tags)
            self.assertNotIn("Warning", tags, name)

    def test_merged_and_linear(self):
        merged, linear = self.folder / "m.dng", self.folder / "l.tif"
        report = self.develop(*self.frames, "--merged", merged, "--linear", linear)
        self.assertEqual(report["outputs"], [str(merged), str(linear)])
        info = petzval("info", merged, "--json", "-")
        self.assertDone(info)
        info = json.loads(info.stdout)
        self.assertEqual((info["width_px"], info["height_px"], info["cfa"]), (320, 256, "RGGB"))
        tags = json.loads(subprocess.run(["exiftool", "-j", "-n", linear], capture_output=True,
                                         text=True, check=True).stdout)[0]
        self.assertEqual(str(tags["BitsPerSample"]), "32 32 32")
        self.assertEqual(report["parameters"]["mode"], "burst")
        self.assertEqual((report["width_px"], report["height_px"]), (320, 256))
        self.assertEqual([f["used"] for f in report["frames"]], [True] * 3)
        # A merged mosaic is a RAW file like any other.
        self.develop(merged, "-o", self.folder / "again.jpg")

    def test_result_does_not_depend_on_threads(self):
        for threads in (1, 2, 5):
            self.develop(*self.frames, "-o", self.folder / f"{threads}.jpg", "--threads", threads)
        first = (self.folder / "1.jpg").read_bytes()
        for threads in (2, 5):
            self.assertEqual((self.folder / f"{threads}.jpg").read_bytes(), first)

    def test_parameters_change_the_picture_and_stand_in_the_report(self):
        """Pixels, not files: the parameters stand in the metadata too."""
        def pixels(path):
            return subprocess.run(["exiftool", "-all=", "-o", "-", path], capture_output=True,
                                  check=True).stdout

        plain = self.folder / "plain.png"
        self.develop(self.frames[0], "-o", plain)
        changes = (("--exposure", "1", "exposure"), ("--look", "vivid", "look"),
                   ("--white-balance", "3200,10", "white-balance"), ("--luma-nr", "0", "luma-nr"),
                   ("--chroma-nr", "0", "chroma-nr"), ("--sharpening", "2", "sharpening"),
                   ("--set", "contrast=2", "look.contrast"), ("--space", "p3", "space"))
        for option, value, key in changes:
            changed = self.folder / "changed.png"
            report = self.develop(self.frames[0], "-o", changed, option, value)
            self.assertIn(key, report["parameters"])
            self.assertNotEqual(pixels(changed), pixels(plain), option)
        xmp = subprocess.run(["exiftool", "-xmp", "-b", plain], capture_output=True, text=True).stdout
        self.assertIn("sharpening", xmp)

    def test_orientation_turns_the_picture(self):
        upright = self.develop(self.frames[0], "-o", self.folder / "1.png")
        for orientation in range(1, 9):
            turned = self.folder / f"{orientation}.dng"
            turned.write_bytes(patch_tiff(self.frames[0].read_bytes(), 274, orientation))
            output = self.folder / f"{orientation}.png"
            self.develop(turned, "-o", output)
            expected = (upright["width_px"], upright["height_px"])
            self.assertEqual(image_size(output), expected[::-1] if orientation >= 5 else expected)
            tags = json.loads(subprocess.run(["exiftool", "-j", "-n", "-Orientation", output],
                                             capture_output=True, text=True).stdout)[0]
            self.assertEqual(tags.get("Orientation", 1), 1)

    def test_report_file_and_quiet(self):
        report = self.folder / "r.json"
        process = petzval("develop", self.frames[0], "-o", self.folder / "a.jpg", "--json", report,
                          "--quiet")
        self.assertDone(process)
        self.assertEqual(process.stdout + process.stderr, "")
        json.loads(report.read_text())

    def test_reference_is_the_one_asked_for(self):
        bad = self.folder / "bad.dng"
        bad.write_bytes(b"no frame")
        report = self.develop(bad, *self.frames, "-o", self.folder / "a.jpg", "--reference", 2)
        self.assertEqual([f["reference"] for f in report["frames"]], [False, False, True, False])
        report = self.develop(bad, *self.frames, "-o", self.folder / "a.jpg", "--reference", 0)
        self.assertTrue(any("cannot be the reference" in w for w in report["warnings"]))

    def test_simulate_does_not_mix_bursts(self):
        again = petzval("simulate", "burst", "-o", self.burst, "--frames", 1)
        self.assertEqual(again.returncode, 1)
        out = self.folder / "b"
        for frames in (2, 1):
            done = petzval("simulate", "burst", "-o", out, "--size", "256x192", "--frames", frames,
                           "--force", "--json", "-")
            self.assertDone(done)
            report = json.loads(done.stdout)
            names = sorted(p.name for p in out.iterdir())
            self.assertEqual(report["outputs"], names)
            self.assertEqual(sum(n.startswith("frame_") for n in names), frames)

    def test_info(self):
        process = petzval("info", self.frames[0], "--json", "-")
        self.assertDone(process)
        info = json.loads(process.stdout)
        for key in ("make", "model", "width_px", "height_px", "cfa", "black_dn", "white_dn", "iso",
                    "time_s", "noise_profile"):
            self.assertIn(key, info)
        self.assertEqual(info["iso"], 400)
        self.assertIn("RGGB", petzval("info", self.frames[0]).stdout)


if __name__ == "__main__":
    unittest.main()
