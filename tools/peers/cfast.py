"""CFAST and firedrill side by side: 600 s of a fire in a tower of 3, 9 and 18 rooms.

    python3 tools/peers/cfast.py FIREDRILL [--cfast CFAST --inputs DIR] [--outside 20] [--repeat 3]
    python3 tools/peers/cfast.py FIREDRILL --growth [--repeat 3]

FIREDRILL is the program built with `cargo build --release --no-default-features`. CFAST (NIST) is its solver, built from
its source with its own makefile (gfortran -O0); it may also be named by the environment variable CFAST. DIR holds its
inputs T003.in, T009.in and T018.in, to which cfast_tower.ron beside this file corresponds. Without it CFAST's column
gives 0.47, 2.6 and 16.8 CPU seconds, measured on another machine. Both run on one core; CPU seconds are those of the
whole process, the least of all repeats. The temperatures of the upper layers are compared in kelvin, and as rises above
the 20 °C inside at the start.

--outside: °C, of both; 0 in the inputs. CFAST gives all walls this temperature behind them and begins with a straight
line through them, so that in its tower at 0 °C all rooms cool; firedrill has the open air only behind outer walls. At
20 °C that difference is gone, and the stack effect with it.

What remains lies in the room of the fire, where CFAST has the ceiling take the heat of a cold one whatever its own
temperature. Beside measured rises CFAST falls short there: rises of the three tests in the NBS corridor building
259, 312 and 286 K (verification case fire/nbs_corridor), CFAST 229, 269 and 230, firedrill 262, 372 and 265.

--growth: 600 s of the verification case fire/thousand_rooms with 10 to 50 storeys of 40 rooms and 80 openings each.
"""
import argparse
import csv
import json
import os
import pathlib
import re
import resource
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
MEASURED = {3: 0.47, 9: 2.6, 18: 16.8}
TIMES = (120, 240, 360, 480, 600)


def cpu(command, cwd):
    """User and system seconds of a command, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=cwd, stdout=subprocess.PIPE, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, done.stdout


def least(command, cwd, repeat):
    runs = [cpu(command, cwd) for _ in range(repeat)]
    return min(t for t, _ in runs), runs[0][1]


INSIDE = 20.0
# Smaller rises are not compared.
LEAST_RISE = 20.0


def firedrill(program, scenario, settings, folder, repeat):
    command = [program, "run", scenario, "--format", "json"] + [x for s in settings for x in ("--set", s)]
    seconds, out = least(command, folder, repeat)
    subprocess.run(command + ["--out", str(folder / "ours"), "--every", "60"], stdout=subprocess.DEVNULL, check=True)
    layers = {}
    for row in csv.DictReader(open(folder / "ours" / "spaces.csv")):
        storey, space = row["space"].split("/")
        key = {"corridor": "C", "stair": "S", "room": "R"}.get(space)
        if key:
            name = f"{key}{int(storey[:-1]) - 1}" + ("_0" if key == "R" else "")
            layers[name, round(float(row["time_s"]))] = (
                float(row["upper_temperature_c"]),
                float(row["layer_height_m"]),
            )
    return seconds, json.loads(out), layers


def cfast(program, source, outside, folder, repeat):
    folder = folder / "theirs"
    folder.mkdir()
    text = re.sub(r"EXTERIOR_TEMPERATURE = [-.\d]+", f"EXTERIOR_TEMPERATURE = {outside}", source.read_text())
    (folder / source.name).write_text(text)
    seconds, _ = least([program, source.name], folder, repeat)
    rows = list(csv.reader(open(folder / f"{source.stem}_compartments.csv")))
    head, places = rows[0], rows[2]
    layers = {}
    for row in rows[4:]:
        time = round(float(row[0]))
        at = {}
        for quantity, place, value in zip(head, places, row):
            at[quantity.split("_")[0], place] = value
        for place in set(places):
            if ("ULT", place) in at:
                layers[place, time] = (float(at["ULT", place]), float(at["HGT", place]))
    return seconds, layers


def towers(args):
    print(f"{'rooms':>5} {'firedrill':>10} {'CFAST':>8} {'ratio':>7}  largest difference of an upper layer")
    for rooms in MEASURED:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            ours, _, mine = firedrill(args.firedrill, HERE / "cfast_tower.ron", [f"rooms={rooms}", f"outside={args.outside}"], folder, args.repeat)
            theirs, note, other = MEASURED[rooms], "not run", None
            if args.cfast:
                source = pathlib.Path(args.inputs) / f"T{rooms:03}.in"
                theirs, other = cfast(args.cfast, source, args.outside, folder, args.repeat)
                # Where there is a layer of either.
                worst, where = 0.0, None
                for (place, time), (t, z) in sorted(mine.items()):
                    if time in TIMES and (place, time) in other:
                        far = abs((t + 273.15) / (other[place, time][0] + 273.15) - 1)
                        if far >= worst:
                            worst, where = far, (place, time, t, other[place, time][0])
                rises = [
                    (t - INSIDE, other[at][0] - INSIDE)
                    for at, (t, _) in mine.items()
                    if at[1] in TIMES and at in other and other[at][0] - INSIDE > LEAST_RISE
                ]
                ratios = [a / b for a, b in rises]
                note = f"{worst:.1%} in kelvin ({where[0]} at {where[1]} s: {where[2]:.1f} and {where[3]:.1f} °C)"
                note += f"; rises above {LEAST_RISE:.0f} K: {sum(ratios) / len(ratios):.2f} of CFAST's ({min(ratios):.2f} to {max(ratios):.2f})"
            print(f"{rooms:>5} {ours:>8.3f} s {theirs:>6.2f} s {theirs / ours:>7.0f}  {note}")
            if other and args.answers:
                for (place, time), (t, z) in sorted(mine.items(), key=lambda x: (x[0][1], x[0][0])):
                    if time in TIMES and (place, time) in other:
                        u, h = other[place, time]
                        print(f"      {time:>4} s {place:>5}: {t:7.1f} {u:7.1f} °C  {z:5.2f} {h:5.2f} m")


def growth(args):
    text = (HERE.parents[1] / "scenarios/verification/fire/thousand_rooms.ron").read_text()
    print(f"{'rooms':>5} {'CPU':>8} {'× real time':>12} {'per room':>10}")
    first = None
    for storeys in (10, 25, 50):
        with tempfile.TemporaryDirectory() as name:
            scenario = pathlib.Path(name) / "rooms.ron"
            scenario.write_text(re.sub(r"1F\.\.25F", f"1F..{storeys}F", text))
            seconds, out = least([args.firedrill, "run", str(scenario), "--format", "json"], name, args.repeat)
            rooms, simulated = 40 * storeys, json.loads(out)["simulated_s"]
            first = first or seconds / rooms
            print(f"{rooms:>5} {seconds:>6.2f} s {simulated / seconds:>12.0f} {seconds / rooms / first:>10.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("firedrill", type=lambda p: str(pathlib.Path(p).resolve()))
    parser.add_argument("--cfast", default=os.environ.get("CFAST"))
    parser.add_argument("--inputs")
    parser.add_argument("--outside", choices=["0", "20"], default="0", help="°C outside")
    parser.add_argument("--answers", action="store_true", help="print temperatures and heights of the layers")
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--repeat", type=int, default=3)
    arguments = parser.parse_args()
    if arguments.cfast and not arguments.growth and not arguments.inputs:
        parser.error("--inputs: the folder with T003.in, T009.in and T018.in")
    growth(arguments) if arguments.growth else towers(arguments)
