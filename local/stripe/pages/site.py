"""What is below `/_stripe`: the hosted pages, the dashboard and Stripe.js, by their addresses."""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode, urlsplit

from local.stripe.pages import at_onboarding, at_the_bank, desk, shell
from local.stripe.pages.addresses import HERE
from local.stripe.pages.visit import FRESH, Page, Visit, shown
from local.stripe.stand_in import StandIn
from local.stripe.wire import Request, Response

FILES = {"/stripe.js": "text/javascript", "/stripe.css": "text/css"}
PLACES: dict[str, Callable[[StandIn, Visit], Page]] = {
    "": desk.overview,
    "/": desk.overview,
    "/payments": desk.payments,
    "/refunds": desk.refunded,
    "/disputes": desk.disputed,
    "/accounts": desk.sellers,
    "/payouts": desk.paid_out,
    "/balance": desk.balance,
    "/events": desk.events,
    "/find": desk.find,
    "/weather": desk.weather,
}
OF_ONE: dict[str, Callable[[StandIn, Visit, str], Page]] = {
    "approve": at_the_bank.approve,
    "authenticate": at_the_bank.authenticate,
    "bank": at_the_bank.bank,
    "do": desk.do,
    "express": at_onboarding.express,
    "objects": desk.one,
    "onboarding": at_onboarding.visit,
    "receipts": at_the_bank.receipt,
    "upi": at_the_bank.upi,
}


def for_script(request: Request) -> Request:
    """What Stripe.js asks of the API: below HERE, and with its publishable key among the other values."""
    asked = urlsplit(request.path.removeprefix(HERE))
    query, key = _without_key(asked.query)
    body, key_sent = _without_key(request.body.decode())
    headers = {"Authorization": f"Bearer {key or key_sent}"}
    return Request(request.method, f"{asked.path}?{query}" if query else asked.path, headers, body.encode())


def respond(core: StandIn, request: Request) -> Response:
    name = request.route.removeprefix(HERE)
    if kind := FILES.get(name):
        content = (shell.FOLDER / name.removeprefix("/")).read_bytes()
        return Response(200, {"Content-Type": f"{kind}; charset=utf-8", **FRESH}, content)
    with core.state.lock:  # what a page shows is of one moment, and a form is answered for what it showed
        core.settle()
        return _page(core, Visit.of(request), name).response()


def _page(core: StandIn, visit: Visit, name: str) -> Page:
    if place := PLACES.get(name):
        return place(core, visit)
    kind, *of = name.strip("/").split("/", 1)
    if of and (page := OF_ONE.get(kind)):
        return page(core, visit, of[0])
    return shown(shell.for_people("Nothing here", "<h1>There is no such page</h1>"), 404)


def _without_key(form: str) -> tuple[str, str]:
    values = parse_qsl(form, keep_blank_values=True)
    key = next((value for name, value in values if name == "key"), "")
    return urlencode([(name, value) for name, value in values if name != "key"]), key
