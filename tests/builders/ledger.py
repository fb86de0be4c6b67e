"""Money for tests: say what matters to the test, the rest is filled in."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from functions.ledger import verifier
from functions.ledger.model.accounts import kind_of
from functions.ledger.model.commission import CommissionRule, CommissionTerms, LineToRate, Tier
from functions.ledger.model.facts.base import Fact
from functions.ledger.model.facts.credits import CreditsGranted
from functions.ledger.model.holds import Hold
from functions.ledger.model.journals import Journal
from functions.ledger.model.sales import Sale
from functions.ledger.rules import holds, split
from functions.ledger.rules.journals import journal_of
from functions.ledger.store.books import books
from kernel import clock, ids
from kernel.authz import Principal
from kernel.money import Money

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


def an_id(prefix: str, number: int = 0) -> str:
    return f"{prefix}_{number:026}"


STORE, ORDER, BUYER, PAYMENT = an_id("sto"), an_id("ord"), an_id("usr"), an_id("pay")
SELLER = an_id("usr", 7)


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def terms(rate_bps: int = 1_000, **said: Any) -> CommissionTerms:
    fields: dict[str, Any] = {"rule_id": an_id("cmr"), "scope": "platform", "tiers": [Tier(rate_bps=rate_bps)]}
    return CommissionTerms(**fields | said)


def a_rule(number: int = 0, scope: str = "platform", rate_bps: int = 1_000, **said: Any) -> CommissionRule:
    fields: dict[str, Any] = {
        "rule_id": an_id("cmr", number),
        "scope": scope,
        "tiers": [Tier(rate_bps=rate_bps)],
        "starts_at": datetime(2029, 1, 1, tzinfo=UTC),
    }
    return CommissionRule(**fields | said)


def a_line_to_rate(price: Money | None = None, **said: Any) -> LineToRate:
    fields: dict[str, Any] = {"store_id": STORE, "product_id": an_id("prd"), "price": price or usd(100_00)}
    return LineToRate(**fields | said)


def a_line(
    goods: int = 100_00,
    tax: int = 0,
    subsidy: int = 0,
    *,
    line_id: str = "1",
    currency: str = "USD",
    terms_: CommissionTerms | None = None,
) -> split.LineSold:
    price, its_tax, given = (Money(minor, currency) for minor in (goods, tax, subsidy))
    return split.LineSold(line_id, price, its_tax, given, terms_ or terms())


def sales(*parts: Iterable[split.LineSold], credits_minor: int = 0, order_id: str = ORDER) -> list[Sale]:
    """An order of as many stores as there are parts; what credits do not pay, the card does."""
    sold = [
        split.SellerPart(ids.derived_id("slo", order_id, str(place)), an_id("sto", place), list(lines))
        for place, lines in enumerate(parts)
    ]
    currency = sold[0].lines[0].goods.currency
    card = sum(part.to_pay for part in sold) - credits_minor
    return split.sales_of(
        order_id,
        BUYER,
        PAYMENT if card else None,
        sold,
        by_card=Money(card, currency),
        by_credits=Money(credits_minor, currency),
    )


def a_sale(*lines: split.LineSold, credits_minor: int = 0) -> Sale:
    return sales(lines or [a_line()], credits_minor=credits_minor)[0]


def of_sale(sale: Sale) -> dict[str, Any]:
    """What every fact about a seller order names."""
    names = ("order_id", "seller_order_id", "store_id", "buyer_id", "payment_id")
    return {"at": NOON, **{name: getattr(sale, name) for name in names}}


def a_hold(amount: Money | None = None, **said: Any) -> Hold:
    made = holds.made(ORDER, BUYER, amount or usd(10_00), NOON)
    return made.model_copy(update=said)


class FloorCrossed(AssertionError):
    pass


class Books:
    """Books in memory, which check after every journal what the table's conditions would have said."""

    def __init__(self) -> None:
        self.balances: dict[tuple[str, str], int] = defaultdict(int)
        self.journals: dict[str, Journal] = {}

    def post(self, fact: Fact) -> Journal:
        journal = journal_of(fact)
        assert journal.journal_id not in self.journals, f"{journal.kind} is posted twice"
        self.journals[journal.journal_id] = journal
        sums: dict[str, int] = defaultdict(int)
        for leg in journal.legs:
            key = leg.account, leg.amount.currency
            sums[leg.amount.currency] += leg.amount.minor
            self.balances[key] += leg.amount.minor
            kind = kind_of(leg.account)
            if kind.floor and kind.normal(self.balances[key]) < 0:
                raise FloorCrossed(f"{journal.kind} leaves {self.balances[key]} on {leg.account}")
        assert not any(sums.values()), f"{journal.kind} leaves {dict(sums)} over"
        return journal

    def at(self, account: str, currency: str = "USD") -> int:
        """As the books have it: debit positive."""
        return self.balances[account, currency]

    def standing(self) -> dict[tuple[str, str], int]:
        return {key: minor for key, minor in self.balances.items() if minor}


# Over HTTP


def things_of(user_id: str) -> dict[str, str]:
    mine = {"journal_id": ids.derived_id("jrn", user_id), "account": "platform:commission", "currency": "EUR"}
    return {**mine, **_deciding().things_of(user_id)}


def ready_for(operation: str, who: Principal, things: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """What can be done only once, made anew for one call."""
    if operation == "read_journal":
        grant = CreditsGranted(at=NOON, grant_id=ids.new_id("grt"), buyer_id=who.id, amount=usd(5_00))
        return things | {"journal_id": books().record(grant).journal_id}, {}
    if operation == "read_trial_balance":
        verifier.verify(clock.now())
    made: tuple[dict[str, str], dict[str, Any]] = _deciding().ready_for(operation, who, things)
    return made


def _deciding() -> Any:
    """It builds on this one."""
    return import_module("tests.builders.deciding")
