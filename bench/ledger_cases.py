"""What the ledger's use cases cost: credits set aside, an order paid, released, given back, and what people decide."""

from collections.abc import Callable

from bench.meter import measured
from bench.prices import Cost
from tests.builders import deciding as d
from tests.builders import ledger as a
from tests.builders import reading as r
from tests.builders import settling as s
from tests.builders.cloud import World
from tests.builders.http import Answered


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
    return costs | _reading() | _deciding()


def _reading() -> dict[str, Cost]:
    """The order of two sellers is told to both and to its buyer; then they look."""
    told = r.journals_told(World({}, ""))
    [paid] = [one for one in told if one["data"]["kind"] == "order_paid"]
    costs = {"… its 3 statements": measured(lambda: r.tell(paid), invocations=1, messages=1)}
    r.tell(*told)
    seller, buyer = r.seller(), r.buyer()
    statement, history = f"/v1/stores/{a.STORE}/statement", "/v1/me/credits/history"
    journals = {"order_id": a.ORDER}
    return costs | {
        "read a balance": _read(lambda: seller("GET", f"/v1/stores/{a.STORE}/balance")),
        "read a statement": _read(lambda: seller("GET", statement, query={"since": "2020-01-01T00:00:00Z"})),
        "read one's credits": _read(lambda: buyer("GET", history)),
        "an order's journals": _read(lambda: r.finance("GET", "/v1/ledger/journals", query=journals)),
    }


def _deciding() -> dict[str, Cost]:
    """A withdrawal that two persons agree to, and what else finance does every day."""
    d.with_limits()
    d.in_finance(d.FINN, d.GRETA)
    d.registered(a.BUYER)
    d.has_funds(2_000_00)
    d.a_rule()
    wanted, line = d.asked(600_00), {"store_id": a.STORE, "product_id": a.an_id("prd"), "price": s.money(100_00)}
    grant = {"buyer_id": a.BUYER, "amount": s.money(5_00), "why": "goodwill"}
    d.approve(wanted, d.FINN)
    return {
        "ask for a withdrawal": _asked(lambda: d.ask(100_00), 201),
        "agree to one": _asked(lambda: d.approve(wanted, d.GRETA), 200),
        "explain a commission": _asked(lambda: d.finance()("POST", "/v1/commission-rules/explain", line), 200),
        "grant credits": _asked(lambda: d.finance()("POST", "/v1/credits/grants", grant), 201),
    }


def _asked(ask: Callable[[], Answered], status: int) -> Cost:
    """Done once, and measured as it is done."""

    def checked() -> None:
        answer = ask()
        if answer.status != status:
            raise RuntimeError(answer.text)

    return measured(checked, invocations=1, http=1)


def _read(ask: Callable[[], Answered]) -> Cost:
    answer = ask()
    if answer.status != 200 or not answer.json["items"]:
        raise RuntimeError(answer.text)
    return measured(ask, invocations=1, http=1)


def _done(told: dict[str, object], outcome: str) -> None:
    """A refusal would be cheap, and must not be measured."""
    if told["outcome"] != outcome:
        raise RuntimeError(str(told))
