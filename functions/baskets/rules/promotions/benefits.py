"""What one promotion takes off the lines it means, as if there were no other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from functions.baskets.model.promotions import BuyGet, Fixed, FreeShipping, Percent, Volume
from functions.baskets.model.reductions import LineToReduce, ShippingToReduce
from functions.baskets.rules.promotions.dividing import WHOLE, By, divided, down, rounded
from kernel.money import CURRENCIES, Money


@dataclass(frozen=True, slots=True)
class Off:
    """`amounts` by line. `pieces`: how many of them were reduced. `steps`: how it came to that, in words."""

    amounts: By
    pieces: int = 0
    steps: Sequence[str] = ()
    missing: str = ""  # why it is nothing, if it is


@dataclass(frozen=True, slots=True)
class Meant:
    """What a promotion means of a basket. `most`: how many pieces it may still reduce; None: all."""

    lines: Sequence[LineToReduce]
    rewards: Sequence[LineToReduce]
    shipping: Sequence[ShippingToReduce]
    currency: str
    most: int | None = None

    @property
    def step(self) -> int:
        return CURRENCIES[self.currency].charge_step

    def money(self, minor: int) -> Money:
        return Money(minor, self.currency)


@dataclass(slots=True)
class _Pieces:
    """Pieces of lines, the dearest first, as many as may be reduced."""

    most: int | None
    counts: list[tuple[LineToReduce, int]] = field(default_factory=list)
    taken: int = 0

    def take(self, line: LineToReduce, count: int) -> None:
        few = count if self.most is None else min(count, self.most - self.taken)
        if few > 0:
            self.counts.append((line, few))
            self.taken += few


def off(benefit: Percent | Fixed | FreeShipping | BuyGet | Volume, meant: Meant) -> Off:
    match benefit:
        case Percent():
            return _percent(benefit, meant)
        case Fixed():
            return _fixed(benefit, meant)
        case FreeShipping():
            return _free_shipping(benefit, meant)
        case BuyGet():
            return _buy_get(benefit, meant)
        case Volume():
            return _volume(benefit, meant)


def _percent(benefit: Percent, meant: Meant) -> Off:
    pieces = _all(meant)
    return _part_of(pieces.counts, [benefit.off_bps] * len(pieces.counts), meant, benefit.at_most)


def _fixed(benefit: Fixed, meant: Meant) -> Off:
    pieces, most = _all(meant), benefit.off[meant.currency]
    prices = {line.line_id: down(line.unit_price.minor, meant.step) * count for line, count in pieces.counts}
    if benefit.each:
        amounts = {
            line.line_id: min(most, down(line.unit_price.minor, meant.step)) * count for line, count in pieces.counts
        }
        return Off(amounts, pieces.taken, [f"{meant.money(most)} off each of {_so_many(pieces.taken)}"])
    amount = min(most, sum(prices.values()))
    return Off(divided(amount, prices, meant.step), pieces.taken, [f"{meant.money(amount)} off"])


def _free_shipping(benefit: FreeShipping, meant: Meant) -> Off:
    if not meant.shipping:
        return Off({}, missing="shipping_unknown")
    prices = {one.line_id: down(one.price.minor, meant.step) for one in meant.shipping}
    most = benefit.at_most.get(meant.currency)
    whole = sum(prices.values())
    if most is None or whole <= most:
        return Off(prices, steps=["shipping is free"])
    return Off(divided(most, prices, meant.step), steps=[f"shipping is free up to {meant.money(most)}"])


def _buy_get(benefit: BuyGet, meant: Meant) -> Off:
    pieces = _Pieces(meant.most)
    if benefit.rewards is None:
        group, before = benefit.buy + benefit.get, 0
        for line in _dearest(meant.lines):
            after = before + line.quantity
            pieces.take(line, _given(after, benefit, group) - _given(before, benefit, group))
            before = after
    else:
        rewards = {line.line_id for line in meant.rewards}
        bought = sum(line.quantity for line in meant.lines if line.line_id not in rewards)
        given = bought // benefit.buy * benefit.get
        for line in _dearest(meant.rewards):
            count = min(line.quantity, given - pieces.taken)
            pieces.take(line, count)
    if not pieces.taken:
        return Off({}, missing="not_enough_pieces")
    told = _part_of(pieces.counts, [benefit.off_bps] * len(pieces.counts), meant, {})
    return Off(told.amounts, told.pieces, [f"buy {benefit.buy}, get {benefit.get}", *told.steps])


def _given(pieces: int, benefit: BuyGet, group: int) -> int:
    """Of so many pieces in a row, how many come after what has to be bought for them."""
    return pieces // group * benefit.get + max(0, pieces % group - benefit.buy)


def _volume(benefit: Volume, meant: Meant) -> Off:
    together = sum(line.quantity for line in meant.lines)
    pieces = _Pieces(meant.most)
    rates: list[int] = []
    for line in _dearest(meant.lines):
        counted = line.quantity if benefit.each_line else together
        rate = max((step.off_bps for step in benefit.steps if step.pieces <= counted), default=0)
        before = len(pieces.counts)
        if rate:
            pieces.take(line, line.quantity)
        rates += [rate] * (len(pieces.counts) - before)
    if not pieces.taken:
        return Off({}, missing="not_enough_pieces")
    return _part_of(pieces.counts, rates, meant, {})


def _part_of(counts: Sequence[tuple[LineToReduce, int]], rates: Sequence[int], meant: Meant, at_most: By) -> Off:
    """So many ten-thousandths of each: exact by line, rounded once for the promotion."""
    exact = {
        line.line_id: down(line.unit_price.minor, meant.step) * count * rate
        for (line, count), rate in zip(counts, rates, strict=True)
    }
    amounts = rounded(exact, meant.step)
    steps = []
    for rate in sorted(set(rates)):
        of = sum(line.unit_price.minor * count for (line, count), its in zip(counts, rates, strict=True) if its == rate)
        steps.append(f"{_told(rate)} of {meant.money(of)}")
    most = at_most.get(meant.currency)
    if most is not None and sum(amounts.values()) > most:
        amounts = divided(most, exact, meant.step)
        steps.append(f"at most {meant.money(most)}")
    return Off(amounts, sum(count for _, count in counts), steps)


def _all(meant: Meant) -> _Pieces:
    pieces = _Pieces(meant.most)
    for line in _dearest(meant.lines):
        pieces.take(line, line.quantity)
    return pieces


def _dearest(lines: Iterable[LineToReduce]) -> list[LineToReduce]:
    return sorted(lines, key=lambda line: (-line.unit_price.minor, line.line_id))


def _told(rate: int) -> str:
    return f"{rate / (WHOLE // 100):g}%"


def _so_many(pieces: int) -> str:
    return "1 piece" if pieces == 1 else f"{pieces} pieces"
