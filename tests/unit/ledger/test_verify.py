import pytest

from functions.ledger.model import accounts as on
from functions.ledger.model.verify import Differs
from functions.ledger.rules import verify
from functions.ledger.rules.journals import journal_of
from kernel.money import Money
from tests.builders import ledger as a
from tests.builders.ledger import usd
from tests.unit.ledger.flows import EXAMPLES
from tests.unit.ledger.tale import Tale

STORY = (
    "The owners put money in",
    "Credits are granted",
    "Credits are bought",
    "Credits are set aside",
    "The order is paid",
)
JOURNALS = [journal_of(EXAMPLES[heading]) for heading in STORY]


def test_whole_books_are_found_whole():
    for seed in range(8):
        tale = Tale(seed)
        tale.run()
        report = verify.verified(tale.books.journals.values(), tale.books.balances)
        assert report.whole
        assert report.covered
        assert report.journals == len(tale.books.journals)


def test_balances_are_what_their_journals_add_up_to():
    kept = verify.recomputed(JOURNALS)
    assert kept[on.credits_of(a.BUYER), "USD"] == -(5_00 + 50_00 - 40_00 + 4_00)
    assert verify.verified(JOURNALS, kept).whole


def test_a_lost_update_is_found():
    kept = verify.recomputed(JOURNALS)
    kept[on.TAX_PAYABLE, "USD"] += 1
    report = verify.verified(JOURNALS, kept)
    assert report.differing == [Differs(account=on.TAX_PAYABLE, kept=usd(-37_99), due=usd(-38_00))]
    assert (report.out_of_zero, report.whole) == ([usd(1)], False)


def test_two_lost_updates_that_add_up_are_found():
    kept = verify.recomputed(JOURNALS)
    kept[on.TAX_PAYABLE, "USD"] += 1
    kept[on.STRIPE_PENDING, "USD"] -= 1
    report = verify.verified(JOURNALS, kept)
    assert (report.out_of_zero, len(report.differing), report.whole) == ([], 2, False)


def test_a_balance_without_a_journal_and_a_journal_without_its_balance_are_found():
    kept = verify.recomputed(JOURNALS)
    del kept[on.BANK, "USD"]
    kept[on.BANK, "EUR"] = 7
    found = {(one.account, one.kept, one.due) for one in verify.verified(JOURNALS, kept).differing}
    assert found == {(on.BANK, usd(0), usd(1_000_00)), (on.BANK, Money(7, "EUR"), Money(0, "EUR"))}


def test_a_journal_that_is_there_twice_is_found():
    twice = [*JOURNALS, JOURNALS[0]]
    report = verify.verified(twice, verify.recomputed(twice))
    assert (report.twice, report.whole) == ([JOURNALS[0].journal_id], False)


@pytest.mark.parametrize(
    ("account", "minor", "below"),
    [
        (on.available("alma"), 1, True),
        (on.available("alma"), -1, False),
        (on.debt("store", "alma"), -1, True),
        (on.debt("store", "alma"), 1, False),
        (on.credits_of("bela"), 1, True),
        (on.STRIPE_AVAILABLE, -1, False),
        (on.COMMISSION, 1, False),
    ],
)
def test_an_account_below_its_floor_is_found(account, minor, below):
    balances = {(account, "USD"): minor, (on.BANK, "USD"): -minor}
    assert [one.account for one in verify.crossed(balances)] == ([account] if below else [])
    assert verify.verified([], balances).whole is False


def test_what_is_owed_is_covered_by_money_and_by_nothing_else():
    balances = {
        (on.BANK, "USD"): 60,
        (on.STRIPE_PENDING, "USD"): 40,
        (on.debt("store", "alma"), "USD"): 500,
        (on.credits_of("bela"), "USD"): -30,
        (on.COMMISSION_HELD, "USD"): -10,
        (on.available("alma"), "USD"): -40,
        (on.TAX_PAYABLE, "USD"): -15,
        (on.COMMISSION_TAX, "USD"): -6,
    }
    cover = verify.covers(balances)[0]
    assert (cover.money, cover.buyers, cover.sellers, cover.tax_office) == (usd(100), usd(40), usd(40), usd(21))
    assert cover.spare == usd(-1)
    assert not verify.verified([], balances).covered


def test_a_gift_that_nothing_pays_for_is_not_covered_until_the_owners_pay_it_in():
    gift = journal_of(EXAMPLES["Credits are granted"])
    paid_in = journal_of(EXAMPLES["The owners put money in"])
    assert not verify.verified([gift], verify.recomputed([gift])).covered
    assert verify.verified([gift, paid_in], verify.recomputed([gift, paid_in])).covered


def test_one_currency_does_not_cover_another():
    balances = {
        (on.BANK, "USD"): 100,
        (on.CAPITAL, "USD"): -100,
        (on.credits_of("b"), "EUR"): -1,
        (on.PROMOTIONS, "EUR"): 1,
    }
    assert [cover.spare for cover in verify.covers(balances)] == [Money(-1, "EUR"), usd(100)]
