"""What follows for a listing from what is heard of it."""

from collections.abc import Sequence
from datetime import datetime

from functions.search.model.kept import Heard, Kept
from functions.search.model.told import Listing


def version_of(said: Heard) -> int:
    return said.version if isinstance(said, Listing) else said.offer_version


def newest(said: Sequence[Heard]) -> list[Heard]:
    """One word for each offer."""
    found: dict[str, Heard] = {}
    for one in said:
        if one.offer_id not in found or version_of(one) > version_of(found[one.offer_id]):
            found[one.offer_id] = one
    return list(found.values())


def is_news(said: Heard, before: Kept | None) -> bool:
    return before is None or version_of(said) > before.version


def heard(said: Heard, before: Kept | None, now: datetime) -> Kept:
    """Of what is withdrawn nothing is known but its ids: shown again, it is told whole, and its store may have left."""
    return Kept(
        offer_id=said.offer_id,
        store_id=said.store_id,
        product_id=said.product_id,
        version=version_of(said),
        revision=before.revision + 1 if before else 1,
        listing=said if isinstance(said, Listing) else None,
        withdrawn_at=None if isinstance(said, Listing) else now,
    )


def variants(kept: Kept) -> list[str]:
    return [one.variant_id for one in kept.listing.variants] if kept.listing else []


def said(kept: Kept | None) -> dict[str, bool]:
    """Whether there is any of each variant, as far as the store said.

    Of goods without a number there are none, and inventory has nothing to tell of them; a file needs no number.
    """
    listing = kept.listing if kept else None
    if not listing:
        return {}
    return {
        one.variant_id: listing.kind != "goods" if one.quantity is None else one.quantity > 0
        for one in listing.variants
    }


def unorderable(kept: Kept, told: Sequence[bool | None]) -> frozenset[str]:
    """The variants that cannot be had, as inventory tells, one after another; before it does, as the store says."""
    return frozenset(
        variant
        for (variant, as_said), orderable in zip(said(kept).items(), told, strict=True)
        if not (as_said if orderable is None else orderable)
    )
