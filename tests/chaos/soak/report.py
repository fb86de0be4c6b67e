"""What is told of it: while it goes on, and in the end, when it is written down as well."""

import statistics
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from local.home import ROOT
from tests.chaos.soak.people import Known

FILE = ROOT / ".build" / "soak.txt"


@dataclass
class Report:
    began: float = field(default_factory=time.perf_counter)
    lines: list[str] = field(default_factory=list)

    def say(self, line: str) -> None:
        """On the terminal alone, with the time."""
        minutes, seconds = divmod(int(time.perf_counter() - self.began), 60)
        print(f"{minutes:3}:{seconds:02}  {line}" if line else "", flush=True)

    def tell(self, line: str = "") -> None:
        """On the terminal at once; on paper in the end."""
        self.say(line)
        self.lines.append(line)

    def written(self) -> Path:
        FILE.parent.mkdir(parents=True, exist_ok=True)
        FILE.write_text("\n".join(self.lines) + "\n", encoding="utf-8")
        return FILE

    def counted(self, title: str, counts: Mapping[str, int]) -> None:
        self.tell()
        self.tell(title)
        for what, times in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
            self.tell(f"  {times:7,}  {what}")
        if not counts:
            self.tell("  nothing")

    def sales(self, known: Known, took_s: float, states: Counter[str]) -> None:
        self.tell()
        ended = ", ".join(f"{count} {state}" for state, count in states.most_common())
        rate = 60 * len(known.orders) / took_s
        self.tell(f"{len(known.orders)} orders in {took_s / 60:.1f} minutes, {rate:.1f}/min: {ended}")
        self.counted("sales by story", known.stories)
        if known.called_off:
            self.counted("orders that Metco called off before they were paid, and said so", known.called_off)

    def times(self, took: Mapping[str, Sequence[float]]) -> None:
        self.tell()
        self.tell(f"{'seconds':30} {'p50':>8} {'p95':>8} {'p99':>8} {'most':>8} {'times':>7}")
        for what, seconds in took.items():
            cut = statistics.quantiles(seconds, n=100) if len(seconds) > 1 else [*seconds] * 99
            shown = " ".join(f"{one:8.2f}" for one in (cut[49], cut[94], cut[98], max(seconds)))
            self.tell(f"  {what:28} {shown} {len(seconds):7}")
