#!/usr/bin/env python3
"""How our own lenses stand against their acceptance figures: one table, from `petzval lens` alone."""
import json
import math
import os
import pathlib
import subprocess

PETZVAL = (pathlib.Path(os.environ.get("PETZVAL_BUILD", pathlib.Path(__file__).parents[1] / "build"))
           / "petzval")
# Half of the native Nyquist frequency of each camera's sensor, in cycles/mm.
LENSES = {"wide": 250, "ultrawide": 357, "tele": 312, "portrait": 250, "periscope": 312}
SHARES = (0, .2, .4, .6, .7, .8, .9, 1)  # of the image height
F_THETA = {"ultrawide"}  # image heights follow the angle, not its tangent


def lens(verb, name, *options):
    return json.loads(subprocess.run([PETZVAL, "lens", verb, name, *options, "--json", "-"],
                                     check=True, capture_output=True).stdout)


def row(short, frequency):
    name = f"flagship2022_{short}"
    largest = math.radians(max(lens("info", name)["fields"]))
    angles = [share * largest if short in F_THETA else math.atan(share * math.tan(largest))
              for share in SHARES]
    fields = ["--field", ",".join(f"{math.degrees(angle):.4f}" for angle in angles)]
    rms = [f["poly_rms_um"] for f in lens("spot", name, "--rings", "12", *fields)["fields"]]
    mtf = lens("mtf", name, "--frequency", str(frequency), *fields)["fields"]
    chief = lens("distortion", name, *fields)["fields"]
    light = lens("vignetting", name, *fields)["fields"]
    kind = "f_theta_percent" if short in F_THETA else "distortion_percent"
    seven = mtf[SHARES.index(.7)]
    return (f"| {short} | {max(rms[:SHARES.index(.8) + 1]):.2f} um | {rms[-1]:.2f} um "
            f"| {mtf[0]['tangential'][0]:.2f} "
            f"| {min(seven['tangential'][0], seven['sagittal'][0]):.2f} "
            f"| {max(abs(f[kind]) for f in chief):.2f} %{' (f-theta)' if short in F_THETA else ''} "
            f"| {max(abs(f['lateral_colour_um']) for f in chief):.2f} um "
            f"| {max(f['image_angle_deg'] for f in chief):.1f} deg "
            f"| {100 * light[-1]['relative_illumination_unclipped']:.0f} % |")


def main():
    print("| lens | RMS to 0.8 field | corner | MTF axis | MTF 0.7 field (worse) | distortion "
          "| lateral colour | chief-ray angle | corner light |")
    print("|---|---|---|---|---|---|---|---|---|")
    print("| bar | <= 2 um | <= 4 um | >= .45 | >= .30 | <= 2 % (wide) | <= 1 um | <= 35 deg "
          "| >= 30 % |")
    for short, frequency in LENSES.items():
        print(row(short, frequency))


if __name__ == "__main__":
    main()
