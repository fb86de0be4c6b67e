"""Webhook endpoints: where events are told, each with a secret of its own. # docs.stripe.com/api/webhook_endpoints"""

from local.stripe import webhooks
from local.stripe.call import Call
from local.stripe.routes import route
from local.stripe.wire import Document, invalid


@route("POST", "/v1/webhook_endpoints", "WebhookEndpointCreateParams")
def create(call: Call) -> Document:
    """The secret is shown this once. `connect`: told of what happens in connected accounts, and of nothing else."""
    asked = call.params
    _check(asked["url"])
    endpoint: Document = {
        "id": call.id("we"),
        "object": "webhook_endpoint",
        "api_version": asked.get("api_version"),
        "application": None,
        "created": call.now,
        "description": asked.get("description") or None,
        "enabled_events": asked["enabled_events"],
        "livemode": False,
        "metadata": call.metadata(),
        "status": "enabled",
        "url": asked["url"],
        "_connect": asked.get("connect", False),
        "_secrets": [{"secret": webhooks.new_secret(call.state), "until": None}],
    }
    call.add(endpoint)
    return endpoint | {"secret": endpoint["_secrets"][0]["secret"]}


@route("GET", "/v1/webhook_endpoints/{id}", "WebhookEndpointRetrieveParams")
def retrieve(call: Call) -> Document:
    return call.named("webhook_endpoint")


@route("GET", "/v1/webhook_endpoints", "WebhookEndpointListParams")
def listing(call: Call) -> Document:
    return call.listed("webhook_endpoint")


@route("POST", "/v1/webhook_endpoints/{id}", "WebhookEndpointUpdateParams")
def update(call: Call) -> Document:
    endpoint = call.named("webhook_endpoint")
    if "url" in call.params:
        _check(call.params["url"])
        endpoint["url"] = call.params["url"]
    for name in ("description", "enabled_events"):
        if name in call.params:
            endpoint[name] = call.params[name] or None
    if "disabled" in call.params:
        endpoint["status"] = "disabled" if call.params["disabled"] else "enabled"
    endpoint["metadata"] = call.metadata(endpoint["metadata"])
    return call.save(endpoint)


@route("DELETE", "/v1/webhook_endpoints/{id}")
def delete(call: Call) -> Document:
    endpoint = call.named("webhook_endpoint")
    call.state.remove("webhook_endpoint", endpoint["id"], call.account)
    return {"id": endpoint["id"], "object": "webhook_endpoint", "deleted": True}


def _check(url: str) -> None:
    if not url.startswith(("https://", "http://")):
        raise invalid(
            "Invalid URL: An explicit scheme (such as https) must be provided.", param="url", code="url_invalid"
        )
