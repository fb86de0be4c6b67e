"""The checkout's workflow told as stories: all domains answer as usual, but for what a story is about."""

from typing import Any

from infra.platform.context import ROOT
from tests.chaos.asl import Execution, read

WORKFLOW = read(ROOT / "infra" / "workflows" / "checkout.asl.json")
GIVEN = {"order_id": "ord_1", "correlation_id": "cor_1", "causation_id": "evt_1"}
EVERYTHING = ("stock", "agreed", "promotions", "credits", "payment")
BROKEN = RuntimeError("unreachable")


def screened(*needs: str) -> dict[str, Any]:
    return {
        "outcome": "passed",
        "order_id": "ord_1",
        "buyer_id": "usr_1",
        "currency": "EUR",
        "needs": {name: name in needs for name in EVERYTHING},
        "stock": [{"variant_id": "var_1"}],
        "offers": [{"offer_id": "off_1"}],
        "promotions": [{"promotion_id": "prm_1", "uses": 1}],
        "credits": {"minor": 1000, "currency": "EUR"},
        "card": {"minor": 2000, "currency": "EUR"},
        "method": "card",
        "payment_method_id": None,
        "pay_by": "2030-01-02T03:04:05Z",
        "hold_s": 2760,
        "wait_s": 1920,
        "patience_s": 660,
        "ordered_at": "2030-01-02T02:34:05Z",
        "seller_orders": [{"seller_order_id": "sor_1"}],
    }


def payment(outcome: str) -> dict[str, Any]:
    return {"outcome": outcome, "payment_id": "pay_1", "client_secret": None, "failure": None}


def refused(code: str) -> dict[str, str]:
    return {"outcome": "refused", "code": code, "detail": "No."}


USUAL: dict[str, Any] = {
    "Orders.screen": screened(*EVERYTHING),
    "Ledger.check_terms": {"outcome": "rated"},
    "Catalog.check_offers": {"outcome": "checked"},
    "Inventory.reserve": {"outcome": "reserved"},
    "Inventory.extend": {"outcome": "reserved"},
    "Inventory.commit": {"outcome": "committed"},
    "Inventory.release": {"outcome": "released"},
    "Baskets.reserve_promotions": {"outcome": "reserved"},
    "Baskets.commit_promotions": {"outcome": "committed"},
    "Baskets.release_promotions": {"outcome": "released"},
    "Ledger.hold_credits": {"outcome": "held"},
    "Ledger.void": {"outcome": "voided"},
    "Ledger.record_paid": {"outcome": "recorded"},
    "Ledger.refund": {"outcome": "refunded", "by_card": {"minor": 1500, "currency": "EUR"}},
    "Payments.create_payment": payment("created"),
    "Payments.cancel_payment": payment("cancelled"),
    "Payments.refund": {"outcome": "sent"},
    "Orders.await_payment": {"outcome": "awaiting"},
    "Orders.park": {"outcome": "parked"},
    "Orders.confirm": {"outcome": "confirmed"},
    "Orders.cancel": {"outcome": "cancelled"},
    "Catalog.redeem_agreed_prices": {"outcome": "redeemed"},
    "Catalog.release_agreed_prices": {"outcome": "released"},
}
PAID: dict[str, Any] = {"outcome": "paid"}
REFUND = {
    "outcome": "refund",
    "refunds": [{"seller_order_id": "sor_1", "store_id": "sto_1", "refund_id": "rfd_1", "lines": {"lin_1": 3000}}],
}


class Story:
    """What each task answers instead of the usual: one answer, or several in turn, of which the last stays.

    `told` is what arrives by each token in turn; None is a time-out.
    """

    def __init__(self, *told: Any, **instead: Any) -> None:
        self.told = list(told)
        self.answers = dict(USUAL) | {name.replace("__", "."): answer for name, answer in instead.items()}
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.execution = Execution(WORKFLOW, dict(GIVEN), self._answer)

    def tell(self) -> "Story":
        while self.execution.ended is None:
            self.execution.run()
            if self.execution.token:
                told = self.told.pop(0)
                self.execution.time_out() if told is None else self.execution.succeed(told)
        assert not self.told, "told to nobody"
        return self

    def _answer(self, domain: str, asked: dict[str, Any]) -> Any:
        name = f"{domain}.{asked['task']}"
        answer = self.answers[name]
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        self.asked.append((name, asked))
        if asked.get("must") is True and isinstance(answer, dict) and answer["outcome"] == "refused":
            raise RuntimeError(answer["code"])
        if isinstance(answer, Exception):
            raise answer
        return answer

    def told_to(self, name: str) -> dict[str, Any]:
        return next(asked for named, asked in reversed(self.asked) if named == name)

    @property
    def tasks(self) -> list[str]:
        """Repeated tries count once."""
        names = [name for name, _ in self.asked]
        return [name for place, name in enumerate(names) if not place or names[place - 1] != name]
