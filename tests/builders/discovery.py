"""What people looked at and bought, for tests: say what matters to the test, the rest is filled in."""

from datetime import UTC, datetime, timedelta
from typing import Any

from functions.search import interest
from functions.search.model.discovery import Act, ActivitySeen, Purchase
from kernel import clock, ids
from kernel.events import Metadata, Received

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
PERSON = "usr_00000000000000000000000000"
GUEST_ID = "gst_00000000000000000000000000"


def a_product(name: str = "camera") -> str:
    return ids.derived_id("prd", name)


def an_order(number: int | str, *names: str, **said: Any) -> Purchase:
    filled: dict[str, Any] = {"order_id": f"order-{number}", "ordered_at": NOON - timedelta(days=30)}
    return Purchase(**filled | {"products": [a_product(name) for name in names]} | said)


def views(*names: str, at: datetime = NOON, apart: timedelta = timedelta(seconds=1)) -> list[tuple[str, str]]:
    """One after the other."""
    return [(a_product(name), clock.rfc3339(at + apart * place)) for place, name in enumerate(names)]


def seen(
    *acts: tuple[str, str], by: str | None = PERSON, at: datetime = NOON, number: int = 1
) -> Received[ActivitySeen]:
    told = [Act(kind=kind, at=at, product_id=a_product(name)) for kind, name in acts]
    metadata = Metadata(
        id=f"evt_{number}",
        type="ActivitySeen",
        version=1,
        occurred_at=clock.rfc3339(at),
        aggregate=f"act_{number}",
        sequence=1,
        correlation_id="cor_1",
    )
    return Received(metadata, ActivitySeen(visitor_id=by, acts=told))


def looked_at(*names: str, **said: Any) -> None:
    interest.remember(seen(*(("product_viewed", name) for name in names), **said))
