"""Which searches without results are counted, and as what."""

import re
from datetime import datetime, timedelta

KEPT = timedelta(weeks=9)
LONGEST = 80
# What looks like a person's address or number is not ours to keep.
_PERSONAL = re.compile(r"@|(?:\d[\s().-]*){6,}")


def counted_as(text: str) -> str | None:
    """Alike however it was cased; None: it is not counted at all."""
    folded = " ".join(text.casefold().split())
    return None if not folded or len(folded) > LONGEST or _PERSONAL.search(folded) else folded


def week(at: datetime) -> str:
    year, number, _ = at.isocalendar()
    return f"{year}-W{number:02d}"
