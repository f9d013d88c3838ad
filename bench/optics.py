"""The bars of lens tracing, analysis and optimisation, for the table of compare.py."""
import json
import re
import subprocess

RAY_BARS = {  # lens: (f64, f32) rays a second on one core; the peer is optiland 0.6 in f64
    "dgauss100f2": (4e7, 1e8, 3.2e5),
    "summilux_r50f14": (3e7, 8e7, 2.7e5),
    "phone_deeplens80": (8e6, 2.5e7, 2.1e5),
}


def tool_json(*command):
    return json.loads(subprocess.run([str(part) for part in command], check=True,
                                     capture_output=True).stdout)


def rays(table, tool, lenses):
    for result in tool_json(tool, *(lenses / f"{name}.toml" for name in RAY_BARS)):
        name, rate = result["lens"], result["rays_per_second"]
        bars = RAY_BARS[name]
        for kind, bar in (("f64", bars[0]), ("f32", bars[1])):
            best, median = rate[kind]["best"], rate[kind]["median"]
            table.add(f"rays/s, one core, {kind}, {name}", f">= {bar:.0e}",
                      f"{best:.2e} best, {median:.2e} median, "
                      f"{best / rate['scalar']['best']:.0f} x our scalar tracer", best >= bar,
                      f"build/bench/trace ../shared/data/optics/lenses/{name}.toml")


def optimiser(table, tool):
    result = tool_json(tool)
    for case in result["cases"]:
        table.add(f"optimise case {case['case']}", f"<= {case['bar_um']} um in {case['bar_ms']} ms",
                  f"{case['reached_um']:.4f} um in {case['ms']:.1f} ms, "
                  f"{case['converged_um']:.4f} um converged",
                  case["reached_um"] <= case["bar_um"] and case["ms"] <= case["bar_ms"],
                  "build/bench/optimise")
    worst = max(entry["gradient_ratio"] for entry in result["gradient"])
    table.add("gradient against one forward trace", "<= 4 x", f"{worst:.2f} x", worst <= 4,
              "build/bench/optimise")
    step = result["damped_step_ms"]["B"]
    table.add("one damped step of case B", "<= 1 ms", f"{step:.2f} ms", step <= 1,
              "build/bench/optimise")


def golden(table, tool):
    text = subprocess.run([str(tool)], check=True, capture_output=True, text=True).stdout
    seconds = float(re.search(r"total ([0-9.]+) s of one core", text).group(1))
    table.add("all golden quantities of 11 lenses, one core", "<= 2 s", f"{seconds:.2f} s",
              seconds <= 2, "build/bench/golden")


def optics(table, benches, shared):
    lenses = shared / "optics" / "lenses"
    if lenses.is_dir():
        rays(table, benches / "trace", lenses)
        golden(table, benches / "golden")
        optimiser(table, benches / "optimise")
    else:
        print(f"no {lenses}: optics left out")
