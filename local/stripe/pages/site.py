"""What is below `/_stripe`: the hosted pages and Stripe.js, by their addresses."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from local.stripe.pages import shell
from local.stripe.pages.addresses import HERE
from local.stripe.stand_in import StandIn
from local.stripe.wire import Request, Response

FRESH = {"Cache-Control": "no-store"}
FILES = {"/stripe.js": "text/javascript", "/stripe.css": "text/css"}


def for_script(request: Request) -> Request:
    """What Stripe.js asks of the API: below HERE, and with its publishable key among the other values."""
    asked = urlsplit(request.path.removeprefix(HERE))
    query, key = _without_key(asked.query)
    body, key_sent = _without_key(request.body.decode())
    headers = {"Authorization": f"Bearer {key or key_sent}"}
    return Request(request.method, f"{asked.path}?{query}" if query else asked.path, headers, body.encode())


def respond(_core: StandIn, request: Request) -> Response:
    name = request.route.removeprefix(HERE)
    if kind := FILES.get(name):
        content = (shell.FOLDER / name.removeprefix("/")).read_bytes()
        return Response(200, {"Content-Type": f"{kind}; charset=utf-8", **FRESH}, content)
    page = shell.for_people("Nothing here", "<h1>There is no such page</h1>")
    return Response(404, {"Content-Type": "text/html; charset=utf-8", **FRESH}, page.encode())


def _without_key(form: str) -> tuple[str, str]:
    values = parse_qsl(form, keep_blank_values=True)
    key = next((value for name, value in values if name == "key"), "")
    return urlencode([(name, value) for name, value in values if name != "key"]), key
