"""What people decide about money, over HTTP and on an emulated table."""

import json
from typing import Any

from functions.ledger.api import api
from functions.ledger.model.facts.credits import CreditsGranted
from functions.ledger.model.facts.payments import FeePassedOn, TransferReversed
from functions.ledger.rules.credits import next_rate
from functions.ledger.store.books import books
from functions.ledger.store.people import people
from functions.ledger.store.rates import rates
from kernel import clock, ids, settings
from kernel.authz import Principal
from kernel.money import Money
from tests.builders import cloud
from tests.builders import ledger as a
from tests.builders.http import Answered, Caller

FINN, GRETA, HUGO = (a.an_id("usr", number) for number in (20, 21, 22))
EXAMPLE_PERSON = "usr_01k6m2q8vx4c7e9r1t3y5w7zab"
LIMITS = {"least": 10_00, "most": 5_000_00, "most_per_day": 6_000_00, "automatic": 500_00}


def finance(user_id: str = FINN) -> Caller:
    return Caller(api, Principal(user_id, "", frozenset({"customer", "finance"})))


def admin() -> Caller:
    return Caller(api, Principal(a.an_id("usr", 99), "", frozenset({"customer", "admin"})))


def buyer(user_id: str = a.BUYER) -> Caller:
    return Caller(api, Principal(user_id, "", frozenset({"customer"})))


def seller(user_id: str = a.SELLER, store_id: str = a.STORE) -> Caller:
    may = {store_id: frozenset({"withdraw_funds"})}
    return Caller(api, Principal(user_id, "", frozenset({"customer", "seller"}), may))


def registered(*user_ids: str, roles: tuple[str, ...] = ("customer",), sequence: int = 1) -> None:
    for user_id in user_ids:
        people().roles_are(user_id, list(roles), sequence=sequence)


def in_finance(*user_ids: str, sequence: int = 1) -> None:
    registered(*user_ids, roles=("customer", "finance"), sequence=sequence)


def with_limits(**limits: dict[str, int]) -> None:
    """As an operator sets them, currency by currency."""
    value = json.dumps({"withdrawal_limits": limits or {"USD": LIMITS}})
    path = settings.env("SETTINGS_PATH")
    cloud.client("ssm").put_parameter(Name=path, Value=value, Type="String", Overwrite=True)
    settings.forget()


def a_rate(given: str, received: str, rate: str) -> None:
    before = rates().find(given, received)
    rates().set(before, next_rate(before, given, received, rate, FINN, clock.now()), None)


def has_credits(minor: int, buyer_id: str = a.BUYER, currency: str = "USD") -> None:
    books().record(
        CreditsGranted(at=a.NOON, grant_id=ids.new_id("grt"), buyer_id=buyer_id, amount=Money(minor, currency))
    )


def has_funds(minor: int, store_id: str = a.STORE, currency: str = "USD") -> None:
    said: dict[str, Any] = {"reversal_id": ids.new_id("trr"), "store_id": store_id, "amount": Money(minor, currency)}
    books().record(TransferReversed(at=a.NOON, **said))


def owes(minor: int, store_id: str = a.STORE, currency: str = "USD") -> None:
    said: dict[str, Any] = {"fee": "chargeback", "store_id": store_id, "available": Money.zero(currency)}
    books().record(FeePassedOn(at=a.NOON, reference=ids.new_id("ref"), amount=Money(minor, currency), **said))


def ask(minor: int, way: str = "bank", by: Caller | None = None, **options: Any) -> Answered:
    body = {"amount": {"minor": minor, "currency": "USD"}, "way": way}
    return (by or seller())("POST", f"/v1/stores/{a.STORE}/withdrawals", body, **options)


def asked(minor: int, way: str = "bank") -> str:
    answer = ask(minor, way)
    assert answer.status == 201, answer.text
    return str(answer.json["withdrawal_id"])


def path_of(withdrawal_id: str, then: str = "", store_id: str = a.STORE) -> str:
    return f"/v1/stores/{store_id}/withdrawals/{withdrawal_id}{then}"


def approve(withdrawal_id: str, by: str = FINN, **options: Any) -> Answered:
    return finance(by)("POST", path_of(withdrawal_id, "/approve"), **options)


def a_rule(**said: Any) -> str:
    body = {"scope": "platform", "tiers": [{"rate_bps": 1_000}], **said}
    answer = finance()("POST", "/v1/commission-rules", body)
    assert answer.status == 201, answer.text
    return str(answer.json["rule_id"])


# For the access matrix


def things_of(user_id: str) -> dict[str, str]:
    named = {name: ids.derived_id(prefix, user_id) for name, prefix in (("withdrawal_id", "wdr"), ("rule_id", "cmr"))}
    return {**named, "given": "EUR", "received": "USD"}


def ready_for(operation: str, who: Principal, things: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """What can be done only once, made anew for one call."""
    match operation:
        case "grant_credits" | "give_credits":
            registered(EXAMPLE_PERSON)
            has_credits(100_00, who.id, "EUR")
        case "convert_credits":
            has_credits(100_00, who.id, "EUR")
            a_rate("EUR", "USD", "1.08")
        case "explain_commission":
            a_rule()
        case "write_off_debt":
            owes(12_99, "sto_01k6m2q8vx4c7e9r1t3y5w7zab", "EUR")
        case "read_commission_rule" | "end_commission_rule":
            return things | {"rule_id": a_rule(scope="store", target=a.STORE)}, {}
        case "request_withdrawal":
            with_limits(EUR=LIMITS)
            has_funds(100_00, things["store_id"], "EUR")
        case "read_withdrawal" | "cancel_withdrawal" | "approve_withdrawal" | "deny_withdrawal":
            with_limits(EUR=LIMITS | {"automatic": 0})
            in_finance(who.id)
            has_funds(100_00, things["store_id"], "EUR")
            body = {"amount": {"minor": 20_00, "currency": "EUR"}, "way": "bank"}
            path = f"/v1/stores/{things['store_id']}/withdrawals"
            made = seller(store_id=things["store_id"])("POST", path, body)
            return things | {"withdrawal_id": str(made.json["withdrawal_id"])}, {}
    return things, {}
