"""Listings and stores as search hears of them: say what matters to the test, the rest is filled in."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from functions.search import events
from functions.search.model import told
from functions.search.model.kept import Rebuild, RebuildRunning
from functions.search.store.rebuilds import rebuilds
from kernel import ids
from kernel.authz import Principal
from kernel.events import Metadata, Received, Seen

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
OPERATOR = "usr_00000000000000000000000009"
STORE = "sto_00000000000000000000000001"
CAMERAS, FILM_CAMERAS = "cat_00000000000000000000000001", "cat_00000000000000000000000002"


def offer_id(number: int = 1) -> str:
    return f"ofr_{number:026d}"


def variant_id(number: int = 1) -> str:
    return f"var_{number:026d}"


def a_listing(number: int = 1, version: int = 1, title: str = "Leica M3", **said: Any) -> told.Listing:
    variants = said.pop("variants", None) or [a_variant(number, **said.pop("variant", {}))]
    filled: dict[str, Any] = {
        "store_id": STORE,
        "product_id": f"prd_{number:026d}",
        "offer_id": offer_id(number),
        "version": version,
        "texts": {"en": {"title": title, "description": "A thing to be found"}},
        "slug": "leica-m3",
        "category_path": [CAMERAS, FILM_CAMERAS],
        "brand": "Leica",
        "variants": variants,
    }
    return told.Listing.model_validate(filled | said)


def a_variant(number: int = 1, price: int = 100_00, **said: Any) -> dict[str, Any]:
    return {"variant_id": variant_id(number), "prices": {"EUR": price}, "quantity": 1} | said


def listed(listing: told.Listing, kind: type[Any] = told.OfferListed) -> Received[Any]:
    return received(kind(listing=listing), listing.offer_id, listing.version)


def imported(listings: Sequence[told.Listing]) -> Received[Any]:
    return received(told.OffersImported(listings=list(listings)), STORE, 1)


def withdrawn(number: int = 1, version: int = 2, store_id: str = STORE) -> Received[Any]:
    data = told.OfferWithdrawn(
        store_id=store_id, product_id=f"prd_{number:026d}", offer_id=offer_id(number), offer_version=version
    )
    return received(data, data.offer_id, version)


def stock(number: int = 1, sequence: int = 1, *, orderable: bool, store_id: str = STORE) -> Received[Any]:
    data = told.StockChanged(store_id=store_id, variant_id=variant_id(number), orderable=orderable)
    return received(data, data.variant_id, sequence)


def a_profile(**said: Any) -> dict[str, Any]:
    return {"name": "Analog Cameras", "slug": "analog-cameras", "country": "DE"} | said


def store_told(version: int = 1, store_id: str = STORE, **said: Any) -> Received[Any]:
    data = told.StoreChanged.model_validate({"store_id": store_id, "profile": a_profile(**said)})
    return received(data, store_id, version)


def received(data: Seen, aggregate: str = "", sequence: int = 1) -> Received[Any]:
    kind = type(data)
    metadata = Metadata(
        id=ids.derived_id("evt", kind.__name__, aggregate, str(sequence)),
        type=kind.__name__,
        version=kind.version,
        occurred_at="2030-01-01T12:00:00Z",
        aggregate=aggregate,
        sequence=sequence,
        correlation_id="cor_1",
    )
    return Received(metadata, data)


def a_rebuild(rebuild_id: str = "") -> Rebuild:
    rebuild = Rebuild(rebuild_id=rebuild_id or ids.new_id("rbd"), started_at=NOON)
    acted = events.OperatorActed(operator_id=OPERATOR, action="start_rebuild", subject=rebuild.rebuild_id)
    rebuilds().start(rebuild, acted, None)
    return rebuild


def things_of(user_id: str) -> dict[str, str]:
    """What a path of search can name, made for one person: the access matrix calls every route with it."""
    with suppress(RebuildRunning):
        a_rebuild()
    running = rebuilds().running()
    assert running
    return {"rebuild_id": running.rebuild_id, "product_id": "prd_00000000000000000000000001"}


def ready_for(operation: str, who: Principal, things: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """There is one rebuild at a time, and it is abandoned once."""
    if operation in ("start_rebuild", "abandon_rebuild") and (running := rebuilds().running()):
        rebuilds().end(running.rebuild_id, "abandoned")
    if operation == "abandon_rebuild":
        return things | {"rebuild_id": a_rebuild().rebuild_id}, {}
    return things, {}
