"""Variants: the combinations of a product's options, and whether what is said of them can be sold."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from functions.catalog.model.categories import PriceLimit
from functions.catalog.model.items import Assortment, NewVariant, NoSuchVariant, VariantChange, VariantParts
from functions.catalog.model.listings import OPTIONS_BYTES, VARIANTS_BYTES
from functions.catalog.model.offers import VARIANTS, ScheduledPrice, Variant, VariantsRefused
from functions.catalog.model.products import Option
from functions.catalog.rules import prices
from functions.catalog.rules.listings import told_bytes
from kernel import ids
from kernel.errors import Fault
from kernel.money import CURRENCIES, Money

Limits = Mapping[str, PriceLimit]


def variant_id_of(offer_id: str, options: Mapping[str, str]) -> str:
    """A combination that is taken away and comes back is the same variant, with the stock that it had."""
    return ids.derived_id("var", offer_id, *(f"{code}={options[code]}" for code in sorted(options)))


def combinations(options: Sequence[Option]) -> list[dict[str, str]]:
    """All of them; without options there is one, that of nothing."""
    codes = [one.code for one in options]
    return [dict(zip(codes, chosen, strict=True)) for chosen in itertools.product(*(one.values for one in options))]


def made(offer_id: str, options: Sequence[Option], said: Assortment) -> list[Variant]:
    """As they are told one by one, or one for each combination."""
    told = said.variants
    if not told:
        count = len(combinations(options)) if _size(options) <= VARIANTS else _size(options)
        if count > VARIANTS:
            what = f"These options make {count} variants; an offer has at most {VARIANTS}. Send the ones there are."
            raise VariantsRefused(what)
        told = [NewVariant(options=chosen) for chosen in combinations(options)]
    alone = len(told) == 1
    return [variant(offer_id, one, said, alone=alone) for one in told]


def variant(offer_id: str, said: NewVariant, of_all: VariantParts, *, alone: bool) -> Variant:
    """A SKU and a barcode are one variant's: what is said of all of them holds only where there is but one."""
    shared = dict(of_all) if alone else {**dict(of_all), "sku": None, "barcode": None}
    parts = {name: _first(getattr(said, name), shared.get(name)) for name in VariantParts.model_fields}
    known = {name: value for name, value in parts.items() if value is not None}
    return Variant(
        **{"prices": {}, **known},
        variant_id=variant_id_of(offer_id, said.options),
        options=said.options,
        active=said.active,
    )


def regenerated(offer_id: str, before: Sequence[Variant], options: Sequence[Option], said: Assortment) -> list[Variant]:
    """Combinations that were there before stay as they were, whatever is said of the new ones."""
    known = {one.variant_id: one for one in before}
    return [known.get(one.variant_id, one) for one in made(offer_id, options, said)]


def named(variants: Sequence[Variant], variant_id: str) -> Variant:
    found = next((one for one in variants if one.variant_id == variant_id), None)
    if not found:
        raise NoSuchVariant()
    return found


def edited(before: Variant, change: VariantChange, now: datetime) -> Variant:
    """Null takes away what a variant can be without; its prices are sent whole."""
    sent = {name: getattr(change, name) for name in change.model_fields_set}
    parts = {name: value for name, value in sent.items() if value is not None or name in ("sku", "barcode", "weight_g")}
    return prices.remembering(before, before.model_copy(update=parts), now)


def scheduled(before: Variant, items: Sequence[ScheduledPrice], now: datetime) -> Variant:
    """What has begun already is history, and can only be ended: it may be left out, but not be made up."""
    faults = []
    for place, one in enumerate(items):
        where = f"/items/{place}"
        if one.starts_at >= one.ends_at:
            faults.append(Fault(f"{where}/ends_at", "This is before it starts"))
        if one not in before.scheduled and one.ends_at <= now:
            faults.append(Fault(f"{where}/ends_at", "This is over already"))
        if not one.prices.keys() <= before.prices.keys():
            faults.append(Fault(f"{where}/prices", "The variant has no price in one of these currencies"))
    if faults:
        raise VariantsRefused(faults=faults)
    return prices.remembering(before, before.model_copy(update={"scheduled": list(items)}), now)


def check(variants: Sequence[Variant], options: Sequence[Option], limits: Limits, *, shown: bool) -> None:
    """A draft may lack prices; nothing may have a wrong one."""
    faults = [fault for place, one in enumerate(variants) for fault in _faults(f"/variants/{place}", one, limits)]
    faults += _misfits(variants, options)
    if told_bytes(variants) > VARIANTS_BYTES:
        faults.append(
            Fault("/variants", "This is too much to say of one offer: fewer variants, currencies or schedules")
        )
    if too_long(options):
        faults.append(Fault("/options", "This is too much to choose from: fewer values, or shorter ones"))
    if shown:
        active = [(place, one) for place, one in enumerate(variants) if one.active]
        faults += [
            Fault(f"/variants/{place}/prices", "What is sold has a price") for place, one in active if not one.prices
        ]
        if not active:
            faults.append(Fault("/variants", "What is sold has at least one active variant"))
    if faults:
        raise VariantsRefused(faults=faults)


def too_long(options: Sequence[Option]) -> bool:
    return sum(len(one.model_dump_json().encode()) for one in options) > OPTIONS_BYTES


def _faults(where: str, variant: Variant, limits: Limits) -> Iterator[Fault]:
    asked = [(f"{where}/prices", variant.prices)]
    asked += [(f"{where}/scheduled/{place}/prices", one.prices) for place, one in enumerate(variant.scheduled)]
    for pointer, amounts in asked:
        for currency, minor in amounts.items():
            if why := _price_fault(Money(minor, currency), limits.get(currency, PriceLimit())):
                yield Fault(f"{pointer}/{currency}", why)
    for currency, minor in variant.compare_at.items():
        if minor <= variant.prices.get(currency, minor):
            yield Fault(f"{where}/compare_at/{currency}", "What a price is compared with is higher than it")


def _price_fault(price: Money, limit: PriceLimit) -> str:
    if limit.floor is not None and price.minor < limit.floor:
        return f"The least that may be asked is {Money(limit.floor, price.currency)}"
    if limit.ceiling is not None and price.minor > limit.ceiling:
        return f"The most that may be asked is {Money(limit.ceiling, price.currency)}"
    if not price.chargeable():
        return f"{price.currency} is charged in steps of {CURRENCIES[price.currency].charge_step} minor units"
    return ""


def _misfits(variants: Sequence[Variant], options: Sequence[Option]) -> Iterator[Fault]:
    axes = {one.code: set(one.values) for one in options}
    seen_options, seen_skus = set[str](), set[str]()
    for place, one in enumerate(variants):
        where = f"/variants/{place}"
        if one.options.keys() != axes.keys():
            yield Fault(f"{where}/options", f"A variant has one value for each of: {', '.join(axes) or 'no option'}")
        for code, value in one.options.items():
            if value not in axes.get(code, {value}):
                yield Fault(f"{where}/options/{code}", "The product's option has no such value")
        if one.variant_id in seen_options:
            yield Fault(f"{where}/options", "There is a variant with these options already")
        if one.sku and one.sku in seen_skus:
            yield Fault(f"{where}/sku", "Another variant of this offer has this SKU")
        seen_options.add(one.variant_id)
        seen_skus.add(one.sku or "")


def _size(options: Sequence[Option]) -> int:
    size = 1
    for one in options:
        size *= len(one.values)
    return size


def _first(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)
