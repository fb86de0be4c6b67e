"""Which promotions reduce which lines of a basket, by how much, at whose cost, and why."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from functions.baskets.model.promotions import Promotion
from functions.baskets.model.reductions import (
    Buyer,
    Considered,
    LineToReduce,
    ReducedLine,
    Reduction,
    Reductions,
    ShippingToReduce,
    Use,
)
from functions.baskets.rules.promotions.benefits import off
from functions.baskets.rules.promotions.choosing import Candidate, Choice
from functions.baskets.rules.promotions.dividing import By, down
from functions.baskets.rules.promotions.fitting import WHY, meant_by, said_or_open, why_not, why_not_this
from kernel.money import CURRENCIES, Money


def reduced(
    lines: Sequence[LineToReduce],
    shipping: Sequence[ShippingToReduce],
    promotions: Sequence[Promotion],
    buyer: Buyer,
    now: datetime,
) -> Reductions:
    """The best that these promotions can do for the buyer, to the unit.

    Every promotion is reckoned from the prices, none from what another one left: so their order means nothing, one
    more never makes a basket dearer, and each amount can be explained by itself. What they come to together stops at
    a line's price; there the stores' reductions count first, and the platform pays only for what is left. Amounts are
    rounded once for a promotion and divided over its lines by largest remainder, in steps that a card can be charged.
    Of promotions that exclude each other on a line, the set is taken that takes most off the basket.

    All prices are in one currency. `line_id`s differ, also between lines and shipping.
    """
    if not lines:
        return Reductions([], [_untouched(one) for one in shipping], [], [], None)
    currency, told = lines[0].unit_price.currency, list[Considered]()
    step = CURRENCIES[currency].charge_step
    room = {one.line_id: down(one.price.minor, step) for one in lines}
    room |= {one.line_id: down(one.price.minor, step) for one in shipping}
    candidates = list[Candidate]()
    for promotion in sorted(promotions, key=lambda one: one.promotion_id):
        if not said_or_open(promotion, buyer):
            continue
        candidate = _candidate(promotion, lines, shipping, buyer, now)
        if isinstance(candidate, Candidate):
            candidates.append(candidate)
        else:
            told.append(candidate)
    chosen = Choice().best(candidates, room)
    taken = _within(sorted(chosen, key=_stores_first), room)
    used = [one for one in chosen if taken[one.id]]
    told += [_considered(one.promotion, _fate(one, taken)) for one in candidates]
    return Reductions(
        lines=_lines(lines, used, taken, currency),
        shipping=_lines(shipping, used, taken, currency),
        uses=[_use(one, taken[one.id], currency) for one in sorted(used, key=lambda one: one.id)],
        considered=sorted(told, key=lambda one: one.promotion_id),
        valid_until=min((one.promotion.ends_at for one in used if one.promotion.ends_at), default=None),
    )


def _candidate(
    promotion: Promotion,
    lines: Sequence[LineToReduce],
    shipping: Sequence[ShippingToReduce],
    buyer: Buyer,
    now: datetime,
) -> Candidate | Considered:
    if reason := why_not(promotion, buyer, now):
        return _considered(promotion, reason)
    meant = meant_by(promotion, lines, shipping, buyer)
    reason, why = why_not_this(promotion, meant)
    if reason:
        return _considered(promotion, reason, why)
    found = off(promotion.benefit, meant)
    amounts = {line_id: amount for line_id, amount in found.amounts.items() if amount}
    if not amounts:
        return _considered(promotion, found.missing or "comes_to_nothing")
    uses = found.pieces if promotion.limits.counted == "pieces" else 1
    return Candidate(promotion, amounts, uses, found.steps)


def _fate(one: Candidate, taken: Mapping[str, By]) -> str:
    if one.id not in taken:
        return "another_is_better"
    return "taken" if taken[one.id] else "comes_to_nothing"


def _within(chosen: Iterable[Candidate], room: By) -> dict[str, dict[str, int]]:
    """What each takes off in the end: nobody takes more than the ones before left of a line."""
    left, taken = dict(room), dict[str, dict[str, int]]()
    for one in chosen:
        parts = {line_id: min(amount, left[line_id]) for line_id, amount in one.amounts.items()}
        taken[one.id] = {line_id: part for line_id, part in parts.items() if part}
        left |= {line_id: left[line_id] - part for line_id, part in parts.items()}
    return taken


def _lines(
    lines: Sequence[LineToReduce] | Sequence[ShippingToReduce],
    used: Sequence[Candidate],
    taken: Mapping[str, By],
    currency: str,
) -> list[ReducedLine]:
    return [_line(one.line_id, sorted(used, key=_stores_first), taken, currency) for one in lines]


def _line(line_id: str, used: Sequence[Candidate], taken: Mapping[str, By], currency: str) -> ReducedLine:
    touching = [one for one in used if line_id in taken[one.id]]
    sums = {"store": 0, "platform": 0}
    for one in touching:
        sums[one.promotion.borne_by] += taken[one.id][line_id]
    return ReducedLine(
        line_id=line_id,
        by_store=Money(sums["store"], currency),
        by_platform=Money(sums["platform"], currency),
        campaigns=sorted({one.promotion.campaign_id for one in touching if one.promotion.campaign_id}),
        reductions=[_reduction(one, line_id, taken[one.id][line_id], currency) for one in touching],
    )


def _reduction(one: Candidate, line_id: str, amount: int, currency: str) -> Reduction:
    steps = list(one.steps)
    if len(one.amounts) > 1:
        whole = Money(sum(one.amounts.values()), currency)
        steps.append(f"this line's part of {whole} is {Money(one.amounts[line_id], currency)}")
    if amount < one.amounts[line_id]:
        steps.append(f"no more than {Money(amount, currency)} was left of its price")
    promotion = one.promotion
    return Reduction(
        promotion_id=promotion.promotion_id,
        title=promotion.title,
        code=promotion.code,
        borne_by=promotion.borne_by,
        amount=Money(amount, currency),
        steps=steps,
    )


def _use(one: Candidate, parts: By, currency: str) -> Use:
    promotion = one.promotion
    amount = Money(sum(parts.values()), currency)
    return Use(promotion.promotion_id, promotion.code, one.uses, amount, promotion.borne_by)


def _considered(promotion: Promotion, reason: str, why: str = "") -> Considered:
    return Considered(
        promotion.promotion_id, promotion.title, promotion.code, reason == "taken", reason, why or WHY[reason]
    )


def _stores_first(one: Candidate) -> tuple[bool, str]:
    return one.promotion.borne_by == "platform", one.id


def _untouched(one: ShippingToReduce) -> ReducedLine:
    zero = Money.zero(one.price.currency)
    return ReducedLine(one.line_id, zero, zero, [], [])
