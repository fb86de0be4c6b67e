from datetime import timedelta

import pytest

from functions.ledger.model.holds import CaptureExceedsHold, HeldOtherwise, HoldAlreadyResolved
from functions.ledger.rules import holds as rules
from functions.ledger.rules.journals import journal_id
from tests.builders import ledger as a
from tests.builders.ledger import usd

LATE = a.NOON + timedelta(seconds=1)
ENDS = {
    "captured": lambda hold: rules.captured(hold, usd(6_00)),
    "voided": rules.voided,
    "expired": lambda hold: rules.expired(hold, LATE),
}
# What becomes of a hold in a state when an end is asked for: the new state, None for nothing, or a refusal.
OUTCOMES = {
    ("pending", "captured"): "captured",
    ("pending", "voided"): "voided",
    ("pending", "expired"): "expired",
    ("captured", "captured"): None,
    ("captured", "voided"): HoldAlreadyResolved,
    ("captured", "expired"): HoldAlreadyResolved,
    ("voided", "captured"): HoldAlreadyResolved,
    ("voided", "voided"): None,
    ("voided", "expired"): None,
    ("expired", "captured"): HoldAlreadyResolved,
    ("expired", "voided"): None,
    ("expired", "expired"): None,
}


def test_every_end_of_every_state_is_decided():
    assert set(OUTCOMES) == {(state, end) for state in ("pending", *ENDS) for end in ENDS}


@pytest.mark.parametrize(("state", "end"), OUTCOMES)
def test_a_hold_is_resolved_once(state, end):
    hold = a.a_hold(state=state, captured=usd(6_00) if state == "captured" else None, version=4)
    outcome = OUTCOMES[state, end]
    if isinstance(outcome, type):
        with pytest.raises(outcome):
            ENDS[end](hold)
    elif outcome is None:
        assert ENDS[end](hold) is None
    else:
        after = ENDS[end](hold)
        assert after
        assert (after.state, after.version) == (outcome, 5)


def test_no_more_is_spent_than_was_set_aside_and_nothing_else_after_that():
    with pytest.raises(CaptureExceedsHold):
        rules.captured(a.a_hold(usd(10_00)), usd(10_01))
    captured = rules.captured(a.a_hold(usd(10_00)), usd(4_00))
    assert captured
    assert captured.captured == usd(4_00)
    with pytest.raises(HoldAlreadyResolved):
        rules.captured(captured, usd(5_00))


def test_a_hold_does_not_expire_before_its_time():
    assert rules.expired(a.a_hold(), a.NOON - timedelta(seconds=1)) is None
    assert rules.expired(a.a_hold(), a.NOON)


def test_asked_again_it_is_the_same_hold_and_for_something_else_it_is_refused():
    kept = a.a_hold(usd(10_00))
    assert kept.hold_id == rules.hold_id(a.ORDER) != rules.hold_id(a.an_id("ord", 1))
    rules.check_same(kept, usd(10_00))
    with pytest.raises(HeldOtherwise):
        rules.check_same(kept, usd(9_00))
    with pytest.raises(HoldAlreadyResolved):
        rules.check_same(a.a_hold(usd(10_00), state="expired"), usd(10_00))


def test_voided_and_expired_are_one_journal():
    voided, expired = rules.voided(a.a_hold()), rules.expired(a.a_hold(), LATE)
    assert voided
    assert expired
    assert journal_id(rules.released_fact(voided, a.NOON)) == journal_id(rules.released_fact(expired, LATE))
