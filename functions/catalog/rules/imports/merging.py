"""Goods as a file says them, on top of goods as they are: only what the file has a column for is different after."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from pydantic import ValidationError

from functions.catalog.model.imports import StockRule
from functions.catalog.model.offers import Offer, Variant
from functions.catalog.model.products import OPTIONS, VALUES, Option, Product
from functions.catalog.model.texts import Remark, Text
from functions.catalog.rules import prices
from functions.catalog.rules.imports.cells import Unreadable
from functions.catalog.rules.imports.rows import Field, Row
from functions.catalog.rules.imports.sorting import Sorting
from functions.catalog.rules.slugs import slug_of
from functions.catalog.rules.variants import variant_id_of

Said = Mapping[Field, Any]
NEVER = datetime.min.replace(tzinfo=UTC)
WORD = 60  # characters of an option's value


class Refused(Exception):
    """A field of the goods that cannot be as the file says, and why. Without a line the whole product is to blame."""

    def __init__(self, field: str, key: str, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.field, self.key, self.reason, self.line = field, key, reason, line


def new_product(
    product_id: str, store_id: str, said: Said, rows: Sequence[Row], sorting: Sorting, now: datetime
) -> Product:
    language = said.get(("language", "")) or _first_titled(said)
    bare = {"product_id": product_id, "store_id": store_id, "language": language, "created_at": now, "updated_at": now}
    empty = _nothing().model_copy(update=bare)
    parts = _product_parts(empty, said, sorting)
    if not parts["texts"].get(language):
        raise Refused("title", language, "a new product needs a title")
    parts |= {"slug": _slug(parts["texts"], language), "status": said.get(("status", "")) or "draft"}
    parts["options"] = options_after([], rows)
    return empty.model_copy(update=parts)


@cache
def _nothing() -> Product:
    """Made once: thousands of products begin as copies of it, and making one takes longer than all else about a row."""
    return Product.model_construct(product_id="", texts={}, created_at=NEVER, updated_at=NEVER)


def product_after(before: Product, said: Said, rows: Sequence[Row], sorting: Sorting) -> Product:
    """A slug that was made from the title follows it; one that was chosen stays."""
    parts = _product_parts(before, said, sorting)
    if before.slug == _slug(before.texts, before.language):
        parts["slug"] = _slug(parts["texts"], parts.get("language", before.language))
    parts["options"] = options_after(before.options, rows)
    return before.model_copy(update=parts)


def _slug(texts: Mapping[Any, Text], language: str) -> str:
    """Of the English title where there is one: it is in the letters that addresses are written in."""
    text = texts.get("en") or texts.get(language)
    return slug_of(text.title) if text else "item"


def _first_titled(said: Said) -> str:
    titled = [key for (field, key), value in said.items() if field == "title" and value]
    return titled[0] if titled and titled[0] else "en"


def _product_parts(before: Product, said: Said, sorting: Sorting) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    if language := said.get(("language", "")):
        parts["language"] = language
    if ("brand", "") in said:
        parts["brand"] = _bounded("brand", said["brand", ""] or "", 80)
    if ("category", "") in said:
        parts["category_id"] = _category(said["category", ""], sorting)
    parts["texts"] = _texts(before, said, parts.get("language", before.language))
    parts["attributes"] = _attributes(before, said, sorting, parts.get("category_id", before.category_id))
    return parts


def _category(text: str | None, sorting: Sorting) -> str | None:
    try:
        return sorting.category(text) if text else None
    except Unreadable as error:
        raise Refused("category", "", str(error)) from None


_TEXT = ("title", "description", "search_title", "search_description")


def _texts(before: Product, said: Said, language: str) -> dict[str, Text]:
    texts: dict[Any, Text] = dict(before.texts)
    spoken = {key or language for field, key in said if field in _TEXT}
    for locale in spoken:
        told = {name: said[name, key] or "" for name in _TEXT for key in _keys(said, name, locale, language)}
        had = texts[locale].model_dump() if locale in texts else {}
        merged = had | told
        if not any(merged.values()):
            continue
        if not merged.get("title"):
            if any(told.values()):
                raise Refused("title", locale, f"a text in {locale} needs a title in {locale}")
            texts.pop(locale, None)
            continue
        if merged != had:
            texts[locale] = _valid(Text, merged, locale)
    return texts


def _keys(said: Said, field: str, locale: str, language: str) -> list[str]:
    """A column without a locale is in the product's own language; one that names it counts for more."""
    return [key for key in (("", locale) if locale == language else (locale,)) if (field, key) in said]


def _attributes(before: Product, said: Said, sorting: Sorting, category_id: str | None) -> dict[str, Any]:
    told = {key: value for (field, key), value in said.items() if field == "attribute"}
    if not told:
        return dict(before.attributes)
    asked, attributes = sorting.of(category_id), dict(before.attributes)
    for code, text in told.items():
        attributes.pop(code, None)
        if text:
            try:
                attributes[code] = asked.attribute(code, _bounded("attribute", text, 200, code))
            except Unreadable as error:
                raise Refused("attribute", code, str(error)) from None
    return attributes


def options_after(before: Sequence[Option], rows: Sequence[Row]) -> list[Option]:
    """The axes there are, with the values that are new on them. What none has any more goes by hand."""
    axes = {one.code: list(one.values) for one in before}
    for row in rows:
        for code, value in _options_of(row).items():
            values = axes.setdefault(code, [])
            if value not in values:
                values.append(value)
            if len(value) > WORD:
                raise Refused("option", code, f"the most is {WORD} characters", row.line)
            if len(axes) > OPTIONS or len(values) > VALUES:
                raise Refused("option", code, f"a product has at most {OPTIONS} options, each with {VALUES} values")
    labels = {one.code: one.labels for one in before}
    return [Option(code=code, labels=labels.get(code, {}), values=values) for code, values in axes.items()]


def offer_after(before: Offer, said: Said, language: str) -> Offer:
    parts: dict[str, Any] = {
        name: said[name, ""]
        for name in ("status", "kind", "condition", "takes_proposals")
        if said.get((name, "")) is not None
    }
    remarks: dict[Any, Remark] = dict(before.remarks)
    for locale in {key or language for field, key in said if field in ("remark", "shipping")}:
        had = remarks[locale].model_dump() if locale in remarks else {"description": "", "shipping": ""}
        told = {
            name: said[field, key] or ""
            for field, name in (("remark", "description"), ("shipping", "shipping"))
            for key in _keys(said, field, locale, language)
        }
        remarks.pop(locale, None)
        if any((had | told).values()):
            remarks[locale] = _valid(Remark, had | told, locale)
    return before.model_copy(update={**parts, "remarks": remarks})


def new_variant(offer_id: str, row: Row) -> Variant:
    options = _options_of(row)
    bare = Variant(variant_id=variant_id_of(offer_id, options), sku=row.sku, options=options, prices={})
    quantity = row.said.get(("quantity", ""))
    return _told(bare, row).model_copy(update={"quantity": quantity})


def variant_after(before: Variant, row: Row, stock: StockRule, now: datetime) -> Variant:
    """Which options it has makes it the variant that it is, and what stock it has is inventory's."""
    told = {code for field, code in row.said if field == "option"}
    if told and {code: value for code, value in before.options.items() if code in told} != _options_of(row):
        code = next(iter(told))
        raise Refused("option", code, "a variant's options cannot change: another one has its own SKU", row.line)
    after = _told(before, row)
    quantity = row.said.get(("quantity", ""))
    if stock == "set" and quantity is not None:
        after = after.model_copy(update={"quantity": quantity})
    return after if after == before else prices.remembering(before, after, now)


def _told(before: Variant, row: Row) -> Variant:
    parts: dict[str, Any] = {}
    for field, name in (("price", "prices"), ("compare_at", "compare_at"), ("cost", "cost")):
        told = {key: value for (said, key), value in row.said.items() if said == field}
        if told:
            amounts = {**getattr(before, name), **told}
            parts[name] = {currency: minor for currency, minor in amounts.items() if minor is not None}
    for name in ("barcode", "weight_g"):
        if (name, "") in row.said:
            parts[name] = row.said[name, ""]
    if row.said.get(("active", "")) is not None:
        parts["active"] = row.said["active", ""]
    return before.model_copy(update=parts)


def _options_of(row: Row) -> dict[str, str]:
    return {code: value for (field, code), value in row.said.items() if field == "option" and value}


def _bounded(field: str, text: str, most: int, key: str = "") -> str:
    if len(text) > most:
        raise Refused(field, key, f"this has {len(text)} characters, and the most is {most}")
    return text


_COLUMNS = {"description": {Remark: "remark"}}


def _valid(model: Any, parts: Mapping[str, str], locale: str) -> Any:
    try:
        return model(**parts)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        name = str(first["loc"][0])
        raise Refused(_COLUMNS.get(name, {}).get(model, name), locale, first["msg"].lower()) from None
