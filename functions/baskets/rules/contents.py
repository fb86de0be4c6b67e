"""What can be done to a basket's contents: values in, values out, and nothing is ever lost on the way."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from functions.baskets.model.baskets import (
    MOST_CODES,
    MOST_LINES,
    MOST_SAVED,
    Basket,
    BasketChange,
    BasketFull,
    BasketLine,
    BasketNote,
    LineChange,
    LineShown,
    NewLine,
    NoSuchLine,
    NoteKind,
    NotForSale,
    NotInThisCurrency,
    ShownLine,
    TooFewThere,
    TooManyCodes,
    TooManyOfOne,
    TooManySaved,
)
from functions.baskets.model.facts import Facts, KnownOffer
from functions.baskets.model.names import MOST_OF_ONE
from functions.baskets.rules.standing import standing
from kernel import ids

LIVES = timedelta(days=7)  # since the last change


def basket_id(who: str) -> str:
    """Everybody has one basket, and it is the same one whoever asks from wherever."""
    return ids.derived_id("bsk", who)


def line_id(who: str, offer_id: str, variant_id: str) -> str:
    return ids.derived_id("lin", basket_id(who), offer_id, variant_id)


def empty(who: str, now: datetime, currency: str = "EUR") -> Basket:
    return Basket(basket_id=basket_id(who), currency=currency, changed_at=now)


def current(basket: Basket, now: datetime) -> Basket:
    """What was left alone for a week is no longer about to be bought: it is saved for later, and the buyer is told."""
    if now < basket.changed_at + LIVES or not basket.to_buy:
        return basket
    notes = [BasketNote(kind="lapsed", line_id=line.line_id, quantity=line.quantity) for line in basket.to_buy]
    lines = [line.model_copy(update={"saved": True}) for line in basket.lines]
    return basket.model_copy(update={"lines": lines, "codes": [], "notes": [*basket.notes, *notes]})


def added(basket: Basket, new: NewLine, facts: Facts, who: str, now: datetime) -> Basket:
    known = facts.offers.get(new.offer_id)
    if not known or known.listing.store_id != new.store_id or not known.listing.variant(new.variant_id):
        raise NotForSale()
    currency = basket.currency if basket.to_buy else new.currency
    wanted = line_id(who, new.offer_id, new.variant_id)
    before = next((line for line in basket.lines if line.line_id == wanted), None)
    more = before.quantity if before and not before.saved else 0
    if more + new.quantity > MOST_OF_ONE:
        raise TooManyOfOne()
    line = before or _line(known, new, wanted)
    line = line.model_copy(update={"quantity": more + new.quantity, "saved": False})
    line = line.model_copy(update={"shown": _can_be_bought(line, facts, currency, now)})
    lines = _replaced(basket.lines, line) if before else [*basket.lines, line]
    return _next(basket, now, lines=lines, currency=currency)


def changed(basket: Basket, wanted: str, change: LineChange, now: datetime) -> Basket:
    """Back from what was saved, it is looked at anew when the basket is read."""
    line = _line_of(basket, wanted)
    said = change.model_dump(exclude_none=True)
    return _next(basket, now, lines=_replaced(basket.lines, line.model_copy(update=said)))


def removed(basket: Basket, wanted: str, now: datetime) -> Basket:
    line = _line_of(basket, wanted)
    return _next(basket, now, lines=[one for one in basket.lines if one is not line])


def emptied(basket: Basket, now: datetime) -> Basket:
    """What is saved for later stays."""
    return _next(basket, now, lines=[line for line in basket.lines if line.saved], codes=[])


def in_currency(basket: Basket, change: BasketChange, now: datetime) -> Basket:
    return _next(basket, now, currency=change.currency)


def with_code(basket: Basket, code: str, now: datetime) -> Basket:
    if code not in basket.codes and len(basket.codes) >= MOST_CODES:
        raise TooManyCodes()
    return _next(basket, now, codes=list(dict.fromkeys([*basket.codes, code])))


def without_code(basket: Basket, code: str, now: datetime) -> Basket:
    return _next(basket, now, codes=[one for one in basket.codes if one != code])


def shown(basket: Basket, told: Sequence[ShownLine], now: datetime) -> Basket:
    """Having looked is not having changed: the basket's week goes on. What was not shown is told of again."""
    by_line = {one.line_id: LineShown(state=one.state, unit_price=one.unit_price) for one in told}
    lines = [line.model_copy(update={"shown": by_line.get(line.line_id, line.shown)}) for line in basket.lines]
    notes = [note for note in basket.notes if note.line_id not in by_line and _in(basket, note.line_id)]
    return _next(basket, min(basket.changed_at, now), lines=lines, notes=notes)


def merged(person: Basket, guest: Basket, who: str, now: datetime) -> Basket:
    """All of both. What there is no room for is set aside for later, and pieces beyond the limit stay unwanted.

    Saved things have no limit here: nobody is to lose one by signing in.
    """
    lines = {line.line_id: line for line in person.lines}
    notes = [*person.notes]
    for other in guest.lines:
        mine = other.model_copy(update={"line_id": line_id(who, other.offer_id, other.variant_id)})
        there = lines.get(mine.line_id)
        if there:
            mine = _together(there, mine)
        kept = _with_room(mine, there, lines.values())
        lines[mine.line_id] = kept
        kind: NoteKind = "set_aside" if kept.saved and not mine.saved else "merged"
        notes.append(BasketNote(kind=kind, line_id=mine.line_id, quantity=other.quantity))
    currency = person.currency if person.to_buy else guest.currency
    codes = list(dict.fromkeys([*person.codes, *guest.codes]))[:MOST_CODES]
    together = {"lines": list(lines.values()), "codes": codes, "notes": notes, "currency": currency}
    return person.model_copy(update=together | {"changed_at": now, "version": person.version + 1})


def without_bought(basket: Basket, bought: Mapping[tuple[str, str], int], now: datetime) -> Basket:
    """Only what was bought goes: what another device added since then, and how many more of it, stays."""
    lines = list[BasketLine]()
    for line in basket.lines:
        rest = line.quantity - bought.get((line.offer_id, line.variant_id), 0)
        if rest > 0:
            lines.append(line.model_copy(update={"quantity": rest}))
    codes = basket.codes if any(not line.saved for line in lines) else []
    return _next(basket, now, lines=lines, codes=codes)


def _together(mine: BasketLine, other: BasketLine) -> BasketLine:
    """Wanted now by either: wanted now. Both numbers count where both are of one kind."""
    if mine.saved != other.saved:
        return other if mine.saved else mine
    return mine.model_copy(update={"quantity": min(mine.quantity + other.quantity, MOST_OF_ONE)})


def _with_room(line: BasketLine, there: BasketLine | None, lines: Iterable[BasketLine]) -> BasketLine:
    if line.saved or (there and not there.saved):
        return line
    return line if sum(not one.saved for one in lines) < MOST_LINES else line.model_copy(update={"saved": True})


def _can_be_bought(line: BasketLine, facts: Facts, currency: str, now: datetime) -> LineShown:
    found = standing(line, facts, {}, currency, now)
    if found.state == "other_currency":
        raise NotInThisCurrency()
    if found.state in ("out_of_stock", "not_enough"):
        raise TooFewThere(found.why)
    if found.state != "ok":
        raise NotForSale(found.why)
    return LineShown(state=found.state, unit_price=found.unit_price)


def _line(known: KnownOffer, new: NewLine, wanted: str) -> BasketLine:
    named = new.model_dump(include={"store_id", "offer_id", "variant_id", "quantity"})
    return BasketLine(line_id=wanted, product_id=known.listing.product_id, **named)


def _line_of(basket: Basket, wanted: str) -> BasketLine:
    found = next((line for line in basket.lines if line.line_id == wanted), None)
    if not found:
        raise NoSuchLine()
    return found


def _in(basket: Basket, wanted: str) -> bool:
    return any(line.line_id == wanted for line in basket.lines)


def _replaced(lines: Sequence[BasketLine], line: BasketLine) -> list[BasketLine]:
    return [line if one.line_id == line.line_id else one for one in lines]


def _next(basket: Basket, changed_at: datetime, **update: object) -> Basket:
    after = basket.model_copy(update=update | {"changed_at": changed_at, "version": basket.version + 1})
    if len(after.to_buy) > max(MOST_LINES, len(basket.to_buy)):
        raise BasketFull()
    if len(after.lines) - len(after.to_buy) > max(MOST_SAVED, len(basket.lines) - len(basket.to_buy)):
        raise TooManySaved()
    return after
