"""The bars of the measures and of the virtual camera, for the table of compare.py."""
import json
import pathlib
import re
import subprocess
import tempfile
import time


def text_of(*command):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True,
                          text=True).stdout


def answer(petzval, *arguments):
    return json.loads(text_of(petzval, *arguments, "--json", "-", "-q"))


def edges(table, benches):
    text = text_of(benches / "sfr_accuracy")
    clean = [float(row.split("|")[1].split()[1]) for row in text.split("noisy,")[0].splitlines()
             if re.match(r"\s*0\.\d\s", row)]
    table.add("MTF50, noise-free, angles >= 4 deg, largest error", "<= 0.2 %",
              f"{max(clean):.3f} %", max(clean) <= 0.2, "build/bench/sfr_accuracy")
    pooled = float(re.search(r"pooled rms ([0-9.]+) %", text).group(1))
    table.add("MTF50, noisy (240 edges), pooled rms", "<= 1.0 %", f"{pooled:.3f} %", pooled <= 1,
              "build/bench/sfr_accuracy")
    text = text_of(benches / "sfr_chart", "--runs", "5")
    cpu, found = (float(re.search(pattern, text).group(1)) for pattern in
                  (r"together ([0-9.]+) s of processor", r"drawn, (\d+) found"))
    copies = re.search(r"together (\d+) copies", text).group(1)
    table.add("23.5 MP chart, find and measure all edges, one core", "<= 1.5 s",
              f"{cpu:.2f} s, {found:.0f} edges, {copies} x memcpy", cpu <= 1.5,
              "build/bench/sfr_chart --runs 5")


def metrics(table, benches):
    text = text_of(benches / "compare_metrics", "--runs", "5")
    wall, cpu, peak = map(float, re.search(
        r"([0-9.]+) s wall, ([0-9.]+) s processor.*peak (\d+) MB", text).groups())
    ratio = re.search(r"ratio (\d+)", text).group(1)
    table.add("all full-reference metrics of a 12.5 MP pair, two cores", "<= 1.5 s, 600 MB",
              f"{wall:.2f} s wall, {cpu:.2f} s CPU, {peak:.0f} MB, {ratio} x memcpy",
              wall <= 1.5 and peak <= 600, "build/bench/compare_metrics --runs 5")


def sensor(table, petzval, folder):
    flats = folder / "flats"
    truth = answer(petzval, "simulate", "flats", "--sensor", "quad50-1um", "--iso", 50, "--size",
                   "1024x768", "-o", flats)
    measured = answer(petzval, "measure", "noise", *sorted(flats.glob("flat_*.dng")))
    truth["full_well_e"] = min(truth["full_well_e"], truth["full_scale_e"])
    errors = {key: 100 * (measured[key] / truth[key] - 1)
              for key in ("gain_e_per_dn", "read_noise_e", "full_well_e")}
    table.add("photon transfer of a simulated sensor: gain, read noise, full well", "within 2 %",
              ", ".join(f"{error:+.2f} %" for error in errors.values()),
              all(abs(error) <= 2 for error in errors.values()),
              "petzval simulate flats, petzval measure noise")


def chart(table, petzval, folder):
    shot = folder / "chart"
    answer(petzval, "simulate", "chart-wall", "--view", "colorchecker", "--device",
           "fullframe-reference", "--response", "rgb", "--optics", "pinhole", "--tripod", "--iso",
           100, "--scale", 8, "--no-truth", "-o", shot)
    report = answer(petzval, "measure", "color", shot / "standard_frame_00.dng")
    mean = report["de2000_mean"]
    table.add("simulated colour chart, true matrix: mean dE2000", "<= 0.1",
              f"{mean:.3f} (max {report['de2000_max']:.3f})", mean <= 0.1,
              "petzval simulate chart-wall --response rgb, petzval measure color")


def truth(table, benches, folder):
    result = json.loads(text_of(benches / "film_truth", "portrait-garden", "petzval_kodak", "400",
                                folder / "truth"))
    psnr, spots = result["half_psnr_db"], result["highlight_half_psnr_db"]
    table.add("traced truth, portrait-garden 720x480: half against half", ">= 42 dB in 300 s",
              f"{psnr:.1f} dB, highlights alone {spots:.1f} dB, {result['wall_s']:.0f} s wall, "
              f"{result['cpu_s']:.0f} s CPU", psnr >= 42 and result["wall_s"] <= 300,
              "build/bench/film_truth portrait-garden petzval_kodak 400")


def burst(table, petzval, folder):
    start = time.monotonic()
    text_of(petzval, "simulate", "burst", "--size", "4000x3000", "--frames", 8, "-o",
            folder / "burst", "-q")
    seconds = time.monotonic() - start
    table.add("burst of 8 x 12 MP of a flat scene", "<= 20 s", f"{seconds:.1f} s", seconds <= 20,
              "petzval simulate burst --size 4000x3000 --frames 8")


def camera(table, petzval, benches):
    edges(table, benches)
    metrics(table, benches)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        sensor(table, petzval, folder)
        chart(table, petzval, folder)
        burst(table, petzval, folder)
        truth(table, benches, folder)
