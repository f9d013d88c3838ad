"""Runs petzval and its peers side by side on the same files and prints one table.

Times are medians of several runs that alternate between the programs, pinned to two cores, with the
files in the page cache. Peers that are not installed leave their rows out with a message.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from camera import camera
from color import color
from optics import optics

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = pathlib.Path(os.environ.get("PETZVAL_BUILD", ROOT / "build"))
SHARED = ROOT.parent / "shared" / "data"
PETZVAL = BUILD / "petzval"
CORES = {0, 1}
AMAZE_NEUTRAL = "[Version]\nAppVersion=5.9\nVersion=349\n\n[RAW Bayer]\nMethod=amaze\n"


def run(command):
    """Runs a command on two cores: (wall seconds, user+sys seconds, peak MB)."""
    with tempfile.TemporaryFile() as output:
        start = time.monotonic()
        process = subprocess.Popen([str(part) for part in command], stdout=output, stderr=output,
                                   preexec_fn=lambda: os.sched_setaffinity(0, CORES))
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            output.seek(0)
            sys.exit(f"failed: {' '.join(map(str, command))}\n{output.read().decode(errors='replace')}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6


def medians(commands, runs):
    """Median (wall, cpu, MB) per command; the commands take turns so that load hits all alike."""
    for command in commands:
        run(command)  # fills the page cache
    taken = [[run(command) for command in commands] for _ in range(runs)]
    return [tuple(statistics.median(column) for column in zip(*results)) for results in zip(*taken)]


def tool_json(*command):
    return json.loads(subprocess.run([str(part) for part in command], check=True,
                                     capture_output=True).stdout)


PSNR_BOXES = ["brushes", "seeds", "autumn", "zone", "edge", "patches", "text", "stars", "lamp",
              "creek", "moving_photo", "moving_disc", "moving_spark"]


class Table:
    """Rows as they are measured; remembers whether a bar was missed."""

    def __init__(self):
        self.missed = []

    def add(self, what, bar, measured, met, command):
        """`met`: None where there is no bar."""
        word = "-" if met is None else "yes" if met else "NO"
        print(f"| {what} | {bar} | {measured} | {word} | `{command}` |", flush=True)
        if met is False:
            self.missed.append(what)


def demosaic_quality(table):
    tool = BUILD / "bench/demosaic_quality"
    for name, folder, bar in (("Kodak 24", SHARED / "kodak", 39.5),
                              ("McMaster 18", SHARED / "mcmaster", 35.9)):
        pictures = sorted(folder.glob("*.png"))
        if not pictures:
            print(f"no {folder}: left out", file=sys.stderr)
            continue
        mean = tool_json(tool, *pictures)["mean_cpsnr_db"]
        table.add(f"demosaic CPSNR, {name}", f">= {bar} dB", f"{mean:.2f} dB", mean >= bar,
                  f"build/bench/demosaic_quality ../shared/data/{folder.name}/*.png")


def burst_quality(table):
    if not (SHARED / "burst").is_dir():
        print("no ../shared/data/burst: burst quality left out", file=sys.stderr)
        return
    command = "build/bench/burst_quality ../shared/data/burst"
    result = tool_json(BUILD / "bench/burst_quality", SHARED / "burst")
    single, merged = result["single"], result["merged"]
    table.add("merged mosaic PSNR `all`", ">= 42.0 dB",
              f"{merged['all']:.2f} dB (single {single['all']:.2f})", merged["all"] >= 42.0, command)
    gains = {box: merged[box] - single[box] for box in PSNR_BOXES}
    worst = min(gains, key=gains.get)
    table.add("smallest gain of a box over the single frame", ">= 0 dB",
              f"{gains[worst]:+.2f} dB ({worst})", gains[worst] >= 0, command)
    left = 100 * merged["hot_left"] / merged["hot_planted"]
    table.add("hot pixels left", "<= 10 %", f"{left:.0f} %", left <= 10, command)
    table.add("stars lost (star flux)", "<= 1",
              f"{merged['stars_lost']:.0f} ({merged['star_flux']:.3f})", merged["stars_lost"] <= 1,
              command)


def speed(table, runs):
    result = tool_json(BUILD / "bench/demosaic")
    table.add("demosaic, 12 MP, one core", "<= 150 ms",
              f"{result['median_ms']:.0f} ms ({result['ratio_to_memcpy']:.1f} x memcpy)",
              result["median_ms"] <= 150, "build/bench/demosaic")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        run([PETZVAL, "simulate", "burst", "-o", folder / "b", "--size", "4032x3024"])
        frames = sorted((folder / "b").glob("frame_*.dng"))
        profile = folder / "amaze.pp3"
        profile.write_text(AMAZE_NEUTRAL)
        develop = [PETZVAL, "develop", "--force", "--threads", "2", "-o"]
        commands = [develop + [folder / "s.jpg", frames[0]], develop + [folder / "b.jpg", *frames]]
        if shutil.which("rawtherapee-cli"):
            commands.append(["rawtherapee-cli", "-o", folder / "r.jpg", "-p", profile, "-j92", "-Y",
                             "-c", frames[0]])
        else:
            print("rawtherapee-cli is not installed: no ratios", file=sys.stderr)
        snapshot, burst, *peers = medians(commands, runs)
        peer = peers[0] if peers else None
        if peer:
            table.add("rawtherapee-cli, AMaZE, neutral, one frame", "(peer)",
                      f"{peer[0]:.2f} s wall, {peer[1]:.2f} s CPU, {peer[2]:.0f} MB", True,
                      "rawtherapee-cli -p amaze.pp3")
        for name, bar, share, most_mb, result in (
                ("snapshot, 12 MP DNG -> JPEG", "<= 0.25 x peer wall", 0.25, 400, snapshot),
                ("burst, 8 x 12 MP DNG -> JPEG", "<= 0.9 x peer wall", 0.9, 700, burst)):
            ratio = result[0] / peer[0] if peer else None
            times = f"{result[0]:.3f} s wall, {result[1]:.3f} s CPU"
            if peer:
                times += f", {ratio:.3f} x wall, {result[1] / peer[1]:.3f} x CPU"
            table.add(name, bar, times, ratio is None or ratio <= share,
                      "petzval develop --threads 2")
            table.add(f"peak memory, {name.split(',')[0]}", f"<= {most_mb} MB", f"{result[2]:.0f} MB",
                      result[2] <= most_mb, "petzval develop --threads 2")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", choices=["quality", "speed", "optics", "camera", "color"])
    options = parser.parse_args()
    if not PETZVAL.exists():
        sys.exit(f"{PETZVAL} is missing: run `make build` first")
    print("| what | bar | measured | met | command |\n|---|---|---|---|---|")
    table = Table()
    if options.only in (None, "quality"):
        demosaic_quality(table)
        burst_quality(table)
    if options.only in (None, "speed"):
        speed(table, options.runs)
    if options.only in (None, "optics"):
        optics(table, BUILD / "bench", SHARED)
    if options.only in (None, "camera"):
        camera(table, PETZVAL, BUILD / "bench")
    if options.only in (None, "color"):
        color(table, BUILD / "bench", SHARED)
    return f"missed: {', '.join(table.missed)}" if table.missed else 0


if __name__ == "__main__":
    sys.exit(main())
