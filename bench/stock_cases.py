"""What inventory's use cases cost: goods come, buyers ask, and a checkout reserves, sells or gives back three lines."""

from bench.meter import measured
from bench.prices import Cost
from tests.builders import inventory as an

ASKED = 20
LINES = 3


def all_of() -> dict[str, Cost]:
    costs = {"receive first stock": measured(lambda: an.received(25, an.variant(0)), invocations=1, http=1)}
    costs["receive stock"] = measured(lambda: an.received(25, an.variant(0)), invocations=1, http=1)
    for number in range(1, ASKED):
        an.received(25, an.variant(number))
    asked = {"variants": ",".join(f"{an.STORE}:{an.variant(number)}" for number in range(ASKED))}
    costs["ask for 20 variants"] = measured(lambda: _ask(asked), invocations=1, http=1)
    lines = [an.a_line(2, an.variant(number)) for number in range(LINES)]
    first, second = an.order(1), an.order(2)
    costs["reserve 3 lines"] = measured(lambda: _done(an.reserve(*lines, order_id=first), "reserved"), invocations=1)
    costs["sell 3 lines"] = measured(lambda: _done(an.task("commit", first), "committed"), invocations=1)
    _done(an.reserve(*lines, order_id=second), "reserved")
    costs["extend 3 lines"] = measured(lambda: _done(an.task("extend", second, hold_s=3600), "reserved"), invocations=1)
    costs["release 3 lines"] = measured(lambda: _done(an.task("release", second), "released"), invocations=1)
    return costs


def _ask(asked: dict[str, str]) -> None:
    answer = an.public("GET", "/v1/availability", query=asked)
    if answer.status != 200:
        raise RuntimeError(answer.text)


def _done(told: dict[str, object], outcome: str) -> None:
    """A refusal would be cheap, and must not be measured."""
    if told["outcome"] != outcome:
        raise RuntimeError(str(told))
