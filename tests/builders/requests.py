"""Requests for products, for tests: say what matters to the test, the rest is filled in."""

from typing import Any

from kernel.authz import Principal
from tests.builders import catalog as a
from tests.builders.http import Caller

ASKER = "usr_00000000000000000000000007"
LEE, KIM = "usr_00000000000000000000000011", "usr_00000000000000000000000012"


def a_body(**said: Any) -> dict[str, Any]:
    product = {"texts": {"en": {"title": "Leica M3", "description": "A rangefinder of 1954."}}, "brand": "Leica"}
    return {"product": product, "note": "https://example.com/m3"} | said


def moderator(user_id: str = LEE) -> Caller:
    return a.as_user(user_id, roles=("customer", "moderator"))


def submitted(user_id: str = ASKER, **said: Any) -> str:
    """A request that waits; its id."""
    answer = a.as_user(user_id)("POST", "/v1/me/product-requests", a_body(**said))
    assert answer.status == 201, answer.text
    return str(answer.json["request_id"])


def judge(request_id: str, act: str, body: dict[str, Any] | None = None, who: str = LEE, **options: Any) -> Any:
    if act != "claim":
        body = {"reason": "As it should be, or not"} | (body or {})
    return moderator(who)("POST", f"/v1/product-requests/{request_id}/{act}", body, **options)


def claimed(user_id: str = ASKER, by: str = LEE, **said: Any) -> str:
    request_id = submitted(user_id, **said)
    assert judge(request_id, "claim", who=by).status == 200
    return request_id


# For the access matrix and the other tests that call every route


def things_of(user_id: str) -> dict[str, str]:
    return {"request_id": submitted(user_id)}


def ready_for(operation: str, who: Principal, things: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """A request that waits for this very step. Nobody judges their own."""
    match operation:
        case "claim_product_request":
            return things | {"request_id": submitted()}, {}
        case "approve_product_request" | "reject_product_request":
            return things | {"request_id": claimed(by=who.id)}, {}
        case "resubmit_product_request" | "withdraw_product_request":
            return things | {"request_id": submitted(who.id)}, {}
    return things, {}
