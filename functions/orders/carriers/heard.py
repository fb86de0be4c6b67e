"""What carriers tell without being asked: which numbers it is about. What became of them, the carrier is asked."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from functions.orders.model.carriers import CarrierUnfit

MOST = 50  # in one call
DEEP = 12


def document(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        raise CarrierUnfit("This is not JSON.") from None


def numbers(told: Any, *names: str) -> list[str]:
    """Every value under one of these names, wherever it is: carriers move them about, and no more is believed."""
    found = dict.fromkeys(str(one).replace(" ", "") for one in _below(told, names, DEEP) if one)
    return [one for one in found if one.isascii() and one.replace("-", "").isalnum() and len(one) <= 40][:MOST]


def _below(told: Any, names: tuple[str, ...], deep: int) -> Iterator[Any]:
    if deep and isinstance(told, Mapping):
        for name, value in told.items():
            if name in names and isinstance(value, str | int):
                yield value
            else:
                yield from _below(value, names, deep - 1)
    elif deep and isinstance(told, list):
        for one in told:
            yield from _below(one, names, deep - 1)
