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


class Table:
    def __init__(self):
        self.rows = []

    def add(self, what, bar, measured, command):
        self.rows.append((what, bar, measured, command))
        print(f"| {what} | {bar} | {measured} | `{command}` |", flush=True)


def quality(table):
    kodak = sorted((SHARED / "kodak").glob("*.png"))
    if kodak:
        result = tool_json(BUILD / "bench/demosaic_quality", *kodak)
        table.add("demosaic CPSNR, Kodak 24", ">= 39.5 dB", f"{result['mean_cpsnr_db']:.2f} dB",
                  "build/bench/demosaic_quality ../shared/data/kodak/*.png")
    else:
        print("no ../shared/data/kodak: demosaic quality left out", file=sys.stderr)
    if (SHARED / "burst").is_dir():
        result = tool_json(BUILD / "bench/burst_quality", SHARED / "burst")
        single, merged = result["single"], result["merged"]
        worse = [box for box in single if box.startswith(("moving_",)) or box in merged
                 if isinstance(single[box], float) and box not in ("star_flux",)
                 and merged[box] < single[box]]
        table.add("merged mosaic PSNR `all`", ">= 42.0 dB",
                  f"{merged['all']:.2f} dB (single {single['all']:.2f})",
                  "build/bench/burst_quality ../shared/data/burst")
        table.add("boxes below the single frame", "none", ", ".join(worse) or "none", "same")
        table.add("hot pixels left", "<= 10 %",
                  f"{100 * merged['hot_left'] / merged['hot_planted']:.0f} %", "same")
        table.add("stars lost, star flux", "<= 1",
                  f"{merged['stars_lost']}, {merged['star_flux']:.3f}", "same")
    else:
        print("no ../shared/data/burst: burst quality left out", file=sys.stderr)


def speed(table, runs):
    demosaic = subprocess.run([BUILD / "bench/demosaic"], check=True, capture_output=True,
                              text=True).stdout.strip().splitlines()[-1]
    table.add("demosaic, 12 MP, one core", "<= 150 ms", demosaic, "build/bench/demosaic")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        run([PETZVAL, "simulate", "burst", "-o", folder, "--size", "4032x3024", "--iso", "400"])
        frames = sorted(folder.glob("frame_*.dng"))
        profile = folder / "amaze.pp3"
        profile.write_text(AMAZE_NEUTRAL)
        snapshot = [PETZVAL, "develop", frames[0], "-o", folder / "s.jpg", "--force", "--threads", "2"]
        burst = [PETZVAL, "develop", *frames, "-o", folder / "b.jpg", "--force", "--threads", "2"]
        commands = [snapshot, burst]
        if shutil.which("rawtherapee-cli"):
            commands.append(["rawtherapee-cli", "-o", folder / "r.jpg", "-p", profile, "-j92", "-Y",
                             "-c", frames[0]])
        else:
            print("rawtherapee-cli is not installed: no ratios", file=sys.stderr)
        results = medians(commands, runs)
        peer = results[2] if len(results) > 2 else None
        if peer:
            table.add("rawtherapee-cli, AMaZE, neutral, one frame", "(peer)",
                      f"{peer[0]:.2f} s wall, {peer[1]:.2f} s CPU, {peer[2]:.0f} MB", "rawtherapee-cli")
        for name, bar, memory_bar, result in (
                ("snapshot 12 MP DNG -> JPEG", "<= 0.25 x", "<= 400 MB", results[0]),
                ("burst 8 x 12 MP DNG -> JPEG", "<= 1.5 s, <= 0.9 x", "<= 700 MB", results[1])):
            ratio = f", {result[0] / peer[0]:.3f} x wall, {result[1] / peer[1]:.3f} x CPU" if peer else ""
            table.add(name, bar, f"{result[0]:.3f} s wall, {result[1]:.3f} s CPU{ratio}",
                      "petzval develop ... --threads 2")
            table.add(f"peak memory, {name.split()[0]}", memory_bar, f"{result[2]:.0f} MB", "same")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", choices=["quality", "speed"])
    options = parser.parse_args()
    if not PETZVAL.exists():
        sys.exit(f"{PETZVAL} is missing: run `make build` first")
    print("| what | bar | measured | command |\n|---|---|---|---|")
    table = Table()
    if options.only != "speed":
        quality(table)
    if options.only != "quality":
        speed(table, options.runs)


if __name__ == "__main__":
    main()
