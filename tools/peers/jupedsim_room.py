"""JuPedSim and firedrill side by side: people leave a square room through one door.

    pip install jupedsim
    python3 tools/peers/jupedsim_room.py FIREDRILL [--people 250 1000 4000] [--model CFSM] [--repeat 1] [--to S]

FIREDRILL is the program built without the window (`cargo build --no-default-features`). Both get the same starting
places and walking speeds (drawn with JuPedSim's own `distribute_by_number`), the same body radius of 0.2 m and the same
step of 0.05 s, and run on one core. A person-step is one person in the room for one step. Of several repeats the one
with the least CPU time counts. firedrill runs with everything that it does in a drill: minds, doses, air. JuPedSim's
people walk 4.5 m on beyond the door before they count as out; firedrill's count in the door.
"""
import argparse
import json
import pathlib
import random
import subprocess
import tempfile
import time

import jupedsim as jps
from shapely import Polygon
from shapely.ops import unary_union

DT = 0.05
RADIUS = 0.2
DOOR = 2.0


def scene(people, seed):
    """Side of the room at 0.63 persons/m², starting places and speeds."""
    side = max(20.0, round((people / 0.625) ** 0.5, 1))
    room = Polygon([(0, 0), (side, 0), (side, side), (0, side)])
    places = jps.distribute_by_number(
        polygon=room, number_of_agents=people, distance_to_agents=0.45, distance_to_polygon=0.3, seed=seed
    )
    rng = random.Random(seed)
    speeds = [min(1.6, max(0.8, rng.gauss(1.34, 0.26))) for _ in places]
    return side, places, speeds


def jupedsim(model, side, places, speeds, limit):
    """Time of the last out, flow, CPU seconds and person-steps."""
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


def firedrill(program, side, places, speeds, limit):
    """The same of firedrill."""
    persons = "\n".join(
        f'Person(name: "p{k}", in: "1F/room", at: ({x:.4f}, {y:.4f}), radius_m: {RADIUS}, speed_m_s: {v:.4f}, starts_s: 0),'
        for k, ((x, y), v) in enumerate(zip(places, speeds))
    )
    text = f"""Scenario(format: 1, kind: Verification, place: (
        storeys: [(name: "1F", height: 3, plan: "p")],
        plans: {{"p": (spaces: [(name: "room", use: Hall, outline: [(0, 0), ({side}, 0), ({side}, {side}), (0, {side})])],
            openings: [Gap(name: "door", between: ("room", "street"), at: ({side}, {side / 2}), width: {DOOR})])}}),
        people: [{persons}], ends: (after_s: {limit}, or: AllOut))"""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "room.ron").write_text(text)
        command = [program, "run", folder / "room.ron", "--format", "json", "--out", folder / "out", "--every", "600"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        result = json.loads(done.stdout)
        events = [json.loads(line) for line in (folder / "out" / "events.jsonl").read_text().splitlines()]
    outs = [e["time_s"] for e in events if e["kind"] == "out"]
    last = max(outs) if len(outs) == len(places) else result["simulated_s"]
    steps = (sum(outs) + (len(places) - len(outs)) * last) / DT
    return last, len(outs) / last, result["cpu_s"], steps


def main():
    """Prints the table."""
    known = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    known.add_argument("firedrill")
    known.add_argument("--people", type=int, nargs="+", default=[250, 1000, 4000, 10000])
    known.add_argument("--model", default="CFSM", choices=["CFSM", "AVM"])
    known.add_argument("--repeat", type=int, default=1)
    known.add_argument("--seed", type=int, default=1)
    known.add_argument("--to", type=float, default=3600.0, help="stop at this time, s")
    given = known.parse_args()
    print("people  program    last out s  flow p/s  CPU s  person-steps/CPU s")
    for people in given.people:
        made = scene(people, given.seed)
        rows = [
            ("JuPedSim", lambda: jupedsim(given.model, *made, given.to)),
            ("firedrill", lambda: firedrill(given.firedrill, *made, given.to)),
        ]
        rates = []
        for name, run in rows:
            last, flow, cpu, steps = min((run() for _ in range(given.repeat)), key=lambda r: r[2])
            rates.append(steps / cpu)
            print(f"{people:6}  {name:9}  {last:10.1f}  {flow:8.2f}  {cpu:5.1f}  {steps / cpu:12,.0f}", flush=True)
        print(f"        firedrill is {rates[1] / rates[0]:.1f} times as fast", flush=True)


if __name__ == "__main__":
    main()
