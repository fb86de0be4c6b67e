"""The ledger as workflows ask it, on an emulated table."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from functions.ledger import steps
from functions.ledger.model import accounts as on
from functions.ledger.model.facts.base import Fact
from functions.ledger.model.facts.credits import CreditsGranted
from functions.ledger.model.verify import Report
from functions.ledger.rules import verify
from functions.ledger.store.books import books
from functions.ledger.store.rows import read_journal
from kernel.changes import decode
from kernel.table import Table
from tests.builders import ledger as a
from tests.builders.cloud import World
from tests.builders.http import Context
from tests.builders.ledger import usd

SALE, OTHER_SALE, OTHER_STORE = a.an_id("slo"), a.an_id("slo", 1), a.an_id("sto", 1)


def task(name: str, **said: Any) -> dict[str, Any]:
    return steps.handler({"task": name, **said}, Context())


def money(minor: int, currency: str = "USD") -> dict[str, Any]:
    return {"minor": minor, "currency": currency}


def granted(minor: int, buyer_id: str = a.BUYER, grant_id: str = "g") -> None:
    books().record(CreditsGranted(at=a.NOON, grant_id=grant_id, buyer_id=buyer_id, amount=usd(minor)))


def hold(minor: int = 30_00, order_id: str = a.ORDER, **said: Any) -> dict[str, Any]:
    return task("hold_credits", order_id=order_id, buyer_id=a.BUYER, amount=money(minor), **said)


def void(order_id: str = a.ORDER) -> dict[str, Any]:
    return task("void", order_id=order_id, buyer_id=a.BUYER, currency="USD")


def a_line(goods: int, tax: int = 0, subsidy: int = 0, line_id: str = "1") -> dict[str, Any]:
    frozen = a.terms(1_000, tax_bps=2_000).model_dump(mode="json")
    amounts = {"goods": money(goods), "tax": money(tax), "subsidy": money(subsidy)}
    return {"line_id": line_id, **amounts, "terms": frozen}


def pay(credits_minor: int = 0, order_id: str = a.ORDER, **said: Any) -> dict[str, Any]:
    """100.00 and 20.00 of tax from one store, 50.00 from another."""
    orders = [
        {"seller_order_id": SALE, "store_id": a.STORE, "lines": [a_line(100_00, 20_00)]},
        {"seller_order_id": OTHER_SALE, "store_id": OTHER_STORE, "lines": [a_line(50_00)]},
    ]
    tender = {"card": money(170_00 - credits_minor), "credits": money(credits_minor), "payment_id": a.PAYMENT}
    return task("record_paid", **{"order_id": order_id, "buyer_id": a.BUYER, "seller_orders": orders, **tender, **said})


def refund(minor: int, refund_id: str = "re_1", **said: Any) -> dict[str, Any]:
    named = {"seller_order_id": SALE, "store_id": a.STORE, "refund_id": refund_id}
    return task("refund", **{**named, "lines": {"1": money(minor)}, **said})


def of_sale(name: str, **said: Any) -> dict[str, Any]:
    return task(name, **{"seller_order_id": SALE, **said})


def balance(account: str, currency: str = "USD") -> int:
    """On its normal side."""
    return books().balance(account, currency).minor


def standing() -> dict[str, int]:
    """What the tests look at, without what is zero."""
    accounts = {
        "credits": on.credits_of(a.BUYER),
        "pending": on.seller_order_pending(SALE),
        "available": on.available(a.STORE),
        "debt": on.debt("store", a.STORE),
        "held": on.COMMISSION_HELD,
        "commission": on.COMMISSION,
        "refunds": on.REFUNDS_IN_TRANSIT,
    }
    return {name: minor for name, account in accounts.items() if (minor := balance(account))}


def recorded(*facts: Fact) -> None:
    for fact in facts:
        books().record(fact)


def proof(world: World, table: str = "identity") -> Report:
    """The verifier over all that is in the table."""
    rows = [decode(row) for row in world.items(table)]
    journals = [read_journal(row) for row in rows if row["pk"].startswith("JOURNAL#")]
    kept: dict[verify.Key, int] = {}
    for row in rows:
        kind, _, rest = row["pk"].partition("#")
        if kind == "BALANCE":
            account, currency = rest.split("#")[:2]
            signed = on.kind_of(account).normal(row["balance"])
            kept[account, currency] = kept.get((account, currency), 0) + signed
    return verify.verified(journals, kept)


@contextmanager
def rival(act: Callable[[], object]) -> Iterator[None]:
    """Somebody else acts once, after all was read and before the next commit."""
    commit, waiting = Table.commit, [act]

    def late(table: Table, *arguments: Any, **options: Any) -> Any:
        if waiting:
            waiting.pop()()
        return commit(table, *arguments, **options)

    with patch.object(Table, "commit", late):
        yield
