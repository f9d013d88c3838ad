"""Every real RAW frame develops; skipped where the reference data is absent."""
import unittest

from harness import SHARED, ProgramTest, petzval


@unittest.skipUnless((SHARED / "raw").is_dir(), "no ../shared/data/raw here")
class RealFilesTest(ProgramTest):
    def test_every_dng_develops(self):
        files = sorted((SHARED / "raw").rglob("*.dng"))
        self.assertGreater(len(files), 20)
        for path in files:
            with self.subTest(path=path.name):
                report = self.develop(path, "-o", self.folder / "out.jpg")
                self.assertEqual(report["frames_used"], 1)
                self.assertDone(petzval("info", path))

    def test_headerless_mipi(self):
        raw = self.folder / "chart.raw"
        raw.symlink_to(SHARED / "raw" / "raw10-chart" / "1920x1080_mipi10.raw")
        description = self.folder / "chart.raw.toml"
        description.write_text('schema = 1\nwidth = 1920\nheight = 1080\nformat = "mipi10"\n'
                               'cfa = "BGGR"\nblack = 64\nwhite = 1023\n')
        report = self.develop(raw, "-o", self.folder / "out.jpg")
        self.assertEqual((report["width_px"], report["height_px"]), (1920, 1080))

    def test_handheld_pair_merges(self):
        pair = sorted((SHARED / "raw" / "p9-lowlight-pair").glob("*.dng"))
        report = self.develop(*pair, "-o", self.folder / "out.jpg")
        self.assertEqual(report["frames_used"], 2)


if __name__ == "__main__":
    unittest.main()
