"""Events as they can be asked for, for thirty days. # docs.stripe.com/api/events"""

from local.stripe.call import Call
from local.stripe.clock import DAY_S
from local.stripe.routes import route
from local.stripe.wire import Document, invalid, missing_object

KEPT_S = 30 * DAY_S


@route("GET", "/v1/events/{id}", "EventRetrieveParams")
def retrieve(call: Call) -> Document:
    event = call.named("event")
    if event["created"] + KEPT_S < call.now:
        raise missing_object("event", event["id"])
    return event


@route("GET", "/v1/events", "EventListParams")
def listing(call: Call) -> Document:
    kinds = call.params.get("types")
    kind = call.params.get("type")
    if kinds and kind:
        raise invalid("You may pass either type or types, but not both.", param="types")
    wanted = kinds or ([kind] if kind else [])
    young = [one for one in call.state.find("event", call.account) if one["created"] + KEPT_S >= call.now]
    if "delivery_success" in call.params:
        young = [one for one in young if (one["pending_webhooks"] == 0) is call.params["delivery_success"]]
    return call.listed("event", [one for one in young if not wanted or _meant(one["type"], wanted)])


def _meant(kind: str, wanted: list[str]) -> bool:
    """`payment_intent.*` means all that begin so."""
    return any(kind == one or (one.endswith("*") and kind.startswith(one[:-1])) for one in wanted)
