"""What people are shown of their money, and finance of the books."""

import csv
import io
import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from functions.ledger.api import api
from functions.ledger.model import accounts as on
from functions.ledger.model.facts.credits import CreditsConverted, CreditsGifted
from functions.ledger.model.facts.platform import CapitalPaidIn
from functions.ledger.model.facts.withdrawals import WithdrawalReserved, WithdrawalTransferred
from functions.ledger.rules import statements as rules
from functions.ledger.store import statements as store
from functions.ledger.store.books import books
from functions.ledger.store.statements import statements
from kernel import aws, clock, settings
from kernel.authz import GUEST, Principal
from kernel.money import Money
from kernel.table import Table
from tests.builders import ledger as a
from tests.builders import reading as r
from tests.builders import settling as s
from tests.builders.http import Caller

SCOPES = ("funds:read", "credits:read", "profile:read")
BALANCE, STATEMENT = f"/v1/stores/{a.STORE}/balance", f"/v1/stores/{a.STORE}/statement"
CARL = a.an_id("usr", 3)


@pytest.fixture
def sold(world):
    """An order of two stores, partly paid by credits; one sale is refunded in part, then released and withdrawn."""
    with clock.frozen(a.NOON) as advance:
        for act in (
            lambda: s.granted(40_00),
            lambda: s.hold(34_00),
            lambda: s.pay(34_00),
            lambda: s.refund(60_00),
            lambda: s.of_sale("release_funds"),
            lambda: s.recorded(WithdrawalReserved(**withdrawn(30_00, 1))),
            lambda: s.recorded(WithdrawalReserved(**withdrawn(10_00, 2))),
            lambda: s.recorded(WithdrawalTransferred(**withdrawn(30_00, 1))),
        ):
            advance(timedelta(hours=1))
            act()
    r.told(world)
    return world


def withdrawn(minor: int, number: int) -> dict[str, Any]:
    return {"at": a.NOON, "withdrawal_id": a.an_id("wdr", number), "store_id": a.STORE, "amount": a.usd(minor)}


def lines(path: str, caller: Any = None, **query: str) -> list[dict[str, Any]]:
    """All of them, page by page."""
    found: list[dict[str, Any]] = []
    asked = {"limit": "2"} | query
    while True:
        answer = (caller or r.seller())("GET", path, query=asked)
        assert answer.status == 200, answer.text
        found += answer.json["items"]
        if not answer.json["cursor"]:
            return found
        asked = asked | {"cursor": answer.json["cursor"]}


# Statements


def test_a_seller_sees_where_the_money_is(sold):
    [funds] = r.seller()("GET", BALANCE).json["items"]
    assert r.minor(funds) == {"available": 4_00, "in_transit": 10_00}
    exact = [books().balance(account, "USD").minor for account in (on.available(a.STORE), on.debt("store", a.STORE))]
    assert exact == [4_00, 0]


def test_every_line_says_what_there_is_after_it(sold):
    told = lines(STATEMENT)
    assert [(one["kind"], r.minor(one["changes"])) for one in reversed(told)] == [
        ("order_paid", {"pending": 88_00}),
        ("sale_refunded", {"pending": -44_00}),
        ("sale_released", {"pending": -44_00, "available": 44_00}),
        ("withdrawal_reserved", {"available": -30_00, "in_transit": 30_00}),
        ("withdrawal_reserved", {"available": -10_00, "in_transit": 10_00}),
        ("withdrawal_transferred", {"in_transit": -30_00}),
    ]
    sums: dict[str, int] = {}
    for number, one in enumerate(reversed(told), start=1):
        for place, by in r.minor(one["changes"]).items():
            sums[place] = sums.get(place, 0) + by
        assert (one["number"], r.minor(one["totals"])) == (number, {name: by for name, by in sums.items() if by})


def test_a_page_of_a_statement_is_one_call(sold, monkeypatch):
    client, calls = Table()._client, list[str]()

    def counted(name: str, ask: Any) -> Any:
        def call(**asked: Any) -> Any:
            calls.append(name)
            return ask(**asked)

        return call

    for name in ("query", "get_item", "batch_get_item"):
        monkeypatch.setattr(client, name, counted(name, getattr(client, name)))
    lines(STATEMENT, limit="6", since="2030-01-01T00:00:00Z", until="2031-01-01T00:00:00Z")
    assert calls == ["query"]
    calls.clear()
    r.seller()("GET", BALANCE)
    r.buyer()("GET", "/v1/me/credits")
    assert calls == ["get_item", "get_item"]


def test_a_period_begins_with_its_first_moment_and_ends_before_its_last(sold):
    whole = list(reversed(lines(STATEMENT)))
    begins, ends = whole[1]["at"], whole[3]["at"]
    shown = lines(STATEMENT, since=begins, until=ends)
    assert shown == [whole[2], whole[1]]
    assert lines(STATEMENT, until=begins) == [whole[0]]
    assert lines(STATEMENT, since=ends) == list(reversed(whole[3:]))
    assert lines(STATEMENT, since="2031-01-01T00:00:00Z") == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"since": "2030-02-01T00:00:00Z", "until": "2030-02-01T00:00:00Z"}, "period_upside_down"),
        ({"since": "2030-02-01T00:00:00"}, "invalid"),
        ({"until": "yesterday"}, "invalid"),
        ({"cursor": "made-up"}, "cursor_invalid"),
        ({"limit": "51"}, "invalid"),
    ],
)
def test_a_period_that_is_none_is_refused(world, query, code):
    answer = r.seller()("GET", STATEMENT, query=query)
    assert (answer.status, answer.json["code"]) == (422, code)


def test_a_cursor_leads_into_nobody_elses_statement(sold):
    cursor = r.seller()("GET", STATEMENT, query={"limit": "1"}).json["cursor"]
    other = r.seller(s.OTHER_STORE)
    answer = other("GET", f"/v1/stores/{s.OTHER_STORE}/statement", query={"limit": "1", "cursor": cursor})
    assert answer.json["code"] == "cursor_invalid"


def test_each_seller_of_an_order_sees_their_own_part(sold):
    other = r.seller(s.OTHER_STORE)
    [one] = lines(f"/v1/stores/{s.OTHER_STORE}/statement", other)
    assert r.minor(one["totals"]) == {"pending": 44_00}
    assert a.STORE not in str(one)


def test_a_buyer_sees_credits_come_and_go(sold):
    [funds] = r.buyer()("GET", "/v1/me/credits").json["items"]
    assert r.minor(funds) == {"credits": s.balance(on.credits_of(a.BUYER))} == {"credits": 18_00}
    history = lines("/v1/me/credits/history", r.buyer())
    assert [(one["kind"], r.minor(one["changes"])) for one in reversed(history)] == [
        ("credits_granted", {"credits": 40_00}),
        ("credits_held", {"credits": -34_00, "held": 34_00}),
        ("order_paid", {"held": -34_00}),
        ("sale_refunded", {"credits": 12_00}),
    ]


def test_a_gift_is_in_both_histories_and_a_conversion_has_a_line_for_each_currency(world):
    s.granted(40_00)
    gift: dict[str, Any] = {"at": a.NOON, "gift_id": "gift", "giver_id": a.BUYER, "receiver_id": CARL}
    yen = Money(1_492, "JPY")
    s.recorded(
        CreditsGifted(**gift, amount=a.usd(15_00)),
        CreditsConverted(at=a.NOON, conversion_id="c", buyer_id=CARL, given=a.usd(10_00), received=yen),
    )
    r.told(world)
    carl = r.buyer(CARL)("GET", "/v1/me/credits").json["items"]
    assert [r.minor(funds) for funds in carl] == [{"credits": 1_492}, {"credits": 5_00}]
    history = lines("/v1/me/credits/history", r.buyer(CARL))
    assert [(one["number"], one["kind"], one["currency"]) for one in history] == [
        (3, "credits_converted", "USD"),
        (2, "credits_converted", "JPY"),
        (1, "credits_gifted", "USD"),
    ]


def test_who_never_had_anything_is_shown_nothing(world):
    assert r.buyer()("GET", "/v1/me/credits").json == {"items": [], "as_of": None}
    assert r.seller()("GET", BALANCE).json == {"items": [], "as_of": None}
    assert lines(STATEMENT) == []


def test_forty_sellers_of_one_order_have_a_line_each(world):
    stores = {a.an_id("sto", n): a.an_id("slo", n) for n in range(40)}
    orders = [{"seller_order_id": sale, "store_id": one, "lines": [s.a_line(10_00)]} for one, sale in stores.items()]
    s.pay(card=s.money(400_00), seller_orders=orders)
    r.told(world)
    for one, sale in stores.items():
        sums = statements().totals(rules.store(one)).sums
        assert sums == {"USD": {"pending": s.balance(on.seller_order_pending(sale))}}


# Events come twice, in any order, and to several at once


def test_what_is_told_again_adds_no_line(sold):
    before = sold.items()
    r.told(sold)
    r.told(sold)
    assert sold.items() == before


def test_in_any_order_the_totals_are_the_same_and_time_never_goes_back(world):
    s.granted(40_00)
    s.hold(34_00)
    s.pay(34_00)
    s.of_sale("release_funds")
    assert r.tell(*reversed(r.journals_told(world))) == []
    [funds] = r.seller()("GET", BALANCE).json["items"]
    assert r.minor(funds) == {"available": 88_00}
    told = lines(STATEMENT)
    assert [one["kind"] for one in told] == ["order_paid", "sale_released"]
    assert [one["at"] for one in told] == sorted((one["at"] for one in told), reverse=True)


def test_two_who_write_one_statement_at_once_both_come_in(world):
    s.pay()
    s.of_sale("release_funds")
    first, second = r.journals_told(world)
    with s.rival(lambda: r.tell(second)):
        assert r.tell(first) == []
    [funds] = r.seller()("GET", BALANCE).json["items"]
    assert r.minor(funds) == {"available": 88_00}
    assert [one["number"] for one in lines(STATEMENT)] == [2, 1]


def test_one_event_handled_twice_at_once_is_one_line(world):
    s.granted(40_00)
    [event] = r.journals_told(world)
    with s.rival(lambda: r.tell(event)):
        assert r.tell(event) == []
    assert len(lines("/v1/me/credits/history", r.buyer())) == 1


def test_who_died_between_two_owners_goes_on_with_the_second(world, monkeypatch):
    s.pay()
    [event] = r.journals_told(world)
    add, added = store.Statements._add, list[str]()

    def dying(self, owner, *rest):
        if added:
            raise RuntimeError("the process dies")
        added.append(owner)
        add(self, owner, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(store.Statements, "_add", dying)
        assert r.tell(event) == ["0"]
    assert r.tell(event) == []
    found = [len(lines(f"/v1/stores/{one}/statement", r.seller(one))) for one in (a.STORE, s.OTHER_STORE)]
    assert found == [1, 1]


def test_an_export_has_all_that_became_of_somebodys_credits(sold, monkeypatch):
    monkeypatch.setenv("EXPORTS", settings.env("BUCKET"))
    r.export_asked(a.BUYER, "exp_1")
    r.export_asked(a.BUYER, "exp_1")
    key = f"exports/{a.BUYER}/exp_1.ledger.json"
    file = json.loads(aws.client("s3").get_object(Bucket=settings.env("BUCKET"), Key=key)["Body"].read())
    kinds = [one["kind"] for one in file["credits"]]
    assert kinds == ["credits_granted", "credits_held", "order_paid", "sale_refunded"]
    assert file["credits"][-1]["totals"] == {"credits": 18_00, "held": 0}
    assert {"pk", "sk", "_commit"}.isdisjoint(file["credits"][0])


# As a sheet


def test_a_statement_is_a_sheet_that_adds_up(sold):
    pages, asked = list[str](), {"limit": "4"}
    while True:
        answer = r.seller()("GET", f"{STATEMENT}/sheet", query=asked).json
        pages.append(answer["csv"])
        if not answer["cursor"]:
            break
        asked = asked | {"cursor": answer["cursor"]}
    assert len(pages) == 2
    rows = list(csv.DictReader(io.StringIO("".join(pages).removeprefix("\ufeff"))))
    assert [row["number"] for row in rows] == ["6", "5", "4", "3", "2", "1"]
    assert (rows[0]["available_total"], rows[0]["in_transit"], rows[0]["in_transit_total"]) == (
        "4.00",
        "-30.00",
        "10.00",
    )
    assert sum(Decimal(row["available"]) for row in rows) == 4
    cells = [cell for row in rows for name, cell in row.items() if not name.startswith(tuple(rules.PLACES["store"]))]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]


# Finance


def test_finance_finds_a_journal_by_order_payment_store_buyer_and_day(sold):
    def kinds(**query: str) -> list[str]:
        return [one["kind"] for one in lines("/v1/ledger/journals", r.finance, **query)]

    paid = ["order_paid", "sale_refunded", "sale_released"]
    assert kinds(order_id=a.ORDER) == ["credits_held", *paid]
    assert kinds(payment_id=a.PAYMENT) == paid
    assert kinds(store_id=s.OTHER_STORE) == ["order_paid"]
    assert kinds(buyer_id=a.BUYER) == ["sale_refunded", "order_paid", "credits_held", "credits_granted"]
    assert len(kinds(day="2030-01-01")) == 8
    assert kinds(day="2030-01-02") == kinds(order_id=a.an_id("ord", 9)) == []


def test_a_journal_that_belongs_to_nobody_is_listed_as_well(world):
    s.recorded(CapitalPaidIn(at=a.NOON, reference="first", amount=a.usd(1_000_00)))
    [one] = lines("/v1/ledger/journals", r.finance)
    assert (one["kind"], one["order_id"], one["payment_id"]) == ("capital_paid_in", None, None)
    assert r.finance("GET", f"/v1/ledger/journals/{one['journal_id']}").json["refs"]["store_ids"] == []


def test_without_a_search_there_are_todays_journals(sold):
    assert lines("/v1/ledger/journals", r.finance) == []
    with clock.frozen(a.NOON):
        assert len(lines("/v1/ledger/journals", r.finance)) == 8


def test_finance_searches_by_one_thing(world):
    answer = r.finance("GET", "/v1/ledger/journals", query={"order_id": a.ORDER, "day": "2030-01-01"})
    assert (answer.status, answer.json["code"]) == (422, "one_search")


def test_a_journal_is_shown_with_its_legs(sold):
    [one] = [one for one in lines("/v1/ledger/journals", r.finance, order_id=a.ORDER) if one["kind"] == "order_paid"]
    shown = r.finance("GET", f"/v1/ledger/journals/{one['journal_id']}").json
    assert sum(leg["amount"]["minor"] for leg in shown["legs"]) == 0
    assert {"account": on.PROMOTIONS, "amount": s.money(40_00)} not in shown["legs"]
    assert shown["refs"]["store_ids"] == [a.STORE, s.OTHER_STORE]
    missing = r.finance("GET", f"/v1/ledger/journals/{a.an_id('jrn')}")
    assert (missing.status, missing.json["code"]) == (404, "no_such_journal")


def test_finance_sees_every_account_that_somebody_has(sold):
    found = lines("/v1/ledger/accounts", r.finance, of="store", limit="1")
    assert {one["account"]: one["balance"]["minor"] for one in found} == {on.available(a.STORE): 4_00}
    waiting = lines("/v1/ledger/accounts", r.finance, of="withdrawal")
    assert {(one["account"], one["balance"]["minor"], one["side"]) for one in waiting} == {
        (on.withdrawal(a.an_id("wdr", 1)), 0, "credit"),
        (on.withdrawal(a.an_id("wdr", 2)), 10_00, "credit"),
    }


def test_finance_reads_one_balance_whatever_it_is(sold):
    def balance(account: str) -> Any:
        answer = r.finance("GET", f"/v1/ledger/accounts/{account}/USD")
        return answer.json["code"] if answer.status != 200 else answer.json["balance"]["minor"]

    assert balance(on.PROMOTIONS) == 40_00
    assert balance(on.STRIPE_PENDING) == s.balance(on.STRIPE_PENDING) == 136_00
    assert balance(on.PROMOTIONS.replace(":", "%3A")) == 40_00
    assert balance("store:alma:pocket") == "account_unknown"


# Denials


@pytest.mark.parametrize("path", [BALANCE, STATEMENT, f"{STATEMENT}/sheet"])
def test_nobody_reads_another_stores_money(sold, path):
    before = sold.items()
    for caller in (r.buyer(), r.seller(s.OTHER_STORE), r.seller(a.STORE, "edit_products"), r.finance):
        answer = caller("GET", path)
        assert answer.status in (403, 404)
        assert "USD" not in answer.text
    assert sold.items() == before


@pytest.mark.parametrize("path", ["journals", "accounts", "trial-balance", "proofs", "accounts/platform:losses/USD"])
def test_the_books_are_finances_alone(sold, path):
    before = sold.items()
    for role in ("customer", "seller", "moderator", "admin"):
        caller = Caller(api, Principal(a.SELLER, "", frozenset({"customer", role})))
        answer = caller("GET", f"/v1/ledger/{path}")
        assert (answer.status, answer.json["code"]) == (403, "forbidden")
    assert sold.items() == before


def test_a_guest_has_no_money_here(world):
    """Whoever is given something signs up first: what a guest had would have to follow them into their account."""
    guest = Caller(api, Principal(a.an_id("gst"), "", frozenset({GUEST})))
    for path in ("/v1/me/credits", "/v1/me/credits/history", STATEMENT):
        assert guest("GET", path).status == 401
    assert world.items() == []


def test_a_key_reads_what_its_scopes_say(sold):
    may = {a.STORE: frozenset({"view_sales"})}
    keys = {scope: Principal(a.BUYER, "", frozenset({"finance"}), may, frozenset({scope})) for scope in SCOPES}
    read = {
        scope: [path for path in (BALANCE, "/v1/me/credits", "/v1/ledger/proofs") if reads(keys[scope], path)]
        for scope in SCOPES
    }
    assert read == {"funds:read": [BALANCE], "credits:read": ["/v1/me/credits"], "profile:read": []}


def reads(who: Principal, path: str) -> bool:
    return Caller(api, who)("GET", path).status == 200
