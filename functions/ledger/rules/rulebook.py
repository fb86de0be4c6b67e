"""What can be done to the rules for one target: they are added and ended, and never changed."""

from collections.abc import Sequence
from datetime import datetime

from functions.ledger.model.commission import CommissionRule, LineToRate, Scope
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

RULES = 200  # of one target: what one row holds with room to spare


def made(asked: NewCommissionRule, rule_id: str, now: datetime) -> CommissionRule:
    starts_at = asked.starts_at or now
    if starts_at < now:
        raise RuleInThePast()
    if asked.ends_at and asked.ends_at <= starts_at:
        raise EndsBeforeItBegins()
    return CommissionRule(**asked.model_dump() | {"rule_id": rule_id, "starts_at": starts_at})


def added(book: Rulebook, rule: CommissionRule) -> Rulebook:
    if len(book.items) >= RULES:
        raise TooManyRules()
    return _changed(book, [*book.items, rule])


def found(book: Rulebook, rule_id: str) -> CommissionRule:
    kept = next((rule for rule in book.items if rule.rule_id == rule_id), None)
    if not kept:
        raise NoSuchRule()
    return kept


def ended(book: Rulebook, rule_id: str, at: datetime | None, now: datetime) -> Rulebook:
    """A rule that has not begun, and ends before it would, is as if it had never been."""
    kept, ends_at = found(book, rule_id), at or now
    if ends_at < now:
        raise RuleInThePast()
    if kept.ends_at and kept.ends_at <= now:
        raise RuleIsOver()
    others = [rule for rule in book.items if rule.rule_id != rule_id]
    if _for_everything(kept):
        gap = _first_gap(others, max(ends_at, kept.starts_at))
        if gap and (kept.ends_at is None or gap < kept.ends_at):
            raise LastRule()
    if ends_at <= kept.starts_at:
        return _changed(book, others)
    after = kept.model_copy(update={"ends_at": ends_at})
    return _changed(book, [after if rule.rule_id == rule_id else rule for rule in book.items])


def places_of(line: LineToRate) -> Sequence[tuple[Scope, str | None]]:
    """Where rules for this line can be."""
    places: list[tuple[Scope, str | None]] = [("platform", None), ("store", line.store_id)]
    places += [("product", line.product_id)] if line.product_id else []
    places += [("category", one) for one in line.categories]
    return [*places, *(("campaign", one) for one in line.campaigns)]


def _for_everything(rule: CommissionRule) -> bool:
    return rule.scope == "platform" and rule.currency is None


def _first_gap(rules: Sequence[CommissionRule], since: datetime) -> datetime | None:
    """The first moment at which none of these is for everything; None, if one always is."""
    at = since
    while holding := [rule for rule in rules if _for_everything(rule) and _holds(rule, at)]:
        if any(rule.ends_at is None for rule in holding):
            return None
        at = max(rule.ends_at for rule in holding if rule.ends_at)
    return at


def _holds(rule: CommissionRule, at: datetime) -> bool:
    return rule.starts_at <= at and (rule.ends_at is None or rule.ends_at > at)


def _changed(book: Rulebook, rules: list[CommissionRule]) -> Rulebook:
    return book.model_copy(update={"items": rules, "version": book.version + 1})
