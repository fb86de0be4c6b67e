"""A file of goods for the bench: as many rows as asked for, of which a hundredth is wrong in one of twelve ways."""

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from openpyxl import Workbook

HEADER = [
    *("sku", "product", "title:en", "title:uk", "description:en", "category", "brand", "condition", "status"),
    *("price:EUR", "price:UAH", "compare_at:EUR", "cost:EUR", "barcode", "weight_g"),
    *("option:colour", "option:size", "attribute:material", "attribute:year"),
]
COLOURS, SIZES = ("black", "white", "blue"), ("S", "M", "L")
MATERIALS = ("wood", "steel", "glass")
WORDS = [
    *("light", "heavy", "small", "large", "round", "plain", "warm", "old", "new", "fine", "rare", "solid"),
    *("quiet", "bright", "honest", "useful", "handmade"),
]

Row = dict[str, str]

# Each: what it is called, the column that is told of, and how the row is made wrong.
WRONG: list[tuple[str, str, Callable[[Row], Row]]] = [
    ("no SKU", "sku", lambda _: {"sku": ""}),
    ("a SKU that is there already", "sku", lambda _: {"sku": "SKU-000000"}),
    ("no title", "title:en", lambda _: {"title:en": ""}),
    ("a title that is too long", "title:en", lambda _: {"title:en": "word " * 40}),
    ("no category of the tree", "category", lambda _: {"category": "Nowhere > At all"}),
    ("a condition that nobody knows", "condition", lambda _: {"condition": "as good as gold"}),
    ("a price that is none", "price:EUR", lambda _: {"price:EUR": "ask me"}),
    ("a price that can be read in two ways", "price:EUR", lambda _: {"price:EUR": "1,299"}),
    ("a price below the category's floor", "price:EUR", lambda _: {"price:EUR": "0.10", "compare_at:EUR": ""}),
    ("a former price that is lower", "compare_at:EUR", lambda _: {"compare_at:EUR": "0.50"}),
    ("a barcode of letters", "barcode", lambda _: {"barcode": "ABCDEFGH"}),
    ("an attribute that is no choice", "attribute:material", lambda _: {"attribute:material": "moonlight"}),
]
Fault = tuple[int, str]  # line and column


def write(path: Path, count: int, *, seed: int = 1) -> list[Fault]:
    """The file, and exactly what has to be told of it."""
    faults: list[Fault] = []
    with path.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.DictWriter(file, HEADER)
        sheet.writeheader()
        due = 0
        for number, row in enumerate(_rows(count, Random(seed))):  # nosec B311 - the same file every time
            due += number % 100 == 0
            if due > len(faults) and not row["product"]:  # a stranger among a product's rows would be another fault
                _, column, wrong = WRONG[len(faults) % len(WRONG)]
                if number:  # the first SKU is the one that comes twice
                    row |= wrong(row)
                    faults.append((number + 2, column))
            sheet.writerow(row)
    return faults


def workbook(content: bytes) -> bytes:
    """The same cells, as texts, in an Excel file."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in csv.reader(io.StringIO(content.decode())):
        sheet.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _rows(count: int, random: Random) -> Iterator[Row]:
    """Four of five rows are goods by themselves; the others are variants of one, up to nine of it."""
    number = 0
    while number < count:
        variants = random.randint(2, 9) if random.random() < 0.05 else 1
        product = f"P-{number}" if variants > 1 else ""
        common = _goods(number, random)
        for place in range(min(variants, count - number)):
            options = {"option:colour": COLOURS[place // 3], "option:size": SIZES[place % 3]} if product else {}
            yield {**common, **options, "sku": f"SKU-{number:06d}", "product": product, "barcode": f"{number:013d}"}
            number += 1


def _goods(number: int, random: Random) -> Row:
    price = random.randint(200, 90_000)
    told = " ".join(random.choices(WORDS, k=30))
    return {
        "title:en": f"{random.choice(WORDS).capitalize()} {random.choice(WORDS)} thing {number}",
        "title:uk": f"Річ {number}",
        "description:en": f"{told.capitalize()}. Sent within two days, returned within thirty.",
        "category": random.choice(("Home > Kitchen", "Home > Garden")),
        "brand": f"Maker {number % 97}",
        "condition": random.choice(("new", "used", "refurbished")),
        "status": "active",
        "price:EUR": f"{price / 100:.2f}",
        "price:UAH": f"{price * 45 // 100}.00",
        "compare_at:EUR": f"{price * 12 // 1000 + 1}.00" if price % 3 == 0 else "",
        "cost:EUR": f"{price / 200:.2f}",
        "weight_g": str(random.randint(50, 9000)),
        "attribute:material": random.choice(MATERIALS),
        "attribute:year": str(random.randint(1950, 2026)),
    }
