"""Published experiments side by side: largest rises and depths of smoke layers, firedrill's and CFAST's beside the measured.

    python3 tools/peers/experiments.py FIREDRILL --cases DIR --measured DIR --list FILE [--only REGEX] [--cfast CFAST]

FIREDRILL is the program built with `cargo build --no-default-features`. --cases: CFAST's folder Validation, whose inputs
(*.in) are translated: rooms, wall vents, vents to the sky, fans, linings, fires. --measured: the experiments (a clone of
firemodels/exp). --list: CFAST's Utilities/Python/CFAST_validation_dataplot_inputs.csv, which says what was measured where.
CFAST is its solver; without it its column is left out.

What firedrill's scenarios cannot say is left out with a word: vents between storeys, rooms that overlap.
"""
import argparse
import collections
import csv
import pathlib
import re
import statistics
import subprocess
import tempfile

# Quantities of CFAST's list, the column of spaces.csv, and whether the largest or the smallest value counts.
COLUMNS = {"ULT": ("upper_temperature_c", max), "HGT": ("layer_height_m", min)}
QUANTITIES = ("HGL Temperature", "HGL Depth")
WORD = r"'[^']*'|[-+.\w]+"


def groups(text):
    """Namelist groups of a CFAST input: name, then field to values."""
    text = re.sub(r"^\s*!.*$", "", text, flags=re.M)
    found = collections.defaultdict(list)
    for name, body in re.findall(r"&([A-Z]+)((?:'[^']*'|[^/'])*)/", text):
        fields = {}
        for key, values in re.findall(rf"([A-Z_][A-Z_0-9]*)\s*=\s*((?:{WORD})(?:\s*,?\s*(?:'[^']*'|[-+]?[\d.][-+.\deE]*))*)", body):
            fields[key] = [v.strip("'").strip() for v in re.findall(WORD, values)]
        found[name].append(fields)
    return found


def number(fields, key, i=0, default=None):
    return float(fields[key][i]) if key in fields else default


def polyline(times, values):
    """Points whose times rise."""
    points, last = [], -1.0
    for t, v in zip(times, values):
        last = max(t, last + 0.01)
        points.append(f"({last}, {v})")
    return ", ".join(points)


class Building:
    """A CFAST input as a scenario."""

    def __init__(self, text):
        self.all = groups(text)
        self.rooms = self.all["COMP"]
        self.index = {r["ID"][0]: i for i, r in enumerate(self.rooms)}
        self.linings = {}
        self.fans = 0
        if max(number(r, "ORIGIN", 2) for r in self.rooms) - min(number(r, "ORIGIN", 2) for r in self.rooms) > 1.5:
            raise ValueError("more than one storey")

    def lining(self, room):
        parts = []
        for ours, theirs in (("walls", "WALL"), ("ceiling", "CEILING"), ("floor", "FLOOR")):
            name = room.get(f"{theirs}_MATL_ID", ["OFF"])[0]
            if name == "OFF":
                parts.append(f'{ours}: "adiabatic"')
                continue
            m = next(m for m in self.all["MATL"] if m["ID"][0] == name)
            thick = number(room, f"{theirs}_THICKNESS") or number(m, "THICKNESS")
            layer = f"k: {number(m, 'CONDUCTIVITY')}, rho: {number(m, 'DENSITY')}, c: {1000 * number(m, 'SPECIFIC_HEAT')}, thickness: {thick}"
            written = f"(layers: [({layer})], emissivity: {number(m, 'EMISSIVITY', default=0.9)})"
            parts.append(f'{ours}: "{self.linings.setdefault(written, f"m{len(self.linings)}")}"')
        return "(" + ", ".join(parts) + ")"

    def height(self, room):
        """Of a room whose area changes with height: that of the same volume."""
        if "CROSS_SECT_AREAS" not in room:
            return number(room, "HEIGHT")
        a, z = ([float(x) for x in room[f"CROSS_SECT_{k}"]] for k in ("AREAS", "HEIGHTS"))
        volume = sum((a[i] + a[i + 1]) / 2 * (z[i + 1] - z[i]) for i in range(len(a) - 1))
        return min(number(room, "HEIGHT"), volume / (number(room, "WIDTH") * number(room, "DEPTH")))

    def space(self, i):
        r = self.rooms[i]
        (x, y, z), (w, d), h = (number(r, "ORIGIN", k) for k in range(3)), (number(r, "WIDTH"), number(r, "DEPTH")), self.height(r)
        leaks = ""
        if "LEAK_AREA_RATIO" in r:
            walls, floor = number(r, "LEAK_AREA_RATIO"), number(r, "LEAK_AREA_RATIO", 1) if len(r["LEAK_AREA_RATIO"]) > 1 else 0
            leaks = f", leaks: [(area: {walls * 2 * (w + d) * h + floor * w * d}, from: 0.05, to: {0.95 * h})]"
        outline = f"[({x}, {y}), ({x + w}, {y}), ({x + w}, {y + d}), ({x}, {y + d})]"
        return f'(name: "r{i + 1}", outline: {outline}, height: {h}, floor: {z}, lining: {self.lining(r)}{leaks})'

    def name(self, room):
        return "outside" if room == "OUTSIDE" else f"r{self.index[room] + 1}"

    def opening(self, n, v):
        times, parts = [[float(x) for x in v.get(k, [])] for k in "TF"]
        timed = v.get("CRITERION", [""])[0] == "TIME" and times
        if timed and not any(parts):
            return None
        schedule = f", schedule: [{polyline(times, parts)}]" if timed and any(p != parts[0] for p in parts) else ""
        kind, (a, b) = v["TYPE"][0], v["COMP_IDS"][:2]
        if kind == "MECHANICAL":
            inside = self.rooms[self.index[b if a == "OUTSIDE" else a]]
            runs = ""
            if timed:
                runs = f", runs: (0, {times[0]})" if parts[0] > 0 else f", runs: ({times[-1]}, 1000000)"
            mouth = min(number(v, "HEIGHTS", 1 if a == "OUTSIDE" else 0), self.height(inside) - 0.01)
            # Where CFAST's fans begin to give way.
            relief = number(v, "CUTOFFS", default=200.0)
            return f'Fan(name: "v{n}", between: ("{self.name(a)}", "{self.name(b)}"), flow: {number(v, "FLOW")}, height: {mouth}, relief: {relief}{runs})'
        if kind != "WALL":
            if "OUTSIDE" not in (a, b):
                raise ValueError("a vent in a slab between rooms")
            room = self.rooms[self.index[b if a == "OUTSIDE" else a]]
            off = [number(v, "OFFSETS", k, number(room, side) / 2) for k, side in ((0, "WIDTH"), (1, "DEPTH"))]
            at = f"({number(room, 'ORIGIN') + off[0]}, {number(room, 'ORIGIN', 1) + off[1]})"
            return f'Hole(name: "v{n}", between: ("{self.name(room["ID"][0])}", "outside"), at: {at}, area: {number(v, "AREA")}{schedule})'
        if a == "OUTSIDE":
            a, b = b, a
        r = self.rooms[self.index[a]]
        x, y, width, sill = number(r, "ORIGIN"), number(r, "ORIGIN", 1), number(v, "WIDTH"), number(v, "BOTTOM")
        along = number(v, "OFFSET", default=0.0) + width / 2
        at = {
            "FRONT": (x + along, y),
            "REAR": (x + along, y + number(r, "DEPTH")),
            "LEFT": (x, y + along),
            "RIGHT": (x + number(r, "WIDTH"), y + along),
        }[v["FACE"][0]]
        tops = [self.height(r)] + ([self.height(self.rooms[self.index[b]])] if b != "OUTSIDE" else [])
        height = min(number(v, "HEIGHT"), min(tops) - sill)
        return (
            f'Gap(name: "v{n}", between: ("{self.name(a)}", "{self.name(b)}"), at: ({at[0]:.4f}, {at[1]:.4f}), '
            f"width: {width}, height: {height:.4f}, sill: {sill}{schedule})"
        )

    def fire(self, k, v):
        r, fuel = self.rooms[self.index[v["COMP_ID"][0]]], v["FIRE_ID"][0]
        c = next(c for c in self.all["CHEM"] if c["ID"][0] == fuel)
        tables = [t for t in self.all["TABL"] if t["ID"][0] == fuel]
        labels = next(t["LABELS"] for t in tables if "LABELS" in t)
        rows = [[float(x) for x in t["DATA"]] for t in tables if "DATA" in t]
        column = {label: [row[i] for row in rows] for i, label in enumerate(labels)}
        time, heat = column["TIME"], column["HRR"]

        def mean(label):
            """Weighted with the heat."""
            span = [(time[i + 1] - time[i], heat[i] + heat[i + 1], i) for i in range(len(time) - 1)]
            total = sum(dt * q for dt, q, _ in span) or 1.0
            return sum(dt * q * (column[label][i] + column[label][i + 1]) / 2 for dt, q, i in span) / total

        at = [min(max(number(v, "LOCATION", i), 0.05), number(r, side) - 0.05) + number(r, "ORIGIN", i) for i, side in ((0, "WIDTH"), (1, "DEPTH"))]
        formula = ", ".join(str(number(c, atom)) for atom in ("CARBON", "HYDROGEN", "OXYGEN", "NITROGEN", "CHLORINE"))
        return (
            f'(name: "f{k}", in: "1F/{self.name(v["COMP_ID"][0])}", at: ({at[0]}, {at[1]}), burns: (heat: Table([{polyline(time, heat)}]), '
            f'radiative_fraction: {number(c, "RADIATIVE_FRACTION")}, heat_of_combustion: {number(c, "HEAT_OF_COMBUSTION") / 1000}, '
            f'formula: ({formula}), soot_yield: {mean("SOOT_YIELD"):.5f}, co_yield: {mean("CO_YIELD"):.5f}, '
            f'area: {max(column["AREA"]) or 0.1}, height: {max(column["HEIGHT"])}))'
        )

    def scenario(self):
        init = self.all["INIT"][0] if self.all["INIT"] else {}
        inside = number(init, "INTERIOR_TEMPERATURE", default=20.0)
        spaces = [self.space(i) for i in range(len(self.rooms))]
        openings = [o for o in (self.opening(n, v) for n, v in enumerate(self.all["VENT"])) if o]
        fires = [self.fire(k, v) for k, v in enumerate(self.all["FIRE"])]
        ignitions = [f'(thing: "f{k}", at_s: {number(v, "SETPOINT", default=0.0)})' for k, v in enumerate(self.all["FIRE"])]
        constructions = ", ".join(f'"{name}": {written}' for written, name in self.linings.items())
        top = max(number(r, "ORIGIN", 2) + self.height(r) for r in self.rooms)
        return f"""Scenario(
    format: 1,
    kind: Verification,
    place: (
        storeys: [(name: "1F", height: {max(top, 1.5)}, plan: "rooms")],
        plans: {{"rooms": (spaces: [{", ".join(spaces)}], openings: [{", ".join(openings)}])}},
        envelope_leakage: 0.0,
        partition_leakage: 0.0,
    ),
    constructions: {{"adiabatic": (adiabatic: true), {constructions}}},
    weather: (outside_c: {number(init, "EXTERIOR_TEMPERATURE", default=20.0)}, humidity_percent: {number(init, "RELATIVE_HUMIDITY", default=50.0)}),
    inside: (temperature_c: {inside}),
    things: [{", ".join(fires)}],
    ignitions: [{", ".join(ignitions)}],
    ends: (after_s: {number(self.all["TIME"][0], "SIMULATION")}),
)"""


def ours(program, source, folder):
    """Series by CFAST's names of columns."""
    ron = folder / "case.ron"
    ron.write_text(Building(source.read_text()).scenario())
    done = subprocess.run([program, "run", str(ron), "--out", str(folder / "ours"), "--every", "10"], capture_output=True, text=True)
    if done.returncode:
        raise ValueError(" ".join(done.stderr.split())[:160])
    series = collections.defaultdict(list)
    for row in csv.DictReader(open(folder / "ours" / "spaces.csv")):
        for name, (column, _) in COLUMNS.items():
            series[f"{name}_{row['space'].split('/r')[-1]}"].append((float(row["time_s"]), float(row[column])))
    return series


def theirs(program, source, folder):
    (folder / source.name).write_bytes(source.read_bytes())
    subprocess.run([program, source.name], cwd=folder, capture_output=True)
    rows = list(csv.reader(open(folder / f"{source.stem}_compartments.csv")))
    return {name: [(float(r[0]), float(r[i])) for r in rows[4:]] for i, name in enumerate(rows[0]) if name.split("_")[0] in COLUMNS}


def measured(folder, row, column):
    rows = list(csv.reader(open(pathlib.Path(folder) / row["d1_Filename"], encoding="utf-8-sig", errors="replace")))
    head = [x.strip() for x in rows[int(row["d1_Col_Name_Row"]) - 1]]
    at, of = head.index(row["d1_Ind_Col_Name"].strip()), head.index(column)
    series = []
    for r in rows[int(row["d1_Data_Row"]) - 1 :]:
        try:
            series.append((float(r[at]), float(r[of])))
        except (ValueError, IndexError):
            continue
    return series


def change(series, name, row, side, start):
    """Largest change from the start, within the time that CFAST's list says."""
    low, high = (float(row[f"{side}_Comp_{end}"] or limit) for end, limit in (("Start", "-1e9"), ("End", "1e9")))
    extreme = COLUMNS[name.split("_")[0]][1]
    return abs(extreme(v for t, v in series if low <= t <= high) - start)


def main(args):
    sources = {p.stem: p for p in pathlib.Path(args.cases).rglob("*.in")}
    runs, ratios = {}, collections.defaultdict(list)
    print(f"{'case':<22} {'':<8} {'measured':>9} {'firedrill':>10}" + (f" {'CFAST':>8}" if args.cfast else ""))
    for row in csv.DictReader(open(args.list, encoding="utf-8-sig")):
        case = pathlib.Path(row["d2_Filename"]).name.removesuffix("_compartments.csv")
        wanted = row["Quantity"].startswith(QUANTITIES) and case in sources and re.search(args.only, row["d2_Filename"])
        if not wanted:
            continue
        if case not in runs:
            with tempfile.TemporaryDirectory() as name:
                folder = pathlib.Path(name)
                try:
                    runs[case] = [ours(args.firedrill, sources[case], folder)]
                    if args.cfast:
                        runs[case].append(theirs(args.cfast, sources[case], folder))
                except ValueError as why:
                    runs[case] = None
                    print(f"{case:<22} left out: {why}")
        if runs[case] is None:
            continue
        for column, name in zip(row["d1_Dep_Col_Name"].split("|"), row["d2_Dep_Col_Name"].split("|")):
            name = name.strip()
            there = measured(args.measured, row, column.strip())
            if any(name not in series for series in runs[case]) or not there:
                continue
            right = change(there, name, row, "d1", float(row["d1_Initial_Value"]))
            got = [change(series[name], name, row, "d2", series[name][0][1]) for series in runs[case]]
            print(f"{case:<22} {name:<8} {right:>9.2f}" + "".join(f" {g:>9.2f}" for g in got))
            if right > 0:
                ratios[row["Quantity"], row["d2_Filename"].split("/")[0]].append([g / right for g in got])
    for (quantity, group), found in sorted(ratios.items()):
        means = [f"{statistics.mean(x):.2f} ± {statistics.pstdev(x):.2f}" for x in zip(*found)]
        print(f"{quantity}, {group}: {len(found)} places, ratio to measured {means[0]}" + (f", CFAST {means[1]}" if args.cfast else ""))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("firedrill", type=lambda p: str(pathlib.Path(p).resolve()))
    parser.add_argument("--cases", required=True)
    parser.add_argument("--measured", required=True)
    parser.add_argument("--list", required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--cfast")
    main(parser.parse_args())
