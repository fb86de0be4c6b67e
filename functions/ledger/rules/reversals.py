"""Taking back a part of a sale, so that all parts together are the whole sale to the unit.

Every figure is cumulative: `round(total × done / whole) − already`. It is kept between nothing and what is left, and
leaves room for the others: the last piece takes exactly what is there, whatever the pieces before it were.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from functions.ledger.model.sales import (
    NothingToRefund,
    RefundExceedsSale,
    RefundNotChargeable,
    Reversal,
    Reversed,
    Sale,
    SaleLine,
)
from functions.ledger.rules.split import spread
from kernel.money import CURRENCIES, Money


def nothing(sale: Sale) -> Reversed:
    zero = Money.zero(sale.currency)
    return Reversed(lines={}, sum=Reversal(**dict.fromkeys(Reversal.model_fields, zero)))


def left_of(sale: Sale, so_far: Reversed) -> Reversal:
    """What is left of it with the seller and the others. What a chargeback took was the card's."""
    gone = so_far.sum
    return Reversal(
        net=sale.net - gone.net,
        commission=sale.commission - gone.commission,
        commission_tax=sale.commission_tax - gone.commission_tax,
        tax=sale.tax - gone.tax,
        subsidy=sale.subsidy - gone.subsidy,
        card=sale.card - gone.card - gone.disputed,
        credits=sale.credits - gone.credits,
        disputed=Money.zero(sale.currency),
    )


def left_by_line(sale: Sale, so_far: Reversed) -> dict[str, Money]:
    zero = Money.zero(sale.currency)
    return {line.line_id: line.value - so_far.lines.get(line.line_id, zero) for line in sale.lines}


def refund(sale: Sale, so_far: Reversed, lines: Mapping[str, Money]) -> tuple[Reversal, Reversed]:
    """So much of the value of these lines, back to whoever paid it. What it is, and where the sale stands then."""
    after = _done(sale, so_far, lines)
    step = CURRENCIES[sale.currency].charge_step
    left, value = left_of(sale, so_far), sum(amount.minor for amount in lines.values())
    to_pay = left.to_buyer.minor
    subsidy = _within(
        _in_steps(_share(sale, after, "subsidy"), step) - so_far.sum.subsidy.minor,
        least=value - to_pay,
        most=min(left.subsidy.minor, value),
    )
    card = _within(
        _to_card(sale, so_far, so_far.sum.to_buyer.minor + value - subsidy, step),
        least=value - subsidy - left.credits.minor,
        most=min(left.card.minor, value - subsidy),
    )
    return _pieced(sale, so_far, after, value, {"subsidy": subsidy, "card": card, "credits": value - subsidy - card})


def dispute(sale: Sale, so_far: Reversed, amount: Money) -> tuple[Reversal, Reversed]:
    """A bank took so much of what the card had paid. It names no lines: all that is left shares in it."""
    left = left_of(sale, so_far)
    if amount > left.card:
        raise RefundExceedsSale(f"{amount} are disputed, and {left.card} are left of what the card paid.")
    step = CURRENCIES[sale.currency].charge_step
    value = _in_steps(Fraction(left.value.minor * amount.minor, left.to_buyer.minor), step)
    value = _within(value, least=amount.minor, most=amount.minor + left.subsidy.minor)
    lines = spread(Money(value, sale.currency), left_by_line(sale, so_far))
    after = _done(sale, so_far, lines)
    return _pieced(sale, so_far, after, value, {"subsidy": value - amount.minor, "disputed": amount.minor})


def _done(sale: Sale, so_far: Reversed, lines: Mapping[str, Money]) -> dict[str, Money]:
    left = left_by_line(sale, so_far)
    if not lines or not set(lines) <= set(left) or any(amount.minor <= 0 for amount in lines.values()):
        raise NothingToRefund()
    if any(amount > left[line] for line, amount in lines.items()):
        raise RefundExceedsSale()
    if not all(amount.chargeable() for amount in lines.values()):
        raise RefundNotChargeable()
    zero = Money.zero(sale.currency)
    return {**so_far.lines, **{line: so_far.lines.get(line, zero) + amount for line, amount in lines.items()}}


def _pieced(
    sale: Sale, so_far: Reversed, after: Mapping[str, Money], value: int, returned: Mapping[str, int]
) -> tuple[Reversal, Reversed]:
    """Where a piece comes from: each has its share, and the seller, whose part is the largest, has the rest."""
    left = left_of(sale, so_far)
    waiting, rest, taken = left.value.minor, value, dict[str, int]()
    for name in ("tax", "commission", "commission_tax"):
        mine: int = getattr(left, name).minor
        waiting -= mine
        due = _round(_share(sale, after, name)) - getattr(so_far.sum, name).minor
        taken[name] = _within(due, least=rest - waiting, most=min(mine, rest))
        rest -= taken[name]
    amounts = {**dict.fromkeys(Reversal.model_fields, 0), **taken, **returned, "net": rest}
    piece = Reversal(**{name: Money(minor, sale.currency) for name, minor in amounts.items()})
    return piece, Reversed(lines=dict(after), sum=so_far.sum.plus(piece))


def _share(sale: Sale, after: Mapping[str, Money], name: str) -> Fraction:
    """The exact part of a figure that belongs to what is done: rates differ by line, so it is summed by line."""
    return sum((_of_line(line, after[line.line_id].minor, name) for line in _begun(sale, after)), Fraction())


def _of_line(line: SaleLine, done: int, name: str) -> Fraction:
    return Fraction(getattr(line, name).minor * done, line.value.minor)


def _begun(sale: Sale, after: Mapping[str, Money]) -> Iterable[SaleLine]:
    return (line for line in sale.lines if line.line_id in after and line.value)


def _to_card(sale: Sale, so_far: Reversed, to_buyer: int, step: int) -> int:
    """As it was paid: card and credits each get their share. What a chargeback took is out of both sums."""
    gone = so_far.sum
    disputed = gone.disputed.minor
    by_card, paid = sale.card.minor - disputed, (sale.card + sale.credits).minor - disputed
    if not by_card:
        return 0
    return _in_steps(Fraction(by_card * (to_buyer - disputed), paid), step) - gone.card.minor


def _round(exact: Fraction) -> int:
    """Half away from zero, as everywhere: nothing here is below zero."""
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


def _in_steps(exact: Fraction, step: int) -> int:
    return _round(exact / step) * step


def _within(due: int, *, least: int, most: int) -> int:
    return max(0, least, min(due, most))
