"""A basket as its buyer reads it: every line, every reduction with its reasons, every change since it was shown."""

from collections.abc import Iterator

from functions.baskets.model.baskets import Basket, BasketLine, BasketNote
from functions.baskets.model.facts import Facts, KnownStore
from functions.baskets.model.names import Locale
from functions.baskets.model.reductions import Considered, Reduction
from functions.baskets.model.views import (
    BasketTotals,
    BasketView,
    ChangeKind,
    ChangeView,
    CodeView,
    LineReduction,
    LineView,
)
from functions.baskets.rules.contents import LIVES
from functions.baskets.rules.reading import Priced, PricedLine
from functions.baskets.rules.standing import Standing
from kernel.money import Money

NOBODY = KnownStore(name="", slug="")


def view(basket: Basket, priced: Priced, facts: Facts, language: Locale) -> BasketView:
    shown = [_line(one, facts, language) for one in priced.lines]
    saved = {line.line_id for line in basket.lines if line.saved}
    return BasketView(
        basket_id=basket.basket_id,
        currency=basket.currency,
        lines=[line for line in shown if line.line_id not in saved],
        saved=[line for line in shown if line.line_id in saved],
        codes=[_code(code, priced) for code in basket.codes],
        totals=_totals(basket, priced),
        changes=[*map(_noted, basket.notes), *(change for one in priced.lines for change in changes(one))],
        lives_until=basket.changed_at + LIVES,
        version=basket.version,
    )


def changes(one: PricedLine) -> Iterator[ChangeView]:
    """A line that was never shown has not changed."""
    before, now = one.line.shown, one.standing
    if before.state != now.state:
        back = now.state == "ok"
        detail = "It can be bought again." if back else now.why
        yield ChangeView(line_id=one.line.line_id, kind="available_again" if back else "unavailable", detail=detail)
    was, costs = before.unit_price, now.unit_price
    if was and costs and was.currency == costs.currency and was != costs:
        kind, detail = _moved(was, costs, now)
        yield ChangeView(line_id=one.line.line_id, kind=kind, detail=detail, before=was, now=costs)


def _moved(was: Money, costs: Money, now: Standing) -> tuple[ChangeKind, str]:
    by = " as you agreed with the seller" if now.agreed else ""
    if costs < was:
        return "price_fell", f"A piece costs {costs}{by}, {was - costs} less than before."
    return "price_rose", f"A piece costs {costs}{by}, {costs - was} more than before."


def _noted(note: BasketNote) -> ChangeView:
    pieces = "1 piece" if note.quantity == 1 else f"{note.quantity} pieces"
    detail = {
        "merged": f"You had chosen {pieces} of this before you signed in.",
        "set_aside": f"You had chosen {pieces} of this before you signed in. For want of room it is saved for later.",
        "lapsed": "The basket was left alone for a week, so this is saved for later.",
    }[note.kind]
    return ChangeView(line_id=note.line_id, kind=note.kind, detail=detail)


def _line(one: PricedLine, facts: Facts, language: Locale) -> LineView:
    line, stands, listing = one.line, one.standing, one.listing
    store = facts.stores.get(line.store_id, NOBODY)
    return LineView(
        **line.model_dump(include=set(BasketLine.model_fields) - {"saved", "shown"}),
        store_name=store.name,
        store_slug=store.slug,
        offer_version=listing.version if listing else 0,
        title=title_of(one, language),
        options=one.variant.options if one.variant else {},
        image_id=listing.image_id if listing else None,
        kind=listing.kind if listing else "goods",
        state=stands.state,
        why=stands.why,
        available=stands.available,
        unit_price=stands.unit_price,
        list_price=stands.list_price,
        proposal_id=stands.agreed.proposal_id if stands.agreed else None,
        reductions=[_explained(each) for each in one.reduced.reductions] if one.reduced else [],
        total=one.total,
    )


def title_of(one: PricedLine, language: str) -> str:
    texts = one.listing.texts if one.listing else {}
    found = texts.get(language) or (texts.get(one.listing.language) if one.listing else None)
    return found.title if found else ""


def _explained(one: Reduction) -> LineReduction:
    return LineReduction(
        promotion_id=one.promotion_id,
        title=one.title,
        code=one.code,
        borne_by=one.borne_by,
        amount=one.amount,
        steps=list(one.steps),
    )


def _code(code: str, priced: Priced) -> CodeView:
    told: Considered | None = next((one for one in priced.reductions.considered if one.code == code), None)
    if told:
        return CodeView(code=code, works=told.taken, reason=told.reason, detail=told.why)
    if not any(one.reduced for one in priced.lines):
        return CodeView(code=code, works=False, reason="nothing_meant", detail="Nothing in the basket can be bought.")
    return CodeView(code=code, works=False, reason="unknown", detail="There is no such code, or not any more.")


def _totals(basket: Basket, priced: Priced) -> BasketTotals:
    none = Money.zero(basket.currency)
    goods = sum((one.price for one in priced.lines if one.price), none)
    total = sum((one.total for one in priced.lines if one.total), none)
    return BasketTotals(goods=goods, discounts=goods - total, total=total)
