"""`make chaos`: all layers over the slice, then the planted bugs, with a table of who caught what."""

import argparse
import sys
import time
from collections.abc import Callable

from tests.chaos import campaign
from tests.chaos.bugs import BUGS
from tests.chaos.campaign import Effort, Score, Tally
from tests.chaos.identity_world import SHELVES, IdentityWorld
from tests.chaos.simulation import simulate

LAYERS = ("simulation", "points", "stories", "processes", "bugs")
SHOWN = 10


def main() -> int:
    options = arguments()
    if options.replay is not None:
        return replay(options.replay)
    wanted = options.layer or LAYERS
    failures = 0
    layers: dict[str, Callable[[], Tally]] = {
        "simulation": lambda: campaign.simulation(range(options.first, options.first + options.seeds), options.jobs),
        "points": lambda: campaign.crash_points(options.jobs, options.every),
        "stories": lambda: campaign.stories(options.stories),
        "processes": lambda: deaths(options.deaths),
    }
    for name, run in layers.items():
        if name in wanted:
            failures += report(name, run)
    if "bugs" in wanted:
        failures += planted(Effort(options.bug_seeds, options.bug_points, options.bug_stories, options.jobs))
    return 1 if failures else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--layer", action="append", choices=LAYERS, help="only this layer; may be given several times")
    parser.add_argument("--seeds", type=int, default=10_000, help="histories of the simulation")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--replay", type=int, metavar="SEED", help="one history of the simulation, call by call")
    parser.add_argument("--every", type=int, default=1, help="only every n-th crash point")
    parser.add_argument("--stories", type=int, default=500, help="stories for hypothesis to tell")
    parser.add_argument(
        "--deaths", type=int, default=16, help="walks in the local cloud, each of which loses a process"
    )
    parser.add_argument("--bug-seeds", type=int, default=1_500, help="histories to look for a planted bug in")
    parser.add_argument("--bug-points", type=int, default=4, help="every n-th crash point for a planted bug; 0: none")
    parser.add_argument("--bug-stories", type=int, default=60, help="stories for a planted bug; 0: none")
    parser.add_argument("--jobs", type=int, default=2, help="processes at once")
    return parser.parse_args()


def replay(seed: int) -> int:
    outcome = simulate(IdentityWorld, SHELVES, seed)
    for number, line in enumerate(outcome.trace, 1):
        print(f"{number:4} {line}")
    print(*outcome.violations or ["nothing lost, nothing twice"], sep="\n")
    return len(outcome.violations)


def report(name: str, run: Callable[[], Tally]) -> int:
    started = time.perf_counter()
    tally = run()
    parts = [f"{tally.runs:,} runs", f"{tally.calls:,} AWS calls", f"{tally.faults:,} faults"]
    if tally.histories:
        parts.append(f"{len(tally.histories):,} distinct histories")
    print(
        f"{name:11} {', '.join(parts)}, {time.perf_counter() - started:.1f} s: {verdict(tally.violations)}", flush=True
    )
    for violation in tally.violations[:SHOWN]:
        print(f"            {violation}")
    return len(tally.violations)


def verdict(violations: list[str]) -> str:
    return f"{len(violations)} VIOLATIONS" if violations else "nothing lost, nothing twice"


def planted(effort: Effort) -> int:
    started = time.perf_counter()
    print(f"{'planted bug':34} {'simulation':12} {'crash points':28} stories")
    scores: list[Score] = []
    for one in campaign.score(BUGS, effort):
        scores.append(one)
        print(f"{one.bug:34} {one.simulation:12} {one.points:28} {one.stories}", flush=True)
    missed = [one.bug for one in scores if not one.caught]
    print(f"{len(scores) - len(missed)} of {len(scores)} planted bugs caught in {time.perf_counter() - started:.1f} s")
    if missed:
        print(f"NOT CAUGHT: {', '.join(missed)}")
    return len(missed)


def deaths(walks: int) -> Tally:
    from tests.chaos.process_death import run  # only here: no other layer needs the laptop's code

    return run(walks)


if __name__ == "__main__":
    sys.exit(main())
