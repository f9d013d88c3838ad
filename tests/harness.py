"""What the end-to-end tests share: running the program, small sample bursts, TIFF surgery."""
import json
import os
import pathlib
import struct
import subprocess
import tempfile
import unittest

PETZVAL = os.environ.get("PETZVAL", "build/petzval")
SHARED = pathlib.Path(__file__).resolve().parents[2] / "shared" / "data"


def petzval(*arguments, **options):
    """Runs the program and returns the finished process (text output)."""
    return subprocess.run([PETZVAL, *map(str, arguments)], capture_output=True, text=True,
                          timeout=120, **options)


class ProgramTest(unittest.TestCase):
    """A test with an empty folder and a burst of small simulated frames beside it."""

    @classmethod
    def setUpClass(cls):
        cls._shared_folder = tempfile.TemporaryDirectory()
        cls.burst = pathlib.Path(cls._shared_folder.name)
        made = petzval("simulate", "burst", "-o", cls.burst, "--size", "320x256", "--frames", 3,
                       "--hot-pixels", 5)
        if made.returncode != 0:
            raise RuntimeError(made.stderr)
        cls.frames = sorted(cls.burst.glob("frame_*.dng"))

    @classmethod
    def tearDownClass(cls):
        cls._shared_folder.cleanup()

    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self._folder.name)

    def tearDown(self):
        self._folder.cleanup()

    def assertDone(self, process):
        self.assertEqual(process.returncode, 0, process.stderr)

    def assertOneSentence(self, process, code=1):
        """The run failed with `code` and said so in one line, without a crash."""
        self.assertEqual(process.returncode, code, f"{process.stderr}\n{process.stdout}")
        lines = [line for line in process.stderr.splitlines() if not line.startswith("warning:")]
        self.assertEqual(len(lines), 1, process.stderr)
        self.assertTrue(lines[0].startswith("petzval: "), lines[0])

    def assertNothingIn(self, folder):
        self.assertEqual(sorted(p.name for p in folder.iterdir()), [])

    def develop(self, *arguments):
        """Develops with a JSON report and returns it."""
        process = petzval("develop", *arguments, "--json", "-", "--force")
        self.assertDone(process)
        return json.loads(process.stdout)


def patch_tiff(data, tag, value):
    """Little-endian TIFF bytes with the first value of `tag` replaced in IFD0, in place."""
    data = bytearray(data)
    assert data[:4] == b"II*\0"
    (ifd,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, ifd)
    for i in range(count):
        entry = ifd + 2 + 12 * i
        found, kind, n = struct.unpack_from("<HHI", data, entry)
        if found != tag:
            continue
        size = {1: 1, 3: 2, 4: 4}[kind]
        if n == 1:  # inline, and the type may grow to what the value needs
            struct.pack_into("<HII", data, entry + 2, 4, 1, value)
            return bytes(data)
        at = entry + 8 if size * n <= 4 else struct.unpack_from("<I", data, entry + 8)[0]
        struct.pack_into({1: "<B", 2: "<H", 4: "<I"}[size], data, at, value)
        return bytes(data)
    raise KeyError(tag)


def image_size(path):
    """(width, height) of a JPEG or PNG."""
    data = pathlib.Path(path).read_bytes()
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return struct.unpack_from(">II", data, 16)
    at = 2
    while at < len(data):
        marker, length = struct.unpack_from(">xBH", data, at)
        if marker in (0xC0, 0xC1, 0xC2):
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        at += 2 + length
    raise ValueError("no frame header")
