"""What the columns of a file mean: each header is a field of the goods, by its own name, another one, or by order."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from functions.catalog.model.imports import MAX_COLUMNS, ImportFileRefused
from functions.catalog.model.names import Locale
from kernel.money import CURRENCIES

Part = Literal["row", "product", "offer", "variant"]
Key = Literal["", "locale", "currency", "code"]


@dataclass(frozen=True, slots=True)
class Kind:
    """Of which part of the goods it tells, and what it is told for: a language, a currency, a code."""

    part: Part
    key: Key = ""


FIELDS: dict[str, Kind] = {
    "sku": Kind("row"),
    "product": Kind("row"),
    "title": Kind("product", "locale"),
    "description": Kind("product", "locale"),
    "search_title": Kind("product", "locale"),
    "search_description": Kind("product", "locale"),
    "language": Kind("product"),
    "category": Kind("product"),
    "brand": Kind("product"),
    "attribute": Kind("product", "code"),
    "status": Kind("offer"),
    "kind": Kind("offer"),
    "condition": Kind("offer"),
    "remark": Kind("offer", "locale"),
    "shipping": Kind("offer", "locale"),
    "takes_proposals": Kind("offer"),
    "option": Kind("variant", "code"),
    "price": Kind("variant", "currency"),
    "compare_at": Kind("variant", "currency"),
    "cost": Kind("variant", "currency"),
    "quantity": Kind("variant"),
    "barcode": Kind("variant"),
    "weight_g": Kind("variant"),
    "active": Kind("variant"),
}
# What else people call them, in the three languages of Metco and in the files of other shops.
ALIASES = {
    **dict.fromkeys(("name", "product_name", "назва", "शीर्षक", "नाम"), "title"),
    **dict.fromkeys(("text", "опис", "विवरण"), "description"),
    **dict.fromkeys(("item_number", "article", "артикул", "एसकेयू"), "sku"),
    **dict.fromkeys(("parent", "group", "товар", "उत्पाद"), "product"),
    **dict.fromkeys(("regular_price", "ціна", "कीमत", "मूल्य"), "price"),
    **dict.fromkeys(("compare_at_price", "old_price", "стара_ціна", "पुरानी_कीमत"), "compare_at"),
    **dict.fromkeys(("cost_price", "собівартість", "लागत"), "cost"),
    **dict.fromkeys(("qty", "stock", "кількість", "मात्रा"), "quantity"),
    **dict.fromkeys(("categories", "категорія", "श्रेणी"), "category"),
    **dict.fromkeys(("vendor", "manufacturer", "бренд", "виробник", "ब्रांड"), "brand"),
    **dict.fromkeys(("стан", "स्थिति"), "condition"),
    **dict.fromkeys(("ean", "gtin", "upc", "штрихкод", "बारकोड"), "barcode"),
    **dict.fromkeys(("weight", "вага", "वज़न"), "weight_g"),
    **dict.fromkeys(("опція", "विकल्प"), "option"),
    **dict.fromkeys(("властивість", "attr"), "attribute"),
}
LOCALES = frozenset(get_args(Locale))
_KEYED = re.compile(r"(.+?)\s*[:(\[]\s*(.+?)\s*[)\]]?")
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class Column:
    """`header` is what the file calls it, to say what is wrong there; `key` is a locale, a currency or a code."""

    place: int
    header: str
    field: str
    key: str = ""

    @property
    def part(self) -> Part:
        return FIELDS[self.field].part


def columns_of(headers: Sequence[str], named: Mapping[str, str], currency: str | None) -> list[Column]:
    """Every header has to be understood: a column that is passed over in silence is a price that was never set."""
    if len(headers) > MAX_COLUMNS:
        raise ImportFileRefused(f"The file has {len(headers)} columns, and the most is {MAX_COLUMNS}.")
    columns, unknown = list[Column](), list[str]()
    for place, header in enumerate(headers):
        name = named.get(header.strip(), header)
        if not name.strip():
            continue
        column = _column(place, header.strip(), name, currency)
        if column:
            columns.append(column)
        else:
            unknown.append(header.strip())
    if unknown:
        told = ", ".join(f"“{header[:60]}”" for header in unknown[:20])
        raise ImportFileRefused(
            f"These columns are not known: {told}. Say in `columns` which field each is, or leave it out by an empty "
            f"one. Fields are {', '.join(_written(name) for name in FIELDS)}."
        )
    _check_whole(columns)
    return columns


def known(header: str) -> bool:
    return _column(0, header, header, "EUR") is not None


def _column(place: int, header: str, name: str, currency: str | None) -> Column | None:
    match = _KEYED.fullmatch(name.strip())
    word, key = (match[1], match[2]) if match else (name.strip(), "")
    field = re.sub(r"[\s\-]+", "_", word.casefold())
    field = ALIASES.get(field, field)
    if field not in FIELDS:
        return None
    kind = FIELDS[field].key
    if kind == "" and not key:
        return Column(place, header, field)
    if kind == "locale" and (not key or key.casefold() in LOCALES):
        return Column(place, header, field, key.casefold())
    if kind == "currency":
        code = key.upper() or currency or ""
        if not code:
            raise ImportFileRefused(f"Of which currency is “{header}”? Call it “{field}:EUR”, or name the currency.")
        return Column(place, header, field, code) if code in CURRENCIES else None
    if kind == "code" and _CODE.fullmatch(code := re.sub(r"[\s\-]+", "_", key.casefold())):
        return Column(place, header, field, code)
    return None


def _written(name: str) -> str:
    return {"": name, "locale": f"{name}:uk", "currency": f"{name}:EUR", "code": f"{name}:…"}[FIELDS[name].key]


def _check_whole(columns: Sequence[Column]) -> None:
    seen: dict[tuple[str, str], str] = {}
    for column in columns:
        if other := seen.get((column.field, column.key)):
            raise ImportFileRefused(f"“{other[:60]}” and “{column.header[:60]}” are the same field. Leave one out.")
        seen[column.field, column.key] = column.header or column.field
    if ("sku", "") not in seen:
        raise ImportFileRefused("No column is the SKU, by which goods are known from one import to the next.")
