from typing import Any

import pytest

from functions.ledger.model.sales import Reversed
from functions.ledger.model.standing import FREEZES, SaleFrozen, SaleReleasedAlready, Standing, TooManyFreezes
from functions.ledger.rules import standing as rules
from tests.builders import ledger as a
from tests.builders.ledger import usd


def a_standing(**said: Any) -> Standing:
    return rules.opened(a.a_sale(a.a_line(100_00, 20_00))).model_copy(update=said)


def refunded(kept: Standing, minor: int, refund_id: str = "re") -> Standing:
    after, _ = rules.refunded(kept, refund_id, {"1": usd(minor)}, usd(0), a.NOON, as_credits=False)
    return after


def test_what_is_left_is_released_once():
    kept = refunded(a_standing(), 60_00)
    done = rules.released(kept, a.NOON)
    assert done
    after, fact = done
    assert (fact.net, fact.commission, after.released, after.version) == (usd(45_00), usd(5_00), True, 3)
    assert rules.released(after, a.NOON) is None


def test_a_freeze_holds_for_its_cause_and_each_cause_counts_once():
    one = rules.frozen(a_standing(), "dispute")
    assert one
    assert rules.frozen(one, "dispute") is None
    two = rules.frozen(one, "return")
    assert two
    assert two.freezes == ["dispute", "return"]
    with pytest.raises(SaleFrozen):
        rules.released(two, a.NOON)
    left = rules.unfrozen(two, "dispute")
    assert left
    assert left.freezes == ["return"]
    assert rules.unfrozen(left, "dispute") is None


def test_what_is_released_is_not_frozen_any_more():
    with pytest.raises(SaleReleasedAlready):
        rules.frozen(a_standing(released=True), "dispute")
    with pytest.raises(TooManyFreezes):
        rules.frozen(a_standing(freezes=[str(number) for number in range(FREEZES)]), "one more")


def test_a_refund_moves_the_standing_on_and_says_where_the_money_is():
    after, fact = rules.refunded(a_standing(released=True), "re", {"1": usd(60_00)}, usd(7_00), a.NOON, as_credits=True)
    assert (fact.released, fact.available, fact.as_credits) == (True, usd(7_00), True)
    assert (after.version, after.so_far.sum) == (2, fact.piece)
    assert isinstance(after.so_far, Reversed)
