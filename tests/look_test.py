"""petzval look: lists, sheets, tables of other programs, looks learned from pairs; and refusals."""
import json
import unittest

from harness import ProgramTest, image_size, petzval
from pictures import read_png, write_rgb_png

LOOKS = ("authentic", "vivid", "natural", "monochrom", "monochrom-high-contrast", "sepia", "blue",
         "portrait-warm", "classic-slide", "classic-negative", "custom")


def cube(size, map_rgb=lambda r, g, b: (r, g, b)):
    rows = [f"LUT_3D_SIZE {size}"]
    n = size - 1
    for b in range(size):
        for g in range(size):
            for r in range(size):
                rows.append("%.6f %.6f %.6f" % map_rgb(r / n, g / n, b / n))
    return "\n".join(rows) + "\n"


class LookTest(ProgramTest):
    def answer(self, *arguments):
        process = petzval(*arguments, "--json", "-")
        self.assertDone(process)
        return json.loads(process.stdout)

    def developed(self, name, *arguments):
        out = self.folder / name
        self.develop(self.frames[0], "-o", out, *arguments)
        return out

    def test_all_looks_are_there(self):
        names = [look["look"] for look in self.answer("look", "list")["looks"]]
        for name in LOOKS:
            self.assertIn(name, names)
            self.assertTrue(self.answer("look", "show", name)["description"])

    def test_show_as_a_file_of_ones_own(self):
        process = petzval("look", "show", "classic-slide", "--toml")
        self.assertDone(process)
        mine = self.folder / "mine.toml"
        mine.write_text(process.stdout)
        one = self.developed("one.png", "--look", mine)
        two = self.developed("two.png", "--look", "classic-slide")
        self.assertEqual(read_png(one), read_png(two))

    def test_monochrome_has_no_colour_and_sepia_some(self):
        for row in read_png(self.developed("mono.png", "--look", "monochrom")):
            for r, g, b in row:
                self.assertLessEqual(max(r, g, b) - min(r, g, b), 1)
        sepia = [p for row in read_png(self.developed("sepia.png", "--look", "sepia")) for p in row]
        self.assertGreater(sum(r - b for r, _, b in sepia) / len(sepia), 5)

    def test_set_numbers_words_and_lists(self):
        self.developed("a.png", "--set", "contrast=1.4", "mono_filter=red",
                       "hue_chroma=1,1,1,1.2,1,1,1,1")
        for bad in ("contrast=9", "contrast=abc", "contrst=1", "mono_filter=pink",
                    "hue_chroma=1,2"):
            self.assertOneSentence(petzval("develop", self.frames[0], "-o", self.folder / "b.png",
                                           "--set", bad))
        self.assertEqual(petzval("develop", self.frames[0], "-o", self.folder / "b.png", "--set",
                                 "contrast").returncode, 2)

    def test_frame_and_caption(self):
        plain = image_size(self.developed("plain.png"))
        framed = self.developed("framed.png", "--set", "frame=white", "frame_width=10",
                                "caption={camera} · {iso}")
        rows = read_png(framed)
        border = round(0.1 * min(plain))
        self.assertAlmostEqual(len(rows[0]), plain[0] + 2 * border, delta=2)
        self.assertGreater(len(rows), plain[1] + 3 * border)
        self.assertTrue(all(min(p) > 235 for p in rows[0]))
        strip = [p for row in rows[plain[1] + border + 2:] for p in row]
        self.assertLess(min(min(p) for p in strip), 120)  # letters
        wide = image_size(self.developed("xpan.png", "--set", "frame=xpan", "frame_width=0"))
        self.assertAlmostEqual(wide[0] / wide[1], 65 / 24, delta=0.05)
        self.assertOneSentence(petzval("develop", self.frames[0], "-o", self.folder / "x.png",
                                       "--set", "frame=white", "caption={cmera}"))

    def test_high_range(self):
        for space, transfer in (("rec2020-pq", 16), ("rec2020-hlg", 18), ("llog", 2)):
            out = self.developed(f"{space}.png", "--space", space, "--bits", 16, "--set",
                                 "headroom=4")
            data = out.read_bytes()
            at = data.index(b"cICP")
            self.assertEqual(list(data[at + 4:at + 8]), [9, transfer, 0, 1])
            self.assertNotIn(b"iCCP", data)
            self.assertOneSentence(petzval("develop", self.frames[0], "-o", self.folder / "x.jpg",
                                           "--space", space))

    def test_sheet(self):
        out = self.folder / "sheet.png"
        report = self.answer("look", "sheet", self.frames[0], "-o", out, "--tile", 96, "--columns",
                             3)
        self.assertEqual(len(report["looks"]), len(LOOKS))
        self.assertEqual(image_size(out), (report["width_px"], report["height_px"]))
        self.assertOneSentence(petzval("look", "sheet", self.frames[0], "-o", out))
        self.assertOneSentence(petzval("look", "sheet", self.frames[0], "-o",
                                       self.folder / "x.png", "--looks", "authentic", "nolook"))
        self.assertOneSentence(petzval("look", "sheet", self.folder / "absent.dng", "-o",
                                       self.folder / "x.png"))

    def test_imported_tables(self):
        plain = self.folder / "plain.cube"
        plain.write_text(cube(9))
        swapped = self.folder / "swapped.cube"
        swapped.write_text(cube(9, lambda r, g, b: (b, g, r)))
        for path in (plain, swapped):
            self.answer("look", "import", path, "-o", path.with_suffix(".toml"))
        natural = read_png(self.developed("natural.png", "--look", "natural"))
        same = read_png(self.developed("same.png", "--look", self.folder / "plain.toml"))
        other = read_png(self.developed("other.png", "--look", self.folder / "swapped.toml"))
        worst = sorted(abs(p[c] - q[c]) for a, b in zip(natural, same) for p, q in zip(a, b)
                       for c in range(3))
        self.assertLessEqual(worst[int(0.999 * len(worst))], 3)
        worst = sorted(abs(p[2] - q[0]) for a, b in zip(natural, other) for p, q in zip(a, b))
        self.assertLessEqual(worst[int(0.95 * len(worst))], 3)

    def test_hald_clut(self):
        level = 4
        n = level * level
        pixels = [(255 * r // (n - 1), 255 * g // (n - 1), 255 * b // (n - 1))
                  for b in range(n) for g in range(n) for r in range(n)]
        side = level ** 3
        hald = self.folder / "hald.png"
        write_rgb_png(hald, [pixels[i * side:(i + 1) * side] for i in range(side)])
        report = self.answer("look", "import", hald, "-o", self.folder / "hald.toml")
        self.assertEqual(report["size"], n)
        self.developed("hald-out.png", "--look", self.folder / "hald.toml")
        write_rgb_png(hald, [row[:-1] for row in [pixels[i * side:(i + 1) * side]
                                               for i in range(side)]])
        self.assertOneSentence(petzval("look", "import", hald, "-o", self.folder / "x.toml"))

    def test_bad_tables(self):
        bad = {
            "count.cube": cube(5).rsplit("\n", 3)[0] + "\n",
            "nan.cube": cube(2).replace("1.000000", "nan", 1),
            "size.cube": "LUT_3D_SIZE 100000\n0 0 0\n",
            "one.cube": "LUT_3D_SIZE 1\n0 0 0\n",
            "empty.cube": "",
            "words.cube": "LUT_3D_SIZE 2\nred green blue\n",
        }
        for name, text in bad.items():
            with self.subTest(name):
                path = self.folder / name
                path.write_text(text)
                out = self.folder / "x.toml"
                self.assertOneSentence(petzval("look", "import", path, "-o", out))
                self.assertFalse(out.exists())

    def test_fit_learns_a_look(self):
        before = self.developed("before.png", "--look", "natural")
        after = self.developed("after.png", "--look", "classic-slide", "--set", "grain_amount=0",
                               "halation=0")
        out = self.folder / "learned.toml"
        report = self.answer("look", "fit", before, after, "-o", out)
        self.assertLess(report["de2000_mean"], 3)
        untouched = report["differences"][0]["de2000_mean"]
        self.assertLess(report["de2000_mean"], 0.7 * untouched)
        self.developed("again.png", "--look", out)

    def test_fit_refuses(self):
        before = self.developed("before.png", "--look", "natural")
        out = self.folder / "x.toml"
        self.assertOneSentence(petzval("look", "fit", before, before, "-o", out))
        self.assertEqual(petzval("look", "fit", before, "-o", out).returncode, 2)
        small = self.folder / "small.png"
        write_rgb_png(small, [[(i % 256, 128, 5) for i in range(40)] for _ in range(40)])
        self.assertOneSentence(petzval("look", "fit", before, small, "-o", out))
        self.assertOneSentence(petzval("look", "fit", small, small, "-o", out))
        text = self.folder / "text.png"
        text.write_text("no picture")
        self.assertOneSentence(petzval("look", "fit", before, text, "-o", out))
        self.assertFalse(out.exists())

    def test_bad_look_files(self):
        mine = self.folder / "mine.toml"
        mine.write_text("schema = 1\nname = \"m\"\ndescription = \"d\"\nsource = \"s\"\n"
                        "[parameters]\ncontrst = 1.4\n")
        process = petzval("develop", self.frames[0], "-o", self.folder / "x.png", "--look", mine)
        self.assertOneSentence(process)
        self.assertIn("contrast", process.stderr)
        self.assertOneSentence(petzval("look", "show", "vivd"))


if __name__ == "__main__":
    unittest.main()
