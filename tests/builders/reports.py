"""What people do, for tests: say what matters to the test, the rest is filled in."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from functions.reports import api
from kernel import ids
from kernel.authz import GUEST, Principal
from tests.builders.http import Caller

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
PERSON = "usr_00000000000000000000000000"
GUEST_ID = "gst_00000000000000000000000000"
_numbers = count(1)

nobody = Caller(api.api)


def as_user(user_id: str = PERSON) -> Caller:
    return Caller(api.api, Principal(user_id, "", frozenset({"customer"})))


def as_guest(guest_id: str = GUEST_ID) -> Caller:
    return Caller(api.api, Principal(guest_id, "", frozenset({GUEST})))


def a_product(name: str = "camera") -> str:
    return ids.derived_id("prd", name)


def an_activity(**said: Any) -> dict[str, Any]:
    return {"id": f"activity-number-{next(_numbers):06}", "kind": "product_viewed", "product_id": a_product()} | said


def activities(*each: dict[str, Any], consent: bool = True) -> dict[str, Any]:
    return {"consent": consent, "activities": list(each or [an_activity()])}


def body_of(operation: str, who: Principal | None) -> dict[str, Any]:
    """The document's example happened at a moment that is long over."""
    return {"activities": [an_activity(id="the-same-as-ever-01")]}
