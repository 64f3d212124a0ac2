"""JuPedSim and firedrill side by side, and how firedrill's cost grows with the crowd.

    pip install jupedsim
    cargo build --release --no-default-features --bins --examples
    python3 tools/peers/jupedsim_room.py target/release [--people 250 1000 4000] [--model CFSM] [--repeat 1] [--to S]
    python3 tools/peers/jupedsim_room.py target/release --scale

The folder holds `firedrill` and `examples/crowd_alone`.

Side by side, people leave a square room through one door. Both programs get the same starting places and walking speeds
(drawn with JuPedSim's own `distribute_by_number`), the same body radius of 0.2 m and the same step of 0.05 s, and run on
one core. A person-step is one person in the room for one step. Of several repeats the one with the least CPU time counts.
`crowd` is firedrill's crowd engine alone, walls, routing and minds included; `drill` is the whole program, with fire
network, doses and recording. JuPedSim's people walk 4.5 m on beyond the door before they count as out; firedrill's count
in the door.

`--scale` prints how many times real time the crowd engine runs on one core, what a person-step costs and how much memory
the process takes, at one person a square metre in halls of up to 5,000 people, one above the other, each with exits of
its own; and with 10,000 people in one hall, before it jams and jammed.
"""
import argparse
import json
import os
import pathlib
import random
import subprocess
import tempfile
import time

DT = 0.05
RADIUS = 0.2
DOOR = 2.0


def side_of(people):
    """Side of the room at 0.63 persons/m²."""
    return max(20.0, round((people / 0.625) ** 0.5, 1))


def scene(people, seed):
    """Side of the room, starting places and speeds."""
    import jupedsim as jps
    from shapely import Polygon

    side = side_of(people)
    room = Polygon([(0, 0), (side, 0), (side, side), (0, side)])
    places = jps.distribute_by_number(
        polygon=room, number_of_agents=people, distance_to_agents=0.45, distance_to_polygon=0.3, seed=seed
    )
    rng = random.Random(seed)
    return side, places, [drawn_speed(rng) for _ in places]


def drawn_speed(rng):
    """Free walking speed, m/s (Weidmann 1993)."""
    return min(1.6, max(0.8, rng.gauss(1.34, 0.26)))


def jupedsim(model, side, places, speeds, limit):
    """Time of the last out, flow, CPU seconds and person-steps."""
    import jupedsim as jps
    from shapely import Polygon
    from shapely.ops import unary_union

    models = {
        "CFSM": (jps.CollisionFreeSpeedModel, jps.CollisionFreeSpeedModelAgentParameters),
        "AVM": (jps.AnticipationVelocityModel, jps.AnticipationVelocityModelAgentParameters),
    }
    make, parameters = models[model]
    middle = side / 2
    box = lambda x0, x1, half: Polygon(
        [(x0, middle - half), (x1, middle - half), (x1, middle + half), (x0, middle + half)]
    )
    room = Polygon([(0, 0), (side, 0), (side, side), (0, side)])
    area = unary_union([room, box(side - 0.01, side + 1, DOOR / 2), box(side + 0.99, side + 6, 5)])
    sim = jps.Simulation(model=make(), geometry=area, dt=DT)
    exit_ = sim.add_exit_stage(list(box(side + 4.5, side + 6, 5).exterior.coords)[:-1])
    journey = sim.add_journey(jps.JourneyDescription([exit_]))
    for place, speed in zip(places, speeds):
        sim.add_agent(
            parameters(
                journey_id=journey, stage_id=exit_, position=place, desired_speed=speed, radius=RADIUS
            )
        )
    steps, began = 0, time.process_time()
    while sim.agent_count() and sim.elapsed_time() < limit:
        steps += sim.agent_count()
        sim.iterate()
    cpu = time.process_time() - began
    out = len(places) - sim.agent_count()
    return sim.elapsed_time(), out / sim.elapsed_time(), cpu, steps


def person(name, room, place, speed):
    """A person who sets out at once."""
    return (
        f'Person(name: "{name}", in: "{room}", at: ({place[0]:.3f}, {place[1]:.3f}), radius_m: {RADIUS}, '
        f"speed_m_s: {speed:.3f}, starts_s: 0),"
    )


def hall(side, doors, persons, storeys, limit):
    """A scenario of equal square halls, one above the other, each with doors (middle, width) to the street."""
    gaps = "".join(
        f'Gap(name: "door{k}", between: ("room", "street"), at: ({x:.2f}, {y:.2f}), width: {width}),'
        for k, (x, y, width) in enumerate(doors)
    )
    floors = "".join(f'(name: "{k}F", height: 4, plan: "p"),' for k in range(1, storeys + 1))
    return f"""Scenario(format: 1, kind: Verification, place: (
        storeys: [{floors}],
        plans: {{"p": (spaces: [(name: "room", use: Hall, outline: [(0, 0), ({side}, 0), ({side}, {side}), (0, {side})])],
            openings: [{gaps}])}}),
        people: [{"".join(persons)}], ends: (after_s: {limit}, or: AllOut))"""


def room_text(side, places, speeds, limit):
    """The room of the side-by-side runs."""
    persons = [person(f"p{k}", "1F/room", p, v) for k, (p, v) in enumerate(zip(places, speeds))]
    return hall(side, [(side, side / 2, DOOR)], persons, 1, limit)


def crowd(programs, text, limit, threads=1):
    """What `crowd_alone` tells of a scenario, and the most memory it took, MB."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "scene.ron")
        path.write_text(text)
        command = [programs / "examples" / "crowd_alone", path, str(limit), str(threads)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
            told = json.loads(running.stdout.read())
            _, status, used = os.wait4(running.pid, 0)
            running.returncode = os.waitstatus_to_exitcode(status)
    told["mb"] = used.ru_maxrss / 1024
    return told


def crowd_alone(programs, side, places, speeds, limit):
    """Time of the last out, flow, CPU seconds and person-steps of the crowd engine."""
    told = crowd(programs, room_text(side, places, speeds, limit), limit)
    last = told["last_out_s"] if told["out"] == len(places) else told["simulated_s"]
    return last, told["out"] / last, told["cpu_s"], told["person_steps"]


def drill(programs, side, places, speeds, limit):
    """The same of the whole program."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "room.ron").write_text(room_text(side, places, speeds, limit))
        command = [programs / "firedrill", "run", folder / "room.ron", "--format", "json"]
        command += ["--out", folder / "out", "--every", "600"]
        # On one core it takes no second thread, whose time would not be counted.
        alone = lambda: os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        done = subprocess.run(command, capture_output=True, text=True, check=True, preexec_fn=alone)
        result = json.loads(done.stdout)
        events = [json.loads(line) for line in (folder / "out" / "events.jsonl").read_text().splitlines()]
    outs = [e["time_s"] for e in events if e["kind"] == "out"]
    last = max(outs) if len(outs) == len(places) else result["simulated_s"]
    steps = (sum(outs) + (len(places) - len(outs)) * last) / DT
    return last, len(outs) / last, result["cpu_s"], steps


def side_by_side(given):
    """JuPedSim, the crowd engine and the whole program in the same room."""
    print("people  program   last out s  flow p/s   CPU s  person-steps/CPU s  times JuPedSim")
    for people in given.people:
        made = scene(people, given.seed)
        rows = [
            ("JuPedSim", lambda: jupedsim(given.model, *made, given.to)),
            ("crowd", lambda: crowd_alone(given.programs, *made, given.to)),
            ("drill", lambda: drill(given.programs, *made, given.to)),
        ]
        peer = None
        for name, run in rows:
            last, flow, cpu, steps = min((run() for _ in range(given.repeat)), key=lambda r: r[2])
            peer = peer or steps / cpu
            times = steps / cpu / peer
            print(
                f"{people:6}  {name:8}  {last:10.1f}  {flow:8.2f}  {cpu:6.2f}  {steps / cpu:18,.0f}  {times:14.1f}",
                flush=True,
            )


def grid(people, side, rng):
    """Places on a grid, each off its middle by a little."""
    columns = int(people**0.5) + 1
    step = (side - 1.0) / columns
    spread = max(0.0, step / 2 - RADIUS - 0.01)
    off = lambda k: 0.5 + (k + 0.5) * step + rng.uniform(-spread, spread)
    return [(off(k % columns), off(k // columns)) for k in range(people)]


def scale(given):
    """Cost by size at equal density, and 10,000 people in one hall."""
    rng = random.Random(given.seed)
    row = lambda name, told: print(
        f"{name:34}  {told['simulated_s'] / told['cpu_s' if given.threads == 1 else 'wall_s']:10.1f}  "
        f"{1e6 * told['cpu_s'] / told['person_steps']:14.2f}  {told['mb']:9.0f}",
        flush=True,
    )
    print("scene                               times real  µs/person-step  memory MB")
    for people in [1000, 5000, 10000, 50000]:
        each = min(people, 5000)
        storeys = people // each
        side = round(each**0.5, 1)
        doors = [(side, side / 2, 4.0), (0.0, side / 2, 4.0), (side / 2, 0.0, 4.0), (side / 2, side, 4.0)]
        groups = [
            f'Group(name: "g{s}", count: {each}, in: "{s}F/room", radius: Fixed({RADIUS}), '
            "speed: Normal(1.34, 0.26, 0.8, 1.6), starts: Fixed(0)),"
            for s in range(1, storeys + 1)
        ]
        row(f"{people} at 1/m², 20 s", crowd(given.programs, hall(side, doors, groups, storeys, 20), 20, given.threads))
    for name, side, seconds in [("10000 in one hall, 0.63/m², 10 s", 126.5, 10), ("10000 in one hall, 4/m², 30 s", 50.0, 30)]:
        places = grid(10000, side, rng)
        text = room_text(side, places, [drawn_speed(rng) for _ in places], seconds)
        row(name, crowd(given.programs, text, seconds, given.threads))


def main():
    """Prints the tables."""
    known = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    known.add_argument("programs", type=pathlib.Path, help="folder of the programs built, as target/release")
    known.add_argument("--people", type=int, nargs="+", default=[250, 1000, 4000, 10000])
    known.add_argument("--model", default="CFSM", choices=["CFSM", "AVM"])
    known.add_argument("--repeat", type=int, default=1)
    known.add_argument("--seed", type=int, default=1)
    known.add_argument("--to", type=float, default=3600.0, help="stop at this time, s")
    known.add_argument("--scale", action="store_true", help="cost by size instead")
    known.add_argument("--threads", type=int, default=1, help="for --scale: by the clock, on so many threads")
    given = known.parse_args()
    given.programs = given.programs.resolve()
    if given.scale:
        scale(given)
    else:
        side_by_side(given)


if __name__ == "__main__":
    main()
