"""Where every amount of a quote comes from, in words: what is said about a line adds up to its total."""

from collections.abc import Iterator, Sequence

from functions.baskets.model.pricing import LineToPrice
from functions.baskets.model.quotes import AmountExplained, QuoteTotals
from functions.baskets.model.shipping import ShippingWay
from functions.baskets.rules.pricing.parts import Part
from kernel.money import Money

TOTAL = "total"


def explained(
    lines: Sequence[LineToPrice],
    of_lines: Sequence[Part],
    shipping: Sequence[tuple[str, ShippingWay]],
    of_shipping: Sequence[Part],
    totals: QuoteTotals,
) -> list[AmountExplained]:
    told = list[AmountExplained]()
    for line, part in zip(lines, of_lines, strict=True):
        steps = [f"agreed with the store; its price is {line.list_price}"] if line.proposal_id else []
        why = f"{line.quantity} at {line.unit_price}"
        told.append(AmountExplained(about=line.line_id, what="price", amount=part.price, why=why, steps=steps))
        told += _taken_and_taxed(line.line_id, part)
    for (store_id, option), part in zip(shipping, of_shipping, strict=True):
        told.append(AmountExplained(about=store_id, what="shipping", amount=part.price, why=option.name))
        told += _taken_and_taxed(store_id, part)
    return [*told, *_sum(totals)]


def _taken_and_taxed(about: str, part: Part) -> Iterator[AmountExplained]:
    for one in part.reduction.reductions:
        steps = [*one.steps, f"borne by the {one.borne_by}"]
        yield AmountExplained(about=about, what="promotion", amount=-one.amount, why=one.title, steps=steps)
    if part.taxed.rate_bps:
        before = part.goods + part.tax if part.taxed.included else part.goods
        where = "in" if part.taxed.included else "on"
        steps = [f"{_percent(part.taxed.rate_bps)} {where} {before} is {part.tax}, rounded with all of this rate"]
        if part.taxed.included:
            said = {"amount": Money.zero(part.tax.currency), "included": part.tax, "why": "Tax, included in the price"}
        else:
            said = {"amount": part.tax, "why": "Tax"}
        yield AmountExplained.model_validate({"about": about, "what": "tax", "steps": steps, **said})


def _sum(totals: QuoteTotals) -> Iterator[AmountExplained]:
    steps = [f"goods {totals.goods}"]
    steps += [f"shipping {totals.shipping}"] if totals.shipping else []
    steps += [f"promotions {-totals.discounts}"] if totals.discounts else []
    on_top = totals.tax - totals.tax_included
    steps += [f"tax {on_top}"] if on_top else []
    steps += [f"tax of {totals.tax_included} is included"] if totals.tax_included else []
    yield AmountExplained(about=TOTAL, what="total", amount=totals.total, why="All of it", steps=steps)


def _percent(bps: int) -> str:
    whole, part = divmod(bps, 100)
    return f"{whole}{f'.{part:02d}'.rstrip('0') if part else ''} %"
