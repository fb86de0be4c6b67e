"""Listens to the emulator's clients: which calls a step makes, and what they would be charged for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bench import capacity
from bench.prices import Cost
from tests.builders import cloud

Step = Callable[[], Any]


@dataclass(slots=True)
class Meter:
    """Every call, what it asks for, and how much came back: pages of goods are longer than a unit."""

    calls: list[str] = field(default_factory=list)
    read_units: float = 0.0
    write_units: float = 0.0
    _asked: dict[str, Any] = field(default_factory=dict)

    def hear(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.calls.append(model.name)
        self._asked = params
        self.write_units += capacity.units(model.name, params)[1] + capacity.index_units(model.name, params)

    def hear_answer(self, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        self.read_units += capacity.units(model.name, self._asked, parsed)[0]

    @contextmanager
    def listening(self) -> Iterator[None]:
        heard = [cloud.client(service).meta.events for service in cloud.SERVICES]
        for events in heard:
            events.register("provide-client-params.*.*", self.hear)
            events.register("after-call.*.*", self.hear_answer)
        try:
            yield
        finally:
            for events in heard:
                events.unregister("provide-client-params.*.*", self.hear)
                events.unregister("after-call.*.*", self.hear_answer)


def measured(step: Step, **counted: int) -> Cost:
    meter = Meter()
    with meter.listening():
        step()
    return Cost(calls=tuple(meter.calls), read_units=meter.read_units, write_units=meter.write_units, **counted)
