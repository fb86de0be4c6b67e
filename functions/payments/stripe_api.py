"""The only code that speaks to Stripe: to which one, by which key, for how long, and what its refusals mean.

`stripe` is loaded when it is first asked: a webhook is taken, and a payment shown, without it.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from datetime import timedelta
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from functions.payments.model.stripe import (
    CardDeclined,
    KeyReused,
    NoSuchAtStripe,
    OutcomeUnknown,
    StoredFailure,
    StripeBusy,
    StripeMisconfigured,
    StripeRefused,
)
from functions.payments.rules import set_up
from kernel import log, settings
from kernel.errors import Unavailable
from kernel.outside import Breaker, Deadline

if TYPE_CHECKING:
    from stripe import HTTPClient, StripeClient, StripeError, StripeObject

    class Listed(Protocol):
        def __call__(self, stripe: StripeClient, /, params: Any) -> StripeObject: ...


VERSION = "2026-10-28.endive"  # of the API: what this code was written against, whatever the account's default is
RETRIES = 2
CONNECT_S, READ_S = 2.0, 8.0
KEYS_FRESH_FOR = timedelta(minutes=5)  # whoever rotates one keeps both for so long
AT_ONCE = 100  # the most that a list of Stripe's has on one page

Item = dict[str, Any]
Handler = TypeVar("Handler", bound=Callable[..., Any])

_deadline: ContextVar[Deadline | None] = ContextVar("deadline", default=None)
_breaker = Breaker("Stripe", outages=(OutcomeUnknown,))
_transport: "HTTPClient | None" = None
_client: "tuple[tuple[str, str], StripeClient] | None" = None


# Asking


def ask(call: "Callable[[StripeClient], StripeObject]") -> Item:
    """One call, and its answer as plain data. What Stripe refuses is an error of model/stripe.py."""
    stripe = client()
    try:
        with _breaker.guard():
            return _answer(call, stripe)
    except Unavailable as failed:
        if isinstance(failed.__cause__, OutcomeUnknown):
            raise failed.__cause__ from None
        raise


def read(call: "Callable[[StripeClient], StripeObject]") -> Item:
    """As `ask`, of what changes nothing: no key is used, so nothing keeps Stripe failing, and it is asked once more.

    Else a buyer who has just paid would wait until the queue hands the news out once more, which is minutes.
    """
    try:
        return ask(call)
    except StoredFailure:
        return ask(call)


def every(call: "Listed", params: Mapping[str, Any] | None = None) -> Iterator[Item]:
    """All of a list, page by page: `every(lambda stripe, params: stripe.v1.refunds.list(params), {"charge": …})`."""
    wanted: Item = {**(params or {}), "limit": AT_ONCE}
    page = read(partial(call, params=wanted))
    yield from page["data"]
    while page["has_more"]:
        page = read(partial(call, params={**wanted, "starting_after": page["data"][-1]["id"]}))
        yield from page["data"]


def in_time(handler: Handler) -> Handler:
    """Around a function's handler: nothing is asked whose answer could not be written down before its end."""

    @wraps(handler)
    def handled(event: Any, context: Any) -> Any:
        token = _deadline.set(Deadline.of(context))
        try:
            return handler(event, context)
        finally:
            _deadline.reset(token)

    return handled  # type: ignore[return-value]  # it is called as the one it wraps


# Whom, and as whom


def live() -> bool:
    """Whether money is meant."""
    return set_up.mode_of(str(_keys().get("secret_key", ""))) == "live"


def webhook_secrets(name: str) -> list[str]:
    """Of one of the two endpoints: `webhook_secret` or `connect_webhook_secret`."""
    return list(set_up.webhook_secrets(_keys(), name))


def publishable_key() -> str:
    """By which a browser may confirm what it was given the secret of."""
    return str(_place().get("publishable_key", ""))


def script_url() -> str:
    """Of the script that shows a payment's form: Stripe's own, or that of whoever stands in for it."""
    return str(_place().get("script_url") or "https://js.stripe.com/v3/")


def client() -> "StripeClient":
    """Made once, and anew when an operator changes the address or the key; a set-up that is wrong is refused."""
    global _client
    said, kept = _place(), _keys()
    place = str(said.get("url", "")).rstrip("/"), str(kept.get("secret_key", ""))
    if not _client or _client[0] != place:
        if wrong := set_up.faults(said, kept):
            log.warning("stripe misconfigured", faults=wrong)
            raise StripeMisconfigured()
        _client = place, _made(*place)
    return _client[1]


def use(transport: "HTTPClient | None") -> None:
    """Another way for the requests (None: over the network), with nothing remembered of what came before. For tests."""
    global _transport, _client, _breaker
    _transport, _client, _breaker = transport, None, Breaker("Stripe", outages=(OutcomeUnknown,))


def _place() -> Item:
    found: Item = settings.setting("stripe", {})
    return found


def _keys() -> Item:
    kept: Item = json.loads(settings.secret("STRIPE_SECRET_ID", fresh_for=KEYS_FRESH_FOR))
    return kept


def _made(url: str, key: str) -> "StripeClient":
    import stripe  # here, not on top: it takes longer to load than all else together

    stripe.enable_telemetry = False
    places: Any = dict.fromkeys(("api", "connect", "files", "meter_events"), url) if url else None
    return stripe.StripeClient(
        key,
        stripe_version=VERSION,
        base_addresses=places,
        max_network_retries=RETRIES,
        http_client=_transport or _patient(),
    )


def _patient() -> "HTTPClient":
    import stripe  # as above

    class Patient(stripe.RequestsClient):
        """Waits as long as an answer is of use, anew with every try."""

        def request(self, *asked: Any, **more: Any) -> Any:
            deadline = _deadline.get()
            left = deadline.timeout_s if deadline else float
            self._timeout = (left(CONNECT_S), left(READ_S))
            return super().request(*asked, **more)

    return Patient()


# What the answer means


def _answer(call: "Callable[[StripeClient], StripeObject]", client_: "StripeClient") -> Item:
    import stripe  # as above

    try:
        return call(client_).to_dict()
    except stripe.StripeError as error:
        log.warning(
            "stripe answered with an error", kind=type(error).__name__, status=error.http_status, reason=error.code
        )
        raise _meaning(error) from None  # its text has what was sent


def _meaning(error: "StripeError") -> Exception:
    import stripe  # as above

    said: Any = error.json_body if isinstance(error.json_body, dict) else {}
    body: Item = said.get("error") or {}
    reason, param = str(error.code or body.get("code") or ""), str(body.get("param") or "")
    match error:
        case stripe.CardError():
            return CardDeclined(str(body.get("decline_code") or reason), body.get("payment_intent"))
        case stripe.IdempotencyError():
            return KeyReused(str(error.request_id or ""))
        case stripe.RateLimitError():
            return StripeBusy()
        case stripe.InvalidRequestError():
            kind = NoSuchAtStripe if reason == "resource_missing" else StripeRefused
            return kind(reason or str(body.get("type") or ""), param, str(error.user_message or ""))
        case stripe.PermissionError() if reason == "account_invalid":
            return StripeRefused(reason)
        case stripe.AuthenticationError() | stripe.PermissionError():
            return StripeMisconfigured()
    return _failure(error)


def _failure(error: "StripeError") -> Exception:
    """A 500 is the outcome that was stored under the key; others (502 to 504) come from before anything was begun.

    https://docs.stripe.com/error-low-level
    """
    replayed = str((error.headers or {}).get("idempotent-replayed", "")).lower() == "true"
    if error.http_status == 409:
        return StripeBusy()
    return StoredFailure() if replayed or error.http_status == 500 else OutcomeUnknown()
