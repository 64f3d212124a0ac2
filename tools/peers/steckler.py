"""All of Steckler's tests: rise and height of the upper layer, firedrill's beside the measured.

    python3 tools/peers/steckler.py FIREDRILL --cases DIR --measured DIR

FIREDRILL is the program built with `cargo build --no-default-features`. --cases: the folder of CFAST's inputs
Steckler_010.in and so on (NIST, Validation/Steckler_Compartment), from which the opening, the burner and the temperature
are taken; --measured: the folder of the layers reduced from the measured profiles, Steckler_Test_10_layer.csv and so on
(firemodels/exp, Steckler_Compartment). Walls are those of the verification case fire/steckler: fibre board of k 0.09.
"""
import argparse
import csv
import pathlib
import re
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CASE = HERE.parents[1] / "scenarios/verification/fire/steckler.ron"
# The burner's axis stands at least so far from a wall, m.
NEAREST = 0.16


def numbers(pattern, text):
    return [float(x) for x in re.search(pattern, text).groups()]


def scenario(text):
    """The verification case with opening, burner and temperature of a CFAST input."""
    (ambient,) = numbers(r"INTERIOR_TEMPERATURE = ([\d.]+)", text)
    sill, height, width = numbers(r"BOTTOM = ([\d.]+) HEIGHT = ([\d.]+), WIDTH = ([\d.]+)", text)
    at = [min(max(x, NEAREST), 2.8 - NEAREST) for x in numbers(r"LOCATION = ([\d.]+), ([\d.]+)", text)]
    row = re.findall(r"DATA = ([^/]+)/", text)[1].split(",")
    power, raised = float(row[1]), float(row[2])
    case = CASE.read_text()
    case = case[: case.index("    expect: [")] + ")"
    case = re.sub(r'knobs: \{"test": OneOf\([^)]*\), ', "knobs: {", case)
    for field, value in [
        ("width", width),
        ("height", height),
        ("sill", sill),
        ("outside_c", ambient),
        ("temperature_c", ambient),
        ("heat", f"Steady({power})"),
    ]:
        case = re.sub(field + r': Pick\("test", \{.*?\}\)', f"{field}: {value}", case)
    case = case.replace("at: (1.4, 1.4)", f"at: ({at[0]}, {at[1]})").replace("height: 0.02", f"height: {raised}")
    return case, ambient, at, power, width, sill


def main(args):
    ratios = {}
    print(" test  burner at      kW  door   rise, K  measured  ratio  interface, m  measured")
    for path in sorted(pathlib.Path(args.cases).glob("Steckler_*.in")):
        test = int(path.stem.split("_")[1])
        measured = pathlib.Path(args.measured) / f"Steckler_Test_{test}_layer.csv"
        if not measured.exists():
            continue
        rows = list(csv.reader(open(measured)))[1:]
        height, upper = float(rows[1][0]), float(rows[2][1])
        case, ambient, at, power, width, sill = scenario(path.read_text())
        with tempfile.TemporaryDirectory() as folder:
            ron = pathlib.Path(folder) / "case.ron"
            ron.write_text(case)
            command = [args.firedrill, "run", str(ron), "--set", "walls=fibre", "--out", folder + "/out"]
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
            last = list(csv.DictReader(open(folder + "/out/spaces.csv")))[-1]
        rise = float(last["upper_temperature_c"]) - ambient
        ratio = rise / (upper - ambient)
        ratios.setdefault(tuple(at), []).append(ratio)
        print(
            f"{test:>5}  {at[0]:.2f}, {at[1]:.2f}  {power:>6.1f}  {width:.2f}  {rise:>8.1f}  {upper - ambient:>8.1f}"
            f"  {ratio:>5.2f}  {float(last['layer_height_m']):>12.2f}  {height:>8.2f}"
        )
    for at, of in sorted(ratios.items()):
        print(f"burner at {at[0]:.2f}, {at[1]:.2f}: {len(of)} tests, ratio {sum(of) / len(of):.2f} ({min(of):.2f} to {max(of):.2f})")
    every = [r for of in ratios.values() for r in of]
    print(f"all: {len(every)} tests, ratio {sum(every) / len(every):.2f} ({min(every):.2f} to {max(every):.2f})")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("firedrill", type=lambda p: str(pathlib.Path(p).resolve()))
    parser.add_argument("--cases", required=True)
    parser.add_argument("--measured", required=True)
    main(parser.parse_args())
