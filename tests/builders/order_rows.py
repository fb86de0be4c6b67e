"""What orders keep, read from their rows as a table has them: nobody is asked for it."""

import json
from collections.abc import Mapping
from typing import Any

from functions.orders.store.kept import shorthand


def kept_in(row: Mapping[str, Any]) -> dict[str, Any]:
    """Orders and their parts are shortened, what lies beside them is not."""
    there = row["kept"]
    found: dict[str, Any] = json.loads(shorthand().full(there["B"]) if "B" in there else there["S"])
    return found
