"""Renders the same DNGs with the same camera profile by rawtherapee-cli and by petzval.

Profiles are made from the sensitivities of a phone camera (any would do: what is compared is how two
programs read them): matrices alone, with the HueSatMap of the fit, with a HueSatMap that turns hues by
12 degrees, and with LookTable, tone curve and exposure offset. CIEDE2000 over means of 8 x 8 pixels
that neither program clips, after one gain for the whole picture. Two demosaics make different noise of
the same pixels: with `--block 32` less of it is left.
"""
import argparse
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = pathlib.Path(os.environ.get("PETZVAL_BUILD", ROOT / "build"))
SHARED = ROOT.parent / "shared" / "data"
SENSITIVITIES = SHARED / "colour/ssf/rawtoaces/Arashi_Vision_Insta360_X5.csv"
SCENES = ["raw/dslr-chart-dng/colorchart.dng", "raw/pi-indoor/indoor.dng", "raw/p9-dusk/dusk.dng"]
D50 = np.array([0.96429568, 1.0, 0.8251046])
# Linear Rec.2020 (D65) to XYZ of the D50 connection space, Bradford.
XYZ_FROM_REC2020 = np.array([[0.6734241, 0.1656411, 0.1251286], [0.2790177, 0.6753402, 0.0456377],
                             [-0.0019300, 0.0299784, 0.7973330]])
PP3 = """[Version]
AppVersion=5.9
Version=349

[White Balance]
Enabled=true
Setting=Camera

[Color Management]
InputProfile=file:{dcp}
ToneCurve={tone}
ApplyLookTable={tone}
ApplyBaselineExposureOffset={tone}
ApplyHueSatMap=true
DCPIlluminant=0
WorkingProfile=ProPhoto
OutputProfile=RTv4_Large
OutputProfileIntent=Relative
OutputBPC=false

[RAW Bayer]
Method=amaze
"""
CASES = [("matrices", ["--no-map"], False), ("map of the fit", [], False),
         ("map of 12 degrees", ["--twist", "12"], False),
         ("look table, curve, offset", ["--twist", "12", "--tone"], True)]


def run(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"failed: {' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


class Tiff:
    """Pixels (height, width, 3) and ICC profile of a little-endian striped TIFF of 16 bits."""

    def __init__(self, path):
        self.data = pathlib.Path(path).read_bytes()
        offset, = struct.unpack_from("<I", self.data, 4)
        count, = struct.unpack_from("<H", self.data, offset)
        self.tags = {}
        for i in range(count):
            tag, kind, n, value = struct.unpack_from("<HHII", self.data, offset + 2 + 12 * i)
            size = {1: 1, 3: 2, 4: 4, 7: 1}.get(kind)
            if size is None:
                continue
            at = value if size * n > 4 else offset + 2 + 12 * i + 8
            if kind == 7:
                self.tags[tag] = self.data[at:at + n]
            else:
                self.tags[tag] = struct.unpack_from(f"<{n}{ {1: 'B', 2: 'H', 4: 'I'}[size]}", self.data, at)
        self.profile = self.tags.get(34675, b"")

    def pixels(self):
        width, height = self.tags[256][0], self.tags[257][0]
        if self.tags[258][0] != 16 or self.tags.get(259, (1,))[0] != 1:
            sys.exit("not the uncompressed TIFF of 16 bits that was asked for")
        strips = b"".join(self.data[at:at + n] for at, n in zip(self.tags[273], self.tags[279]))
        return np.frombuffer(strips, np.uint16, height * width * 3).reshape(height, width, 3) / 65535


def icc_tags(profile):
    count, = struct.unpack_from(">I", profile, 128)
    entries = (struct.unpack_from(">4sII", profile, 132 + 12 * i) for i in range(count))
    return {name: profile[at:at + size] for name, at, size in entries}


def decode_curve(tag, x):
    """Linear light of code values by an ICC curve."""
    if tag[:4] == b"curv":
        n, = struct.unpack_from(">I", tag, 8)
        if n == 0:
            return x
        values = np.array(struct.unpack_from(f">{n}H", tag, 12))
        return x ** (values[0] / 256) if n == 1 else np.interp(x, np.linspace(0, 1, n), values / 65535)
    kind, = struct.unpack_from(">H", tag, 8)
    p = np.array(struct.unpack_from(f">{[1, 3, 4, 5, 7][kind]}i", tag, 12)) / 65536
    if kind == 0:
        return x ** p[0]
    if kind in (3, 4):
        g, a, b, c, d, e, f = p if kind == 4 else [*p, 0, 0]
        return np.where(x >= d, (a * x + b) ** g + e, c * x + f)
    sys.exit(f"an ICC curve of kind {kind} is not known here")


def rawtherapee(dng, dcp, tone, folder):
    """XYZ (D50) of the picture, and where it is clipped."""
    pp3, out = folder / "peer.pp3", folder / "peer.tif"
    pp3.write_text(PP3.format(dcp=dcp, tone=str(tone).lower()))
    run("rawtherapee-cli", "-q", "-p", pp3, "-o", out, "-t", "-b16", "-Y", "-c", dng)
    tiff = Tiff(out)
    tags, codes = icc_tags(tiff.profile), tiff.pixels()
    linear = np.stack([decode_curve(tags[t], codes[..., c]) for c, t in
                       enumerate([b"rTRC", b"gTRC", b"bTRC"])], axis=-1)
    to_xyz = np.array([np.array(struct.unpack_from(">3i", tags[t], 8)) / 65536
                       for t in [b"rXYZ", b"gXYZ", b"bXYZ"]]).T
    clipped = (codes.max(axis=-1) > 0.97) | (codes.min(axis=-1) <= 0)
    return linear @ to_xyz.T, clipped


def write_pfm(path, rgb):
    with open(path, "wb") as file:
        file.write(f"PF\n{rgb.shape[1]} {rgb.shape[0]}\n-1.0\n".encode())
        file.write(np.ascontiguousarray(rgb[::-1], dtype="<f4").tobytes())


def read_pfm(path):
    with open(path, "rb") as file:
        file.readline()
        width, height = map(int, file.readline().split())
        file.readline()
        return np.frombuffer(file.read(), "<f4").reshape(height, width, 3)[::-1]


def petzval(dng, dcp, folder):
    """Linear Rec.2020 of the picture, without noise reduction: RawTherapee does none either."""
    run(BUILD / "bench/dcp_render", dng, dcp, folder / "own.pfm")
    return read_pfm(folder / "own.pfm").astype(np.float64)


def profile_tone(rgb, dcp, folder):
    write_pfm(folder / "in.pfm", rgb)
    run(BUILD / "bench/profile_tone", dcp, folder / "in.pfm", folder / "out.pfm")
    return read_pfm(folder / "out.pfm").astype(np.float64)


def mean_of(n):
    """A function that takes the means of squares of n x n pixels."""
    def blocks(values):
        h, w = (size // n * n for size in values.shape[:2])
        shape = (h // n, n, w // n, n) + values.shape[2:]
        return values[:h, :w].reshape(shape).mean(axis=(1, 3))
    return blocks


def lab(xyz):
    t = xyz / D50
    f = np.where(t > 216 / 24389, np.cbrt(np.maximum(t, 1e-12)), (24389 / 27 * t + 16) / 116)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]),
                     200 * (f[..., 1] - f[..., 2])], axis=-1)


def delta_e_2000(lab1, lab2):
    """CIEDE2000 (Sharma, Wu, Dalal 2005)."""
    l1, a1, b1 = np.moveaxis(lab1, -1, 0)
    l2, a2, b2 = np.moveaxis(lab2, -1, 0)
    c7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    g = 0.5 * (1 - np.sqrt(c7 / (c7 + 25.0 ** 7)))
    a1, a2 = (1 + g) * a1, (1 + g) * a2
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    colored = c1 * c2 > 0
    dh = np.where(colored, (h2 - h1 + 180) % 360 - 180, 0)
    hue = np.where(colored, (h1 + ((h2 - h1 + 180) % 360 - 180) / 2) % 360, h1 + h2)
    big_dh = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(dh / 2))
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    t = (1 - 0.17 * np.cos(np.radians(hue - 30)) + 0.24 * np.cos(np.radians(2 * hue)) +
         0.32 * np.cos(np.radians(3 * hue + 6)) - 0.20 * np.cos(np.radians(4 * hue - 63)))
    sl = 1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2)
    sc, sh = 1 + 0.045 * chroma, 1 + 0.015 * chroma * t
    rc = 2 * np.sqrt(chroma ** 7 / (chroma ** 7 + 25.0 ** 7))
    rt = -np.sin(np.radians(60 * np.exp(-((hue - 275) / 25) ** 2))) * rc
    dl, dc, dh = (l2 - l1) / sl, (c2 - c1) / sc, big_dh / sh
    return np.sqrt(np.maximum(0, dl ** 2 + dc ** 2 + dh ** 2 + rt * dc * dh))


def centre(picture, height, width):
    """RawTherapee leaves out a few pixels all around."""
    y, x = (picture.shape[0] - height) // 2, (picture.shape[1] - width) // 2
    return picture[y:y + height, x:x + width]


def compare(dng, model, name, options, tone, folder, block, keep):
    blocks = mean_of(block)
    dcp = folder / "profile.dcp"
    run(BUILD / "bench/dcp_profile", "--write", dcp, "--model", model, *options, SENSITIVITIES)
    own = petzval(dng, dcp, folder)
    peer, clipped = rawtherapee(dng, dcp, False, folder)
    own = centre(own, *peer.shape[:2])
    clipped |= own.max(axis=-1) > 0.97 * max(1.0, own.max())
    own_y, peer_y = own @ XYZ_FROM_REC2020[1], peer[..., 1]
    usable = blocks(clipped.astype(float)) < 0.02
    usable &= blocks(peer_y) > 0.005
    gain = float(np.median(blocks(peer_y)[usable] / blocks(own_y)[usable]))
    own = gain * own
    if tone:
        peer, clipped = rawtherapee(dng, dcp, True, folder)
        own = profile_tone(own, dcp, folder)
        usable &= blocks(clipped.astype(float)) < 0.02
    xyz = own @ XYZ_FROM_REC2020.T
    a, b = lab(blocks(xyz))[usable], lab(blocks(peer))[usable]
    de = delta_e_2000(a, b)
    shift = np.median(a - b, axis=0)
    print(f"{dng.name:20} {name:26} {usable.mean() * 100:5.1f} % {gain:6.3f}  {de.mean():6.3f} "
          f"{np.percentile(de, 95):6.3f} {de.max():7.2f}   {shift[0]:+.2f} {shift[1]:+.2f} {shift[2]:+.2f}",
          flush=True)
    if keep:
        np.savez(pathlib.Path(keep) / f"{dng.stem}-{name.replace(' ', '-')}.npz", own=blocks(xyz),
                 peer=blocks(peer), usable=usable)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dng", nargs="*", type=pathlib.Path, help="DNG files; default: three of ../shared")
    parser.add_argument("--block", type=int, default=8, help="side of the means in pixels")
    parser.add_argument("--keep", help="folder for the means of both programs (.npz)")
    arguments = parser.parse_args()
    for program in ["rawtherapee-cli", "exiftool"]:
        if not shutil.which(program):
            sys.exit(f"{program} is not installed")
    files = arguments.dng or [SHARED / scene for scene in SCENES]
    missing = [str(f) for f in [*files, SENSITIVITIES] if not f.exists()]
    if missing:
        sys.exit(f"not there: {', '.join(missing)}")
    print(f"{'file':20} {'profile':26} {'used':>7} {'gain':>6}  dE2000 mean p95 max      median dL* da* db*")
    for dng in files:
        model = run("exiftool", "-s3", "-UniqueCameraModel", dng).strip()
        if not model:
            model = " ".join(run("exiftool", "-s3", "-Make", "-Model", dng).split("\n")).strip()
        for name, options, tone in CASES:
            with tempfile.TemporaryDirectory() as folder:
                compare(dng, model, name, options, tone, pathlib.Path(folder), arguments.block,
                        arguments.keep)


if __name__ == "__main__":
    main()
