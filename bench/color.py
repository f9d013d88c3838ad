"""The bars of colour calibration, camera match, white balance, tables and looks, for compare.py."""
import json
import re
import subprocess


def text_of(*command):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True,
                          text=True).stdout


def reached(text, caption):
    """(n, of) of the line `caption: n of m` that follows in the text."""
    return [tuple(map(int, pair))
            for pair in re.findall(rf"^{caption}: (\d+) of (\d+)", text, re.MULTILINE)]


def fits(table, benches, data):
    command = "build/bench/color_fits ../shared/data/colour"
    text = text_of(benches / "color_fits", data)
    n, of = reached(text, "columns no worse in the mean")[0]
    table.add("fits on unseen reflectances, medians of 8 phones and 47 cameras, no worse than the "
              "reference's column", f"{of} of {of}", f"{n} of {of}", n == of, command)
    n, of = reached(text, "rows reached")[0]
    table.add("chosen fit at or below the best of DCamProf 1.0.6 in mean and max",
              f"18 of {of} cameras and lights", f"{n} of {of}", n >= 18, command)
    n, of = reached(text, "reached")[0]
    table.add("1, 3, 5 % glare: offset within .0025, unseen mean within 5 % of the clean chart",
              f"{of} of {of}", f"{n} of {of}", n == of, command)


def lights(table, benches, data):
    rows = [line.split() for line in text_of(benches / "lights", data).splitlines()
            if re.match(r"  \S+\s+\d", line)]
    # Columns: class, own own+ dual pair white known known+ est. est.+ duv duv+ none none+ bar.
    for name, column, bar in (("class known, the fit that is used", 7, True),
                              ("class known, matrix alone", 6, True),
                              ("class estimated, the fit that is used", 9, False)):
        met = sum(float(row[column]) <= float(row[14]) for row in rows)
        table.add(f"lamps that no fit has seen, {name}: rows within the bar",
                  f"{len(rows)} of {len(rows)}" if bar else "(no bar)", f"{met} of {len(rows)}",
                  met == len(rows) if bar else None, "build/bench/lights ../shared/data/colour")


def match(table, benches, data):
    text = text_of(benches / "camera_match", data)
    names = ("phones to reference cameras, fitted on the SG chart",
             "phones to reference cameras, shipped training set",
             "modules of rigs to the main camera, fitted on the ColorChecker",
             "modules of rigs to the main camera, shipped training set")
    for name, (n, of) in zip(names, reached(text, "reached")):
        table.add(f"match: {name}", f"{of} of {of}", f"{n} of {of}", n == of,
                  "build/bench/camera_match ../shared/data/colour")


def charts(table, benches, data):
    text = text_of(benches / "real_charts", data)
    booth = text.split("\n\n")[0] if "\n\n" in text else text
    chosen = re.search(r"leave-one-out\s+([0-9.]+)/\s*([0-9.]+)/\s*([0-9.]+)  <- chosen", booth)
    mean, p95, most = map(float, chosen.groups())
    table.add("real chart in a light booth, found by itself: dE2000 left out, mean", "<= 3",
              f"{mean:.2f} (p95 {p95:.2f}, max {most:.2f})", mean <= 3,
              "build/bench/real_charts ../shared/data/raw")


def white_balance(table, benches, data):
    pictures = sorted((data / "awb-imx135").glob("*.png"))
    if not pictures:
        return
    report = json.loads(text_of(benches / "awb_accuracy", *pictures))
    result = report["known_light"]["estimate"]
    table.add(f"automatic white balance, {result['count']} scenes of a phone: angular error, "
              "median / worst quarter", "<= 2.5 / 6.0 deg",
              f"{result['median_deg']:.2f} / {result['worst_quarter_deg']:.2f} deg",
              result["median_deg"] <= 2.5 and result["worst_quarter_deg"] <= 6,
              "build/bench/awb_accuracy ../shared/data/raw/awb-imx135/*.png")


def times(program):
    """Median (wall, CPU) in ms by name of a google-benchmark program."""
    report = json.loads(text_of(program, "--benchmark_repetitions=7", "--benchmark_format=json",
                                "--benchmark_report_aggregates_only=true"))
    return {b["run_name"]: (b["real_time"], b["cpu_time"]) for b in report["benchmarks"]
            if b["aggregate_name"] == "median"}


def speed(table, benches):
    looks = times(benches / "look")
    copy = next(wall for name, (wall, _) in looks.items() if name.startswith("memcpy"))
    for name, bar, what in (("every feature", 60, "look with every feature on"),
                            ("authentic", None, "look authentic"),
                            ("table alone", 12, "33^3 table, tetrahedral")):
        wall, cpu = next(value for key, value in looks.items()
                         if name in key and "8 bits" in key and "/2/" in key)
        table.add(f"{what}, 12 MP, 8 bits, two threads", f"<= {bar} ms" if bar else "(no bar)",
                  f"{wall:.1f} ms wall, {cpu:.0f} ms CPU, {wall / copy:.1f} x memcpy of floats",
                  None if bar is None else wall <= bar, "build/bench/look")
    transform = times(benches / "color_transform")
    wall, cpu = next(value for key, value in transform.items() if "root2" in key
                     and "dark" not in key)
    table.add("root polynomial of degree 2 per pixel, 12 MP, two threads", "<= 25 ms",
              f"{wall:.1f} ms wall, {cpu:.0f} ms CPU", wall <= 25, "build/bench/color_transform")


def color(table, benches, shared):
    if (shared / "colour").is_dir():
        fits(table, benches, shared / "colour")
        lights(table, benches, shared / "colour")
        match(table, benches, shared / "colour")
        charts(table, benches, shared / "raw")
        white_balance(table, benches, shared / "raw")
    else:
        print(f"no {shared / 'colour'}: colour accuracy left out")
    speed(table, benches)
