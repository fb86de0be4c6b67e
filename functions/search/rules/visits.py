"""What somebody looked at last: values in, values out."""

from collections.abc import Iterable, Sequence

KEPT = 50

View = tuple[str, str]  # a product, and when, as text that sorts by time


def viewed(before: Sequence[View], views: Iterable[View], *, since: str = "") -> list[View]:
    """The newest first, each product once. What was looked at before the list was cleared stays forgotten."""
    newest: dict[str, str] = {}
    for product, at in [*before, *views]:
        if at > since and at > newest.get(product, ""):
            newest[product] = at
    return sorted(newest.items(), key=lambda one: (one[1], one[0]), reverse=True)[:KEPT]
