"""What must hold of stock: after every write of whatever it touched, and at rest of all. Rows in, violations out."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from functions.inventory.model.items import MAX_SHARDS
from kernel import ids
from kernel.changes import decode
from tests.chaos.expressions import Item
from tests.chaos.memory_table import Key

Rows = Mapping[Key, Item]
Partitions = Mapping[str, Mapping[str, Item]]
ItemKey = tuple[str, str]  # store and variant
Amounts = Counter[tuple[str, str]]  # (location, "available" or "reserved")
ENDS = {"committed": "sold", "released": "released", "expired": "released"}
CROSSINGS = {
    ("ok", "low"): {"StockLow"},
    ("ok", "out"): {"StockOut"},
    ("low", "out"): {"StockOut"},
    ("out", "low"): {"StockBack"},
    ("out", "ok"): {"StockBack"},
}
NONE: Mapping[str, Item] = {}


class Kept(NamedTuple):
    """A reservation as it was last seen. `taken` is by item, location and shard."""

    state: str
    expires_at: str
    taken: Mapping[tuple[ItemKey, str, int], int]


@dataclass
class Books:
    """What was read so far. Movements are only ever appended, so that each needs to be read once."""

    wanted: Mapping[str, Mapping[ItemKey, int]]  # what each reservation is for, in units of what really lies somewhere
    read: Counter[str] = field(default_factory=Counter)  # movements, by partition
    sums: defaultdict[ItemKey, Amounts] = field(default_factory=lambda: defaultdict(Counter))
    moved: defaultdict[str, Counter[tuple[str, ItemKey, str, int]]] = field(
        default_factory=lambda: defaultdict(Counter)
    )
    kept: dict[str, Kept] = field(default_factory=dict)
    held: defaultdict[ItemKey, Counter[tuple[str, int]]] = field(default_factory=lambda: defaultdict(Counter))

    def catch_up(self, item: ItemKey, partitions: Partitions) -> None:
        for number in range(MAX_SHARDS):
            pk = f"MOVES#{item[0]}#{item[1]}#{number}"
            movements = partitions.get(pk, NONE)
            for row in islice(movements.values(), self.read[pk], None):
                self._enter(item, number, row)
            self.read[pk] = len(movements)

    def _enter(self, item: ItemKey, number: int, row: Item) -> None:
        location, available = row["location_id"]["S"], int(row["available"]["N"])
        reserved = int(row["reserved"]["N"]) if "reserved" in row else 0
        self.sums[item][location, "available"] += available
        self.sums[item][location, "reserved"] += reserved
        if "reservation_id" in row:
            self.moved[row["reservation_id"]["S"]][row["kind"]["S"], item, location, number] += abs(reserved)

    def see(self, reservation_id: str, row: Item) -> Kept | None:
        """Returns how it was before."""
        before = self.kept.get(reservation_id)
        plain = decode(row)
        taken: Counter[tuple[ItemKey, str, int]] = Counter()
        for one in plain["takings"]:
            taken[(one["store_id"], one["variant_id"]), one["location_id"], one["shard"]] += one["quantity"]
        self.kept[reservation_id] = after = Kept(plain["state"], plain["expires_at"], taken)
        for sign, kept in ((-1, before), (1, after)):
            if kept and kept.state == "reserved":
                for (item, location, number), units in kept.taken.items():
                    self.held[item][location, number] += sign * units
        return before


def partitions_of(rows: Rows) -> Partitions:
    found: Partitions | None = getattr(rows, "partitions", None)
    if found is None:
        made: defaultdict[str, dict[str, Item]] = defaultdict(dict)
        for (pk, sk), item in sorted(rows.items()):
            made[pk][sk] = item
        found = made
    return found


class Touched(NamedTuple):
    """Whatever could be otherwise after a write."""

    items: set[ItemKey]
    reservations: set[str]
    stores: set[str]  # whose locations


def nothing() -> Touched:
    return Touched(set(), set(), set())


def touched(keys: Iterable[Key]) -> Touched:
    found = nothing()
    for pk, _ in keys:
        kind, _, name = pk.partition("#")
        if kind in ("STOCK", "SHARD", "MOVES"):
            store, variant, *_ = name.split("#")
            found.items.add((store, variant))
        elif kind == "RESERVATION":
            found.reservations.add(name)
        elif kind == "LOCATIONS":
            found.stores.add(name)
    return found


def always(books: Books, partitions: Partitions, changed: Touched, at: str = "") -> Iterator[str]:
    """`at` is this moment."""
    for item in changed.items:
        books.catch_up(item, partitions)
    for name in changed.reservations:
        yield from a_reservation(name, books, partitions, at)
    for item in changed.items:
        yield from an_item(item, books, partitions)


def a_reservation(name: str, books: Books, partitions: Partitions, at: str) -> Iterator[str]:
    """All its lines or none; in the books exactly what it took, and once what became of it."""
    row = partitions.get(f"RESERVATION#{name}", NONE).get("-")
    if row is None:
        yield f"{name}: gone"
        return
    before = books.see(name, row)
    now = books.kept[name]
    if before and before.state != "reserved" and before != now:
        yield f"{name}: was {before.state}, and is {now.state}"
    if before and before.state == "reserved" and now.state == "expired" and at < before.expires_at:
        yield f"{name}: expired at {at}, but was held until {before.expires_at}"
    units: Counter[ItemKey] = Counter()
    for (item, _, _), taken in now.taken.items():
        units[item] += taken
    if units != books.wanted.get(name, {}) and not (now.state == "released" and not units):
        yield f"{name}: has {dict(units)} of {books.wanted.get(name)}"
    expected: Counter[tuple[str, ItemKey, str, int]] = Counter()
    for (item, location, number), taken in now.taken.items():
        expected["reserved", item, location, number] = taken
        if now.state in ENDS:
            expected[ENDS[now.state], item, location, number] = taken
    if books.moved[name] != expected:
        yield f"{name} is {now.state}: the books say {dict(books.moved[name])}, not {dict(expected)}"


def an_item(item: ItemKey, books: Books, partitions: Partitions) -> Iterator[str]:
    """Never below its limit, and by location what its movements add up to, however it is divided."""
    store, variant = item
    settings = decode(partitions.get(f"STOCK#{store}#{variant}", NONE).get("-") or {})
    there: Amounts = Counter()
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    held = {key: units for key, units in books.held[item].items() if units}
    reserved_at: dict[tuple[str, int], int] = {}
    credit_there = 0
    for number in range(MAX_SHARDS):
        for sk, row in partitions.get(f"SHARD#{store}#{variant}#{number}", NONE).items():
            left, reserved, credit = (int(row[name]["N"]) for name in ("left", "reserved", "credit"))
            location = sk.removeprefix("AT#")
            if min(left, reserved, credit) < 0:
                yield f"{variant} at {location}, shard {number}: left {left}, reserved {reserved}, credit {credit}"
            there[location, "available"] += left - credit
            there[location, "reserved"] += reserved
            credit_there += credit
            numbers[location].append(number)
            if reserved:
                reserved_at[location, number] = reserved
    if there != books.sums[item]:
        yield f"{variant}: there is {dict(+there)}, but the movements add up to {dict(+books.sums[item])}"
    if reserved_at != held:
        yield f"{variant}: reserved is {reserved_at}, but reservations hold {held}"
    places = {location: list(range(count)) for location, count in settings.get("places", {}).items()}
    if dict(numbers) != places:
        yield f"{variant}: said to lie in {places}, but lies in {dict(numbers)}"
    limit = (settings.get("beyond") or {}).get("limit", 0)
    if credit_there != limit and places:
        yield f"{variant}: may be promised beyond {limit}, but {credit_there} are"


def at_rest(rows: Rows, wanted: Mapping[str, Mapping[ItemKey, int]]) -> Iterator[str]:
    """All of it once more from nothing, and nothing left that waits."""
    partitions, changed = partitions_of(rows), touched(rows)
    yield from always(Books(wanted), partitions, changed)
    for name in sorted(changed.reservations):
        if partitions[f"RESERVATION#{name}"]["-"]["state"]["S"] == "reserved":
            yield f"{name}: its time is over, and it still holds what it took"
    if waiting := is_due(rows):
        yield f"still due: {waiting}"
    for item in sorted(changed.items):
        yield from a_level(item, partitions)


@dataclass
class Watch:
    """While somebody asks: whether there was enough of all they want, all the time."""

    wanted: Mapping[ItemKey, int]
    enough: bool = True

    def look(self, partitions: Partitions, changed: Touched) -> None:
        if not self.enough:
            return
        for item, units in self.wanted.items():
            if item in changed.items or item[0] in changed.stores:
                self.enough = self.enough and promisable(item, partitions) >= units


def promisable(item: ItemKey, partitions: Partitions) -> int:
    """How many a checkout could get at this moment, from locations that serve orders."""
    store, variant = item
    off = locations_off(store, partitions)
    shards = [partitions.get(f"SHARD#{store}#{variant}#{number}", NONE) for number in range(MAX_SHARDS)]
    return sum(int(row["left"]["N"]) for held in shards for sk, row in held.items() if sk not in off)


def locations_off(store: str, partitions: Partitions) -> set[str]:
    locations = decode(partitions.get(f"LOCATIONS#{store}", NONE).get("-") or {}).get("items", [])
    return {f"AT#{one['location_id']}" for one in locations if not one["active"]}


def is_due(rows: Rows) -> list[Key]:
    """What waits for a sweep."""
    return sorted(key for key in rows if key[0].startswith("DUE#"))


def a_level(item: ItemKey, partitions: Partitions) -> Iterator[str]:
    """The last that was told is so, and every crossing on the way there was told once."""
    store, variant = item
    stock = partitions.get(f"STOCK#{store}#{variant}", NONE)
    available = available_of(item, partitions)
    settings, told = decode(stock.get("-") or {}), decode(stock.get("LEVEL") or {})
    level = "ok" if available is None else level_of(available, settings.get("low_at", 0))
    if not settings.get("offered", True):
        level = "out"
    if not told:
        if is_counted(settings):
            yield f"{variant}: is {level}, and nobody was told"
        return
    if (told["level"], told["available"], told["stale"]) != (level, available or 0, False):
        yield f"{variant}: is {level} with {available}, told was {told}"
    yield from a_history(variant, told["version"], partitions.get(f"EVENT#{aggregate_of(item)}", NONE))


def is_counted(settings: Item) -> bool:
    """Of what nobody ever said a number, nobody has to be told that there is none."""
    known = any(settings.get(name) for name in ("places", "parts", "used_in"))
    return known or "said" in settings or not settings.get("tracked", True)


def available_of(item: ItemKey, partitions: Partitions) -> int | None:
    """None: it is not counted."""
    store, variant = item
    settings = decode(partitions.get(f"STOCK#{store}#{variant}", NONE).get("-") or {})
    if parts := settings.get("parts"):
        made = [(available_of((store, part["variant_id"]), partitions), part["quantity"]) for part in parts]
        return min((there // units for there, units in made if there is not None), default=None)
    if not settings.get("tracked", True):
        return None
    off = locations_off(store, partitions)
    shards = [partitions.get(f"SHARD#{store}#{variant}#{number}", NONE) for number in range(MAX_SHARDS)]
    rows = [row for held in shards for sk, row in held.items() if sk not in off]
    return sum(int(row["left"]["N"]) - int(row["credit"]["N"]) for row in rows)


def level_of(available: int, low_at: int) -> str:
    return "out" if available <= 0 else "low" if available <= low_at else "ok"


def aggregate_of(item: ItemKey) -> str:
    return ids.derived_id("stk", *item)


def a_history(variant: str, version: int, rows: Mapping[str, Item]) -> Iterator[str]:
    told: defaultdict[int, dict[str, Any]] = defaultdict(dict)
    for sk, row in rows.items():
        number, _, kind = sk.partition("#")
        told[int(number)][kind] = json.loads(row["envelope"]["S"])["data"]
    if sorted(told) != list(range(1, version + 1)):
        yield f"{variant}: version {version}, but told were {sorted(told)}"
        return
    before = ""
    for _, events in sorted(told.items()):
        level = str(events.get("StockChanged", {}).get("level", "?"))
        expected = CROSSINGS.get((before, level), set()) | {"StockChanged"}
        if set(events) != expected:
            yield f"{variant}: from {before} to {level} told {sorted(events)}, not {sorted(expected)}"
        before = level
