"""Bad input: one clear sentence, exit code 1, nothing half-written and nothing lost."""
import os
import random
import resource
import shutil
import signal
import subprocess
import time
import unittest

from harness import PETZVAL, ProgramTest, patch_tiff, petzval


class BadInputTest(ProgramTest):
    def bad_files(self):
        """Name and bytes of inputs that are not RAW frames, made from a good one."""
        good = self.frames[0].read_bytes()
        noise = random.Random(1).randbytes(50_000)
        yield "empty.dng", b""
        yield "zeros.dng", bytes(100_000)
        yield "random.dng", noise
        yield "header.dng", good[:8]
        for share in (0.001, 0.02, 0.5, 0.99):
            yield f"truncated_{share}.dng", good[: int(len(good) * share)]
        yield "jpeg.dng", b"\xff\xd8\xff\xe0\0\x10JFIF\0" + noise
        yield "wide.dng", patch_tiff(good, 256, 0x80000000 - 1)
        yield "tall.dng", patch_tiff(good, 257, 0x80000000 - 1)
        yield "no_width.dng", patch_tiff(good, 256, 0)

    def test_bad_files(self):
        for name, data in self.bad_files():
            path = self.folder / name
            path.write_bytes(data)
            for arguments in (["develop", path, "-o", self.folder / "out.jpg"], ["info", path]):
                with self.subTest(name=name, verb=arguments[0]):
                    process = petzval(*arguments)
                    self.assertOneSentence(process)
                    self.assertIn(name, process.stderr)
                    self.assertFalse((self.folder / "out.jpg").exists())
            path.unlink()
        self.assertNothingIn(self.folder)

    def test_absurd_size_takes_no_memory(self):
        bomb = self.folder / "bomb.dng"
        data = patch_tiff(self.frames[0].read_bytes(), 256, 60000)
        bomb.write_bytes(patch_tiff(data, 257, 60000))
        process = subprocess.Popen([PETZVAL, "develop", bomb, "-o", self.folder / "out.jpg"],
                                   stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, 1)
        self.assertLess(usage.ru_maxrss, 100_000)  # kB

    def test_levels_that_cannot_be(self):
        for white in (0, 10, 64):
            path = self.folder / "levels.dng"
            path.write_bytes(patch_tiff(self.frames[0].read_bytes(), 50717, white))
            process = petzval("develop", path, "-o", self.folder / "out.jpg", "--force")
            # Either refused, or estimated from the pixels with a warning: never silently wrong.
            if process.returncode == 0:
                self.assertIn("white", process.stderr)
            else:
                self.assertOneSentence(process)

    def test_four_colours(self):
        data = bytearray(self.frames[0].read_bytes())
        at = data.index(bytes([0, 1, 1, 2]))  # CFAPattern, inline in its entry
        data[at:at + 4] = bytes([0, 1, 3, 2])
        path = self.folder / "rgeb.dng"
        path.write_bytes(data)
        self.assertOneSentence(petzval("develop", path, "-o", self.folder / "out.jpg"))

    def test_places_that_are_no_files(self):
        out = self.folder / "out.jpg"
        self.assertOneSentence(petzval("develop", self.folder, "-o", out))
        self.assertOneSentence(petzval("develop", self.folder / "missing.dng", "-o", out))
        self.assertOneSentence(petzval("develop", "/dev/null", "-o", out))
        self.assertOneSentence(petzval("info", self.folder))
        self.assertNothingIn(self.folder)

    def test_unreadable_file(self):
        path = self.folder / "secret.dng"
        path.write_bytes(self.frames[0].read_bytes())
        path.chmod(0)
        # Root may read everything: somebody else tries, with a program that he can reach.
        self.folder.chmod(0o777)
        program = shutil.copy(PETZVAL, self.folder)
        nobody = {} if os.geteuid() else {"user": 65534}
        process = subprocess.run([program, "develop", path, "-o", self.folder / "out.jpg"],
                                 capture_output=True, text=True, **nobody)
        self.assertOneSentence(process)
        self.assertIn("Permission denied", process.stderr)

    @unittest.skipIf(os.environ.get("PETZVAL_SANITIZE"), "sanitizers need the whole address space")
    def test_too_little_memory(self):
        """Whatever allocation fails: one sentence, nothing left."""
        for megabytes in (40, 60, 80, 100, 130):
            limit = megabytes << 20
            process = petzval("develop", self.frames[0], "-o", self.folder / "out.jpg", "--force",
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS,
                                                                    (limit, limit)))
            if process.returncode in (0, 127):  # enough, or too little to load the program at all
                continue
            self.assertEqual(process.returncode, 1, f"{megabytes} MB: {process.stderr}")
            self.assertNotEqual(process.stderr, "")
            self.assertEqual([p.name for p in self.folder.iterdir() if ".part-" in p.name], [])

    def test_outputs_that_cannot_be_written(self):
        frame = self.frames[0]
        self.assertOneSentence(petzval("develop", frame, "-o", self.folder / "no" / "out.jpg"))
        self.assertOneSentence(petzval("develop", frame, "-o", self.folder))
        self.assertOneSentence(petzval("develop", frame, "-o", self.folder / "out.gif"))
        self.assertOneSentence(petzval("develop", frame, "-o", self.folder / "a.jpg", "--linear",
                                       self.folder / "no" / "l.tif"))
        self.assertNothingIn(self.folder)

    def test_full_disk(self):
        """A limit on the size of files stands for a disk that fills up half-way."""
        for name in ("out.jpg", "out.png", "out.tif"):
            process = petzval("develop", self.frames[0], "-o", self.folder / name,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE,
                                                                    (8000, 8000)))
            self.assertOneSentence(process)
        process = petzval("develop", self.frames[0], "--merged", self.folder / "m.dng",
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (8000, 8000)))
        self.assertOneSentence(process)
        self.assertNothingIn(self.folder)

    def test_inputs_and_finished_pictures_are_safe(self):
        copy = self.folder / "in.dng"
        copy.write_bytes(self.frames[0].read_bytes())
        before = copy.read_bytes()
        self.assertOneSentence(petzval("develop", copy, "--merged", copy, "--force"))
        link = self.folder / "link.dng"
        link.symlink_to(copy)
        self.assertOneSentence(petzval("develop", copy, "--merged", link, "--force"))
        self.assertEqual(copy.read_bytes(), before)
        for arguments in (["info", copy, "--json", copy], ["info", copy, "--json", link],
                          ["develop", copy, "-o", self.folder / "o.jpg", "--json", copy],
                          ["develop", copy, "-o", self.folder / "o.jpg", "--force", "--json",
                           self.folder / "o.jpg"],
                          ["develop", copy, "-o", self.folder / "a.tif", "--linear",
                           self.folder / "." / "a.tif"]):
            self.assertOneSentence(petzval(*arguments))
            self.assertEqual(copy.read_bytes(), before)
            self.assertFalse((self.folder / "o.jpg").exists())
        picture = self.folder / "out.jpg"
        picture.write_bytes(b"precious")
        self.assertOneSentence(petzval("develop", copy, "-o", picture))
        self.assertEqual(picture.read_bytes(), b"precious")

    def test_bad_frames_of_a_burst_are_left_out(self):
        for name, data in self.bad_files():
            bad = self.folder / name
            bad.write_bytes(data)
            with self.subTest(name=name):
                report = self.develop(self.frames[0], bad, self.frames[1], "-o",
                                      self.folder / "out.jpg")
                self.assertEqual(report["frames_used"], 2)
                self.assertTrue(any(name in w for w in report["warnings"]), report["warnings"])
        report = self.develop(self.frames[0], bad, "-o", self.folder / "out.jpg")
        self.assertEqual(report["frames_used"], 1)
        self.assertOneSentence(petzval("develop", bad, bad, "-o", self.folder / "none.jpg"))

    def test_interrupt_leaves_nothing(self):
        big = self.folder / "big"
        self.assertDone(petzval("simulate", "burst", "-o", big, "--size", "2048x1536", "--frames", 2))
        out = self.folder / "out"
        out.mkdir()
        interrupted = 0
        for delay in (0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4):
            process = subprocess.Popen([PETZVAL, "develop", *sorted(big.glob("frame_*.dng")), "-o",
                                        out / "a.png", "--linear", out / "l.tif", "--threads", "1",
                                        "--force"], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.PIPE, text=True)
            time.sleep(delay)
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=30)
            if process.returncode == 0:
                continue  # it was faster than the signal
            if process.returncode == 1:
                interrupted += 1
                self.assertIn("interrupted", errors)
            else:
                # Before main() installed its handler nothing can have been written either.
                self.assertEqual(process.returncode, -signal.SIGINT)
            self.assertEqual([p.name for p in out.iterdir() if ".part-" in p.name], [])
        self.assertGreater(interrupted, 0)

    def test_looks(self):
        out = self.folder / "out.jpg"
        self.assertOneSentence(petzval("develop", self.frames[0], "-o", out, "--look", "nosuch"))
        look = self.folder / "my.toml"
        look.write_text("schema = 1\nsaturatoin = 2\n")
        self.assertOneSentence(petzval("develop", self.frames[0], "-o", out, "--look", look))
        for value in ("contrast=nan", "contrast=-50", "shadow_lift=1e300"):
            process = petzval("develop", self.frames[0], "-o", out, "--set", value)
            self.assertIn(process.returncode, (1, 2))
            self.assertNotEqual(process.stderr, "")
        self.assertOneSentence(petzval("develop", self.frames[0], "-o", out, "--set", "nonsense=1"))
        self.assertFalse(out.exists())


if __name__ == "__main__":
    unittest.main()
