from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.ledger.model.commission import CommissionRule, NoCommissionRule, Tier
from functions.ledger.model.rulebook import (
    EndsBeforeItBegins,
    LastRule,
    NewCommissionRule,
    NoSuchRule,
    Rulebook,
    RuleInThePast,
    RuleIsOver,
    TooManyRules,
)
from functions.ledger.rules import commission
from functions.ledger.rules import rulebook as rules
from tests.builders import ledger as a

DAY = timedelta(days=1)


def asked(**said: Any) -> NewCommissionRule:
    return NewCommissionRule(**{"scope": "platform", "tiers": [Tier(rate_bps=1_000)], **said})


def a_rule(number: int = 0, **said: Any) -> CommissionRule:
    return rules.made(asked(**said), a.an_id("cmr", number), a.NOON)


def a_book(*kept: CommissionRule, scope: str = "platform", target: str | None = None) -> Rulebook:
    book = Rulebook.model_validate({"scope": scope, "target": target})
    for rule in kept:
        book = rules.added(book, rule)
    return book


def test_a_rule_begins_now_or_later():
    assert a_rule().starts_at == a.NOON
    assert a_rule(starts_at=a.NOON + DAY).starts_at == a.NOON + DAY
    with pytest.raises(RuleInThePast):
        a_rule(starts_at=a.NOON - DAY)
    with pytest.raises(EndsBeforeItBegins):
        a_rule(ends_at=a.NOON)


def test_what_a_rule_says_is_what_was_asked_for():
    said = asked(currency="USD", fixed=30, maximum=9_00, tax_bps=2_000, ends_at=a.NOON + DAY)
    made = rules.made(said, a.an_id("cmr"), a.NOON)
    assert made.model_dump(exclude={"rule_id", "starts_at"}) == said.model_dump(exclude={"starts_at"})


def test_a_rule_is_ended_once_and_not_for_the_past():
    book = a_book(a_rule(scope="store", target=a.STORE), scope="store", target=a.STORE)
    [ended] = rules.ended(book, a.an_id("cmr"), None, a.NOON + DAY).items
    assert ended.ends_at == a.NOON + DAY
    with pytest.raises(RuleInThePast):
        rules.ended(book, a.an_id("cmr"), a.NOON, a.NOON + DAY)
    with pytest.raises(RuleIsOver):
        rules.ended(a_book(ended, scope="store", target=a.STORE), a.an_id("cmr"), None, a.NOON + DAY)
    with pytest.raises(NoSuchRule):
        rules.ended(book, a.an_id("cmr", 9), None, a.NOON)


def test_one_target_has_only_so_many_rules():
    book = a_book(*(a_rule(number) for number in range(rules.RULES)))
    with pytest.raises(TooManyRules):
        rules.added(book, a_rule(rules.RULES))


DAYS = st.integers(min_value=0, max_value=6)
ENDS = st.none() | st.integers(min_value=1, max_value=8)
DEEDS = st.lists(
    st.tuples(st.sampled_from(["make", "end"]), DAYS, ENDS, st.sampled_from([None, "USD"]), st.integers(0, 9)),
    max_size=20,
)


@given(DEEDS)
def test_whatever_finance_does_there_is_a_rule_for_every_sale_to_come(deeds):
    book, now = a_book(a_rule()), a.NOON
    for number, (deed, start, end, currency, which) in enumerate(deeds, 1):
        now += timedelta(hours=7)
        with suppress(EndsBeforeItBegins, LastRule, NoSuchRule, RuleInThePast, RuleIsOver):
            if deed == "make":
                ends_at = now + end * DAY if end else None
                said = asked(starts_at=now + start * DAY, ends_at=ends_at, currency=currency)
                book = rules.added(book, rules.made(said, a.an_id("cmr", number), now))
            else:
                book = rules.ended(book, a.an_id("cmr", which), now + end * DAY if end else None, now)
        for hours in range(0, 24 * 30, 9):
            commission.choose(book.items, a.a_line_to_rate(), now + timedelta(hours=hours))


def test_without_any_rule_nothing_can_be_sold():
    with pytest.raises(NoCommissionRule):
        commission.choose(a_book(a_rule(currency="EUR")).items, a.a_line_to_rate(), a.NOON)


def test_rules_for_a_line_are_looked_for_wherever_they_can_be():
    line = a.a_line_to_rate(categories=[a.an_id("cat", 1), a.an_id("cat")], campaigns=[a.an_id("cmp")])
    assert set(rules.places_of(line)) == {
        ("platform", None),
        ("store", a.STORE),
        ("product", a.an_id("prd")),
        ("category", a.an_id("cat")),
        ("category", a.an_id("cat", 1)),
        ("campaign", a.an_id("cmp")),
    }
