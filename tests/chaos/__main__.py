"""`make chaos`: all layers over every world, then the planted bugs, with a table of who caught what."""

import argparse
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from importlib import import_module

from tests.chaos import campaign, search_trial
from tests.chaos.campaign import Effort, Score, Tally
from tests.chaos.simulation import simulate
from tests.chaos.trial import WORLDS, trial

BY_NEWS = "search"  # nobody waits for its answers, so it is told histories instead
ALL = (*WORLDS, BY_NEWS)
LAYERS = ("simulation", "points", "stories", "processes", "bugs")
SHOWN = 10


def main() -> int:
    options = arguments()
    worlds = options.world or ALL
    if options.replay is not None:
        return replay(worlds[0], options.replay)
    failures = 0
    for world in worlds:
        print(f"{world}:", flush=True)
        failures += tried_by_news(options) if world == BY_NEWS else tried(world, options)
    return 1 if failures else 0


def tried(world: str, options: argparse.Namespace) -> int:
    failures, wanted = 0, options.layer or LAYERS
    seeds = range(options.first, options.first + options.seeds)
    layers: dict[str, Callable[[], Tally]] = {"simulation": lambda: campaign.simulation(world, seeds, options.jobs)}
    if trial(world).by_steps:
        layers["points"] = lambda: campaign.crash_points(world, options.jobs, options.every)
        layers["stories"] = lambda: campaign.stories(world, options.stories)
    if module := trial(world).deaths:
        layers["processes"] = lambda: deaths(module, options.deaths)
    for name, run in layers.items():
        if name in wanted:
            failures += report(name, run)
    if "bugs" in wanted:
        hunt = effort(options)
        if not trial(world).by_steps:
            hunt = replace(hunt, every_point=0, stories=0)
        failures += planted(campaign.score(world, trial(world).bugs, hunt))
    return failures


def tried_by_news(options: argparse.Namespace) -> int:
    failures, wanted = 0, options.layer or LAYERS
    seeds = range(options.first, options.first + options.seeds)
    if "simulation" in wanted:
        failures += report("simulation", lambda: search_trial.simulation(seeds, options.jobs))
    if "points" in wanted:
        failures += report("points", lambda: search_trial.points(options.every))
    if "bugs" in wanted:
        failures += planted(search_trial.score(search_trial.BUGS, effort(options)))
    return failures


def effort(options: argparse.Namespace) -> Effort:
    return Effort(options.bug_seeds, options.bug_points, options.bug_stories, options.jobs)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--layer", action="append", choices=LAYERS, help="only this layer; may be given several times")
    parser.add_argument("--world", action="append", choices=ALL, help="only this world; may be given several times")
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


def replay(world: str, seed: int) -> int:
    if world == BY_NEWS:
        found = search_trial.told(seed)
        print(*found or ["nothing wrong"], sep="\n")
        return len(found)
    outcome = simulate(trial(world).make_world, trial(world).shelves, seed)
    for number, line in enumerate(outcome.trace, 1):
        print(f"{number:4} {line}")
    print(*outcome.violations or ["nothing lost, nothing twice"], sep="\n")
    return len(outcome.violations)


def report(name: str, run: Callable[[], Tally]) -> int:
    started = time.perf_counter()
    tally = run()
    parts = [f"{tally.runs:,} runs", f"{tally.calls:,} AWS calls", f"{tally.faults:,} faults"]
    if tally.steps:
        parts.append(f"{tally.steps:,} steps")
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


def planted(found: Iterable[Score]) -> int:
    started = time.perf_counter()
    print(f"{'planted bug':34} {'simulation':12} {'crash points':28} stories")
    scores: list[Score] = []
    for one in found:
        scores.append(one)
        print(f"{one.bug:34} {one.simulation:12} {one.points:28} {one.stories}", flush=True)
    missed = [one.bug for one in scores if not one.caught]
    print(f"{len(scores) - len(missed)} of {len(scores)} planted bugs caught in {time.perf_counter() - started:.1f} s")
    if missed:
        print(f"NOT CAUGHT: {', '.join(missed)}")
    return len(missed)


def deaths(module: str, walks: int) -> Tally:
    """Imported only here: no other layer needs the laptop's code."""
    tally: Tally = import_module(module).run(walks)
    return tally


if __name__ == "__main__":
    sys.exit(main())
