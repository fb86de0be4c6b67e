"""What statements make of every flow that there is, and of the order in which they are told of it."""

from collections import defaultdict
from datetime import UTC, datetime
from itertools import permutations

import pytest

from functions.ledger.model.accounts import kind_of
from functions.ledger.model.statements import PeriodUpsideDown
from functions.ledger.model.told.journals import JournalPosted
from functions.ledger.rules import sheets
from functions.ledger.rules import statements as rules
from functions.ledger.rules.journals import journal_of
from functions.ledger.rules.statements import Totals
from tests.builders import ledger as a
from tests.unit.ledger.flows import ALMA, BELA, BORIS, CARL, EXAMPLES, OF_ALMA, OF_BORIS

STORE_OF = {OF_ALMA: ALMA, OF_BORIS: BORIS}
# Accounts that are shown to whoever they belong to; the others are the platform's, or an affiliate's.
SHOWN = ("store:", "buyer:", "seller-order:", "hold:", "withdrawal:", "ad:")


def posted(heading: str) -> JournalPosted:
    journal = journal_of(EXAMPLES[heading])
    return JournalPosted.model_validate({**journal.refs.model_dump(), **journal.model_dump()})


@pytest.mark.parametrize("heading", EXAMPLES)
def test_whatever_moves_somebodys_money_is_in_their_statement_to_the_cent(heading):
    told = posted(heading)
    found = rules.by_owner(told, STORE_OF)
    sums: dict[str, int] = defaultdict(int)
    for leg in told.legs:
        in_transit = leg.account == "payouts:in_transit" and told.store_ids
        if leg.account.startswith(SHOWN) or in_transit:
            sums[leg.amount.currency] += kind_of(leg.account).normal(leg.amount.minor)
    shown: dict[str, int] = defaultdict(int)
    for of in found.values():
        for currency, places in of.items():
            shown[currency] += sum(places.values())
    assert {name: by for name, by in shown.items() if by} == {name: by for name, by in sums.items() if by}
    for owner, of in found.items():
        known = rules.PLACES[owner.partition(":")[0]]
        assert all(set(places) <= set(known) for places in of.values())


@pytest.mark.parametrize(
    ("heading", "owner", "changes"),
    [
        ("The order is paid", rules.store(ALMA), {"pending": 125_24}),
        ("The order is paid", rules.store(BORIS), {"pending": 42_80}),
        ("The order is paid", rules.buyer(BELA), {"held": -40_00, "credits": 4_00}),
        ("A refund after the payout", rules.store(ALMA), {"available": -20_00, "debt": 17_24}),
        ("A withdrawal is asked for", rules.store(ALMA), {"available": -80_00, "in_transit": 80_00}),
        ("Stripe pays it out", rules.store(ALMA), {"in_transit": -80_00}),
        ("It leaves by another provider", rules.store(ALMA), {"in_transit": 0}),
        ("The other provider has it", rules.store(ALMA), {"in_transit": -80_00}),
        ("It comes back on its way", rules.store(ALMA), {"in_transit": -80_00, "available": 80_00}),
        ("It comes back after it had arrived", rules.store(ALMA), {"available": 80_00}),
        ("An ad is clicked", rules.store(ALMA), {"advertising": -1_44}),
        ("Credits are given to somebody", rules.buyer(CARL), {"credits": 15_00}),
        ("An affiliate earns at the seller's expense", rules.store(ALMA), {"available": -5_00}),
    ],
)
def test_where_it_is_shown(heading, owner, changes):
    assert rules.by_owner(posted(heading), STORE_OF)[owner] == {"USD": changes}


@pytest.mark.parametrize(
    "heading", ["Stripe makes the money available", "An affiliate is paid", "The owners put money in"]
)
def test_what_moves_nobodys_money_is_in_no_statement(heading):
    assert rules.by_owner(posted(heading), {}) == {}


def test_only_a_journal_of_several_stores_asks_whose_its_sales_are():
    assert rules.sales_to_place(posted("The order is paid")) == [OF_ALMA, OF_BORIS]
    assert rules.sales_to_place(posted("A sale is released")) == []


def test_a_conversion_is_a_line_for_each_currency_with_numbers_of_their_own():
    sums = rules.by_owner(posted("Credits are converted"), {})[rules.buyer(BELA)]
    after, lines = rules.added(Totals(7, "2030", {"USD": {"credits": 40_00}}), sums, "2031")
    assert [(line["number"], line["currency"], line["totals"]) for line in lines] == [
        (8, "JPY", {"credits": 1_492}),
        (9, "USD", {"credits": 30_00}),
    ]
    assert (after.lines, after.at) == (9, "2031")


def test_in_whatever_order_they_are_told_totals_end_alike_and_every_line_adds_up():
    told = [
        ("1", {"USD": {"pending": 5}}),
        ("2", {"USD": {"pending": -5, "available": 5}}),
        ("3", {"EUR": {"debt": 1}}),
    ]
    ends = set()
    for order in permutations(told):
        totals, moments = Totals(), list[str]()
        seen: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for at, sums in order:
            totals, lines = rules.added(totals, sums, at)
            for line in lines:
                moments.append(line["at"])
                for place, by in line["changes"].items():
                    seen[line["currency"]][place] += by
                assert line["totals"] == dict(seen[line["currency"]])
        assert moments == sorted(moments)
        ends.add(str(sorted((name, sorted(of.items())) for name, of in totals.sums.items())))
    assert len(ends) == 1


def test_a_period_ends_after_it_begins():
    moment = datetime(2030, 1, 1, tzinfo=UTC)
    rules.check_period(None, moment)
    with pytest.raises(PeriodUpsideDown):
        rules.check_period(moment, moment)


def test_amounts_of_a_sheet_have_their_currencys_decimals():
    row = {
        "number": 1,
        "journal_id": a.an_id("jrn"),
        "kind": "order_paid",
        "at": "2030-01-01T00:00:00Z",
        "changes": {"pending": -1_500},
        "totals": {"pending": 12_345, "debt": 5},
    }
    texts = [
        sheets.sheet([rules.store_line({**row, "currency": currency})], headed=False).split(",")[7:]
        for currency in ("JPY", "EUR", "KWD")
    ]
    assert [(cells[0], cells[5], cells[9].strip()) for cells in texts] == [
        ("-1500", "12345", "5"),
        ("-15.00", "123.45", "0.05"),
        ("-1.500", "12.345", "0.005"),
    ]


def test_only_the_first_page_of_a_sheet_has_a_head():
    assert sheets.sheet([], headed=True).startswith("\ufeffnumber,at,kind,")
    assert sheets.sheet([], headed=False) == ""
