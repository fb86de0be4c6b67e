"""What the ledger's use cases cost: credits set aside, an order of two sellers paid, released, given back."""

from bench.meter import measured
from bench.prices import Cost
from tests.builders import ledger as a
from tests.builders import settling as s


def all_of() -> dict[str, Cost]:
    s.granted(100_00)
    s.granted(100_00, grant_id="g2")
    costs = {"hold credits": measured(lambda: _done(s.hold(30_00), "held"), invocations=1)}
    costs["pay 2 sellers"] = measured(lambda: _done(s.pay(30_00), "recorded"), invocations=1)
    costs["refund a part"] = measured(lambda: _done(s.refund(60_00), "refunded"), invocations=1)
    costs["freeze a sale"] = measured(lambda: _done(s.of_sale("freeze", cause="dsp_1"), "frozen"), invocations=1)
    _done(s.of_sale("unfreeze", cause="dsp_1"), "unfrozen")
    costs["release a sale"] = measured(lambda: _done(s.of_sale("release_funds"), "released"), invocations=1)
    later = a.an_id("ord", 1)
    _done(s.hold(10_00, later), "held")
    costs["void a hold"] = measured(lambda: _done(s.void(later), "voided"), invocations=1)
    return costs


def _done(told: dict[str, object], outcome: str) -> None:
    """A refusal would be cheap, and must not be measured."""
    if told["outcome"] != outcome:
        raise RuntimeError(str(told))
