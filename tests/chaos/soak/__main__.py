"""`make soak`: eight buyers and sellers, while everything around them goes wrong; in the end every order is final.

All of Metco as `make dev` has it, deployed for this alone. Function processes die before and after their calls, answers
are lost or never come, calls are doubled, refused for their rate or for a conflict, done in part; every event comes
twice and the second time in reverse; Stripe and carriers refuse, answer too late or never, and lose, double and shuffle
what they tell. Then that stops, time passes, what gave up is handled again, what is parked is decided, and the books,
Stripe, the stock, the carriers' labels and every order are looked at. It lasts as many minutes and until as many orders
as are said, and fails at its upper limit. The report is in `.build/soak.txt` as well.
"""

import argparse
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from bench.buying import Line, shelves
from local.seed import SELLER
from local.stack import Stack
from tests.chaos.process_death import HOOK
from tests.chaos.soak.misfortune import Misfortune
from tests.chaos.soak.operators import Operators
from tests.chaos.soak.people import Known, signed_in
from tests.chaos.soak.proofs import Proofs
from tests.chaos.soak.report import Report
from tests.chaos.soak.rest import Orders, come_to_rest, quiet
from tests.chaos.soak.stories import LABELS, STORIES
from tests.chaos.soak.trade import Trade
from tests.e2e.sending_walk import SENDER

PEOPLE = 8
MOST_MINUTES = 30.0
LOOK_EVERY_S = 30.0
CALLED_OFF = 0.05  # of all orders, at most: Metco may give up on one, and has to say so
SHOWN = 12


def main() -> int:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="at least")
    parser.add_argument("--orders", type=int, default=None, help="at least; else fifty a minute")
    parser.add_argument("--at-most", type=float, default=MOST_MINUTES, help="minutes, however few the orders")
    parser.add_argument("--seed", type=int, default=0, help="of who does what, and what goes wrong next")
    parser.add_argument("--keep", type=Path, help="a folder for state and logs, which stays")
    options = parser.parse_args()
    wanted = round(50 * options.minutes) if options.orders is None else options.orders
    report = Report()
    report.tell(f"a soak of {options.minutes:g} minutes and {wanted} orders or more, seed {options.seed}")
    with folder(options.keep) as place:
        environment = {"CHAOS_DIR": str(place)}
        started = Stack.start(
            place / "home", seeded=True, tell=report.say, function_path=[HOOK], function_environment=environment
        )
        with started as stack:
            soak = Soak(stack, place, report, options.seed)
            soak.goes_on(options.minutes * 60, wanted, options.at_most * 60)
            wrong = soak.is_looked_at(wanted)
    report.tell()
    report.tell("all is as it should be" if not wrong else f"WRONG in {wrong} ways")
    print(f"written to {report.written()}")
    return 1 if wrong else 0


@contextmanager
def folder(kept: Path | None) -> Iterator[Path]:
    if kept:
        kept.mkdir(parents=True)
        yield kept.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="metco-soak-") as name:
        yield Path(name)


class Soak:
    def __init__(self, stack: Stack, place: Path, report: Report, seed: int) -> None:
        self.stack, self.report, self.seed = stack, report, seed
        self.known, self.since = Known(), stack.cloud.clock.now()
        self.misfortune, self.operators = Misfortune(stack, place, seed), Operators(stack)
        self.lines: list[Line] = []
        self.took_s = 0.0

    def goes_on(self, least_s: float, wanted: int, most_s: float) -> None:
        self.report.say("filling shelves")
        self.lines = shelves(self.stack)
        sends_by_carrier(self.stack, self.lines)
        self.report.say("until all that was imported is known everywhere")
        quiet(self.operators)
        self.operators.have_messages_return_soon()
        began = time.perf_counter()

        def over() -> bool:
            took = time.perf_counter() - began
            return took > most_s or (took > least_s and len(self.known.orders) >= wanted)

        trades = [Trade(self.stack, self.lines, self._chance(one), self.known) for one in range(PEOPLE)]
        with self.misfortune, self._watched(began), ThreadPoolExecutor(PEOPLE) as pool:
            for done in [pool.submit(one.goes_on, STORIES, over) for one in trades]:
                done.result()
        self.took_s = time.perf_counter() - began

    def is_looked_at(self, wanted: int) -> int:
        """In how many ways it is not as it should be."""
        tell, known = self.report.tell, self.known
        self.report.say("nothing goes wrong any more; time passes")
        orders = Orders(self.stack, known.orders)
        still_open = come_to_rest(self.stack, orders, self.operators, self.report.say)
        proofs = Proofs(self.stack, orders, self.operators, self.since)
        met = self.misfortune.came_to_pass()
        wrong = {
            "open": [f"{count} × {what}: {orders.of(what)[:3]}" for what, count in still_open.items()],
            "people who were never answered": known.failed,
            "too few orders": [f"{len(known.orders)} of {wanted}"] if len(known.orders) < wanted else [],
            "called off": self._called_off(),
            "faults that never came": [f"{where}: {one}" for where, kinds in met.items() for one in never(kinds)],
            "books": self._proved(proofs.books),
            "money at Stripe": self._proved(proofs.money_at_stripe),
            "money that went back": self._proved(proofs.refunds),
            "stock": self._proved(lambda: proofs.stock(self.lines)),
            "labels": self._proved(proofs.labels),
            "executions": self._proved(proofs.executions),
            "reconciliation": self._proved(proofs.reconciliation),
            "waiting": self._proved(proofs.waiting),
        }
        self.report.sales(known, self.took_s, orders.states())
        self.report.times(known.took)
        for where, kinds in met.items():
            self.report.counted(f"what went wrong: {where}", kinds)
        self.report.counted("what the sweeper found", proofs.found_by_sweeper())
        self.report.counted("dead letters that were handled again", self.operators.redriven)
        self.report.counted("what operators decided", self.operators.decided)
        tell(f"batches of events that relays had given up, handed over again: {self.operators.handed_over}")
        tell()
        for line in proofs.proved:
            tell(f"proved: {line}")
        for what, each in wrong.items():
            for one in each[:SHOWN]:
                tell(f"WRONG, {what}: {one}")
            if len(each) > SHOWN:
                tell(f"WRONG, {what}: and {len(each) - SHOWN} more")
        return sum(1 for each in wrong.values() if each)

    def _proved(self, proof: Callable[[], Iterable[str]]) -> list[str]:
        """What is wrong. One proof that fails leaves the others to be made."""
        try:
            return [*proof()]
        except Exception as failure:  # noqa: BLE001  # told as what is wrong
            return [f"it could not be proved: {failure!r}"[:500]]

    def _called_off(self) -> Sequence[str]:
        count = self.known.called_off.total()
        return [f"{count} orders: {dict(self.known.called_off)}"] if count > CALLED_OFF * len(self.known.orders) else []

    def _chance(self, one: int) -> random.Random:
        return random.Random(f"{self.seed}/{one}")

    @contextmanager
    def _watched(self, began: float) -> Iterator[None]:
        """Every half minute operators look, and say how far it is."""
        over = threading.Event()

        def look() -> None:
            while not over.wait(LOOK_EVERY_S):
                try:
                    self.operators.look()
                except Exception as failure:  # noqa: BLE001  # they look again
                    self.report.tell(f"operators could not look: {failure!r}"[:200])
                self._how_far(time.perf_counter() - began)

        watcher = threading.Thread(target=look, name="operators")
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()

    def _how_far(self, took_s: float) -> None:
        known, met = self.known, self.misfortune.came_to_pass()
        faults = sum(each.total() for where, each in met.items() if where != "an event")
        self.report.say(
            f"{len(known.orders)} orders, {60 * len(known.orders) / took_s:.0f}/min; "
            f"{known.stories.total()} sales done, {len(known.failed)} failed, {known.called_off.total()} called off; "
            f"{faults} faults; {self.operators.redriven.total()} redriven, {self.operators.decided.total()} decided"
        )


def never(kinds: Counter[str]) -> list[str]:
    """Those that did not come to pass."""
    return [kind for kind, times in kinds.items() if not times]


def sends_by_carrier(stack: Stack, lines: Sequence[Line]) -> None:
    seller = signed_in(stack.url, SELLER)
    choice = {"carriers": ["manual", *LABELS], "sender": SENDER, "package": {"weight_g": 800}}
    for store_id in {line["store_id"] for line in lines}:
        seller.ask("PUT", f"/v1/stores/{store_id}/carriers", json=choice)


if __name__ == "__main__":
    sys.exit(main())
