"""Requests for products, sent in, looked at and decided: values in, values out."""

from collections.abc import Container
from datetime import datetime, timedelta
from typing import Any

from functions.catalog.model.requests import (
    KeptRequest,
    NotYourOwnRequest,
    ProductRequest,
    RequestClosed,
    RequestNotWaiting,
    Wanted,
)

CLAIM_LIFE = timedelta(days=1)
A_DAY = 20


def wanted(request_id: str, requester_id: str, store_id: str | None, request: Wanted, now: datetime) -> KeptRequest:
    return KeptRequest(
        request_id=request_id,
        requester_id=requester_id,
        store_id=store_id,
        product=request.product,
        note=request.note,
        submitted_at=now,
    )


def wanted_again(kept: KeptRequest, request: Wanted, now: datetime) -> KeptRequest:
    """Mended after a refusal, or before anybody has looked at it."""
    if kept.state not in ("waiting", "rejected", "withdrawn"):
        raise RequestClosed()
    cleared: dict[str, Any] = {"reason": "", "product_id": None, "moderator_id": "", "claimed_at": None}
    said = {"product": request.product, "note": request.note}
    return _next(kept, state="waiting", submitted_at=now, **cleared, **said)


def withdrawn(kept: KeptRequest) -> KeptRequest:
    """Also while a moderator looks at it: nobody has to wait for a decision that they no longer want."""
    if kept.state not in ("waiting", "claimed", "rejected"):
        raise RequestClosed()
    return _next(kept, state="withdrawn")


def claimed(kept: KeptRequest, moderator_id: str, now: datetime) -> KeptRequest:
    """Whoever claims it decides it; after a day somebody else may, so that nobody waits for one who is away."""
    abandoned = kept.state == "claimed" and kept.claimed_at is not None and now >= kept.claimed_at + CLAIM_LIFE
    if kept.state != "waiting" and not abandoned:
        raise RequestNotWaiting()
    return _next(kept, state="claimed", moderator_id=moderator_id, claimed_at=now)


def approved(kept: KeptRequest, moderator_id: str, product_id: str, reason: str) -> KeptRequest:
    _check_claimed(kept, moderator_id)
    return _next(kept, state="approved", product_id=product_id, reason=reason)


def rejected(kept: KeptRequest, moderator_id: str, product_id: str | None, reason: str) -> KeptRequest:
    _check_claimed(kept, moderator_id)
    return _next(kept, state="rejected", product_id=product_id, reason=reason)


def check_distance(kept: KeptRequest, moderator_id: str, stores: Container[str]) -> None:
    if kept.requester_id == moderator_id or kept.store_id in stores:
        raise NotYourOwnRequest()


def view(kept: KeptRequest) -> ProductRequest:
    return ProductRequest(**{name: getattr(kept, name) for name in ProductRequest.model_fields})


def waits(kept: KeptRequest) -> bool:
    return kept.state in ("waiting", "claimed")


def _check_claimed(kept: KeptRequest, moderator_id: str) -> None:
    if kept.state != "claimed" or kept.moderator_id != moderator_id:
        raise RequestNotWaiting()


def _next(kept: KeptRequest, **parts: Any) -> KeptRequest:
    return kept.model_copy(update={**parts, "version": kept.version + 1})
