"""The demo's goods: every kind in a store's file in every style there is, and the bundles made of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

from local.demo.stores import DemoStore

LANGUAGES = ("en", "uk", "hi")
DEARER = (100, 92, 115, 135, 84)  # per cent, by style
REDUCED = 4  # this style costs less than it used to
STOCK = (24, 3, 60, 0, 11, 7, 140)  # of a variant, in turns: some are low, some are out


@dataclass(frozen=True, slots=True)
class Good:
    """One product of a store. `parts`, by SKU, make it a bundle; `variants` are one, or one for each option."""

    sku: str
    titles: dict[str, str]
    description: str
    category: str
    kind: str
    style: int
    minor: int
    was_minor: int | None = None
    digital: bool = False
    variants: tuple["Variety", ...] = ()
    parts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Variety:
    sku: str
    option: tuple[str, str] | None
    minor: int
    quantity: int


def goods_of(store: DemoStore) -> Iterator[Good]:
    """In the order of the file, the same on every machine."""
    told = store.told
    name = 3 + LANGUAGES.index(told["language"])  # in the store's own language, as its descriptions are
    kinds, styles, digital = told["goods"], told["styles"], set(told.get("digital", ()))
    for number, style in product(range(len(kinds)), range(len(styles))):
        kind, category, minor, *names, description = kinds[number]
        cost = _round(minor * DEARER[style] // 100)
        yield Good(
            sku=_sku(store, number, style),
            titles=_titles(names, styles[style]),
            description=description,
            category=category,
            kind=kind,
            style=style,
            minor=cost,
            was_minor=_round(cost * 5 // 4) if style == REDUCED else None,
            digital=number in digital,
            variants=tuple(_varieties(store, number, style, cost)),
        )
    for number, (*names, minor, parts) in enumerate(told.get("bundles", ())):
        kind, category = kinds[parts[0][0]][:2]
        yield Good(
            sku=f"{_prefix(store)}-SET{number + 1}",
            titles=dict(zip(LANGUAGES, names, strict=True)),
            description=" + ".join(f"{count} × {kinds[one][name]}" for one, _, count in parts),
            category=category,
            kind=kind,
            style=number,
            minor=minor,
            parts={_first_sku(store, one, style): count for one, style, count in parts},
        )


def _titles(names: list[str], style: list[str]) -> dict[str, str]:
    """Mug, Cobalt · Чашка «Кобальт» · कोबाल्ट मग: no adjective has to agree with its noun."""
    english, ukrainian, hindi = names
    return {"en": f"{english}, {style[0]}", "uk": f"{ukrainian} «{style[1]}»", "hi": f"{style[2]} {hindi}"}


def _varieties(store: DemoStore, number: int, style: int, minor: int) -> Iterator[Variety]:
    sku, used = _sku(store, number, style), store.told["condition"] == "used"
    axes: dict[str, list[str]] = store.told.get("options", {})
    options: list[tuple[str, str] | None] = [(axis, value) for axis, values in axes.items() for value in values]
    for turn, option in enumerate(options or [None]):
        quantity = 1 if used else STOCK[(number + 2 * style + turn) % len(STOCK)]
        larger = _round(minor * (10 + 3 * turn) // 10) if turn else minor
        yield Variety(f"{sku}-{turn + 1}" if option else sku, option, larger, quantity)


def _first_sku(store: DemoStore, number: int, style: int) -> str:
    return _sku(store, number, style) + ("-1" if store.told.get("options") else "")


def _sku(store: DemoStore, number: int, style: int) -> str:
    return f"{_prefix(store)}-{number + 1:02}{'ABCDE'[style]}"


def _prefix(store: DemoStore) -> str:
    return "".join(word[0] for word in store.slug.split("-")).upper() or "X"


def _round(minor: int) -> int:
    """Prices end as they do in shops: below a hundred units on a ten, above on a full one, minus a little."""
    step = 100 if minor < 10_000 else 1_000
    return max(step, (minor + step // 2) // step * step) - (10 if minor < 10_000 else 100)
