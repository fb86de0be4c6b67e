"""Which commission rule is for a line, what it comes to, and why."""

from collections.abc import Sequence
from datetime import datetime

from functions.ledger.model.commission import (
    CommissionRule,
    CommissionTerms,
    Considered,
    Explained,
    LineToRate,
    NoCommissionRule,
    Scope,
)
from kernel.money import Money

WHOLE = 10_000  # basis points
COUNTS: dict[Scope, int] = {"platform": 0, "category": 1, "store": 2, "product": 3, "campaign": 4}


def choose(rules: Sequence[CommissionRule], line: LineToRate, at: datetime) -> CommissionRule:
    """The one that says most of this line; of two alike the newer one, and then the one made later."""
    fitting = [rule for rule in rules if not _why_not(rule, line, at)]
    if not fitting:
        raise NoCommissionRule(f"No commission rule is for a sale of {line.store_id} in {line.price.currency}.")
    return max(fitting, key=lambda rule: _weight(rule, line))


def terms_of(rule: CommissionRule) -> CommissionTerms:
    return CommissionTerms.model_validate(rule.model_dump(include=set(CommissionTerms.model_fields)))


def explain(rules: Sequence[CommissionRule], line: LineToRate, at: datetime) -> Explained:
    """The decision itself, told: what `choose` took and `due` reckoned, not a second opinion."""
    chosen = choose(rules, line, at)
    considered = [_considered(rule, chosen, line, at) for rule in rules]
    terms, steps = terms_of(chosen), list[str]()
    commission = Money((due(terms, line.price, steps) + WHOLE // 2) // WHOLE, line.price.currency)
    return Explained(terms=terms, considered=considered, steps=steps, commission=commission)


def due(terms: CommissionTerms, price: Money, steps: list[str] | None = None) -> int:
    """A line's commission, in ten-thousandths of the minor unit: exact, for a seller order is rounded only once.

    It never takes more than the line brings, its own tax included: nobody pays for having sold something.
    """
    told, bounds = steps if steps is not None else [], [tier.above for tier in terms.tiers[1:]]
    sum_so_far = 0
    for tier, end in zip(terms.tiers, [*bounds, None], strict=True):
        top = price.minor if end is None else min(end, price.minor)
        if top > tier.above or tier.above == 0:
            sum_so_far += (top - tier.above) * tier.rate_bps
            told.append(f"{_percent(tier.rate_bps)} of {Money(top - tier.above, price.currency)}")
    if terms.fixed:
        sum_so_far += terms.fixed * WHOLE
        told.append(f"and {Money(terms.fixed, price.currency)}")
    bounded = max(sum_so_far, terms.minimum * WHOLE)
    if bounded > sum_so_far:
        told.append(f"at least {Money(terms.minimum, price.currency)}")
    if terms.maximum is not None and bounded > terms.maximum * WHOLE:
        bounded = terms.maximum * WHOLE
        told.append(f"at most {Money(terms.maximum, price.currency)}")
    ceiling = price.minor * WHOLE * WHOLE // (WHOLE + terms.tax_bps)
    if bounded > ceiling:
        bounded = ceiling
        told.append("not more than the line brings")
    return bounded


def _weight(rule: CommissionRule, line: LineToRate) -> tuple[int, int, datetime, str]:
    """A category says more the nearer it is to the line."""
    depth = -line.categories.index(rule.target) if rule.scope == "category" and rule.target else 0
    return COUNTS[rule.scope], depth, rule.starts_at, rule.rule_id


def _why_not(rule: CommissionRule, line: LineToRate, at: datetime) -> str:
    if rule.starts_at > at:
        return "it has not begun"
    if rule.ends_at and rule.ends_at <= at:
        return "it is over"
    if rule.currency and rule.currency != line.price.currency:
        return f"it is for sales in {rule.currency}"
    mine = {
        "category": line.categories,
        "store": [line.store_id],
        "product": [line.product_id] if line.product_id else [],
        "campaign": line.campaigns,
    }
    if rule.scope != "platform" and rule.target not in mine[rule.scope]:
        return f"it is for another {rule.scope}"
    return ""


def _considered(rule: CommissionRule, chosen: CommissionRule, line: LineToRate, at: datetime) -> Considered:
    why = _why_not(rule, line, at)
    if not why and rule.rule_id != chosen.rule_id:
        more = "a newer rule" if rule.scope == chosen.scope else f"a rule for the {chosen.scope}"
        why = "a rule for a nearer category counts more" if rule.scope == chosen.scope == "category" else ""
        why = why or f"{more} counts more"
    taken = rule.rule_id == chosen.rule_id
    return Considered(rule_id=rule.rule_id, scope=rule.scope, taken=taken, why=why or "it says the most of this line")


def _percent(bps: int) -> str:
    whole, hundredths = divmod(bps, 100)
    return f"{whole}.{hundredths:02}".rstrip("0").rstrip(".") + "%"
