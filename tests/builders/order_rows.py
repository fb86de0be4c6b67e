"""What orders keep, read from their rows as a table has them: nobody is asked for it."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from functions.ledger.store import kept as of_ledger
from functions.orders.store import kept as of_orders
from kernel import events


def kept_in(row: Mapping[str, Any]) -> dict[str, Any]:
    """Orders and their parts are shortened, what lies beside them is not."""
    there = row["kept"]
    found: dict[str, Any] = json.loads(of_orders.shorthand().full(there["B"]) if "B" in there else there["S"])
    return found


def text_of(kept: bytes) -> str:
    """Of whatever row: what is looked for in a table must not hide in what is short."""
    for words in (of_orders, of_ledger):
        with suppress(ValueError):
            return words.shorthand().full(kept)
    return events.text_of(kept)
