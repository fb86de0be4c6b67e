"""CloudFront's stand-in on a laptop: one address for API, WebSocket and pages, the laptop's own among them."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from local import mailbox, moving, pages, shop, traces
from local.cloud import Cloud
from local.home import LOCALHOST, ROOT
from local.media import Media
from local.serving import Serving

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

API_WITHIN_S = 30  # the HTTP API's own limit
POOL = 64
MAX_LINE_BYTES = 16 * 1024  # longer than any that API Gateway takes, so that it is the one to refuse
OF_ONE_HOP = frozenset(
    [
        "connection",
        "host",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ]
)
NAMES = {"localhost", LOCALHOST}  # anything else is a page elsewhere that points its own name at this machine
REFERENCE = ROOT / "docs" / "api"


class Edge(Serving):
    def __init__(
        self, cloud: Cloud, port: int, stripe_url: Callable[[], str], carriers_url: Callable[[], str] = lambda: ""
    ) -> None:
        super().__init__("edge", port)
        self.cloud = cloud
        # Asked when they are needed: stand-ins may have other ports after a restart
        self.stripe_url, self.carriers_url = stripe_url, carriers_url

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        connector = aiohttp.TCPConnector(limit=POOL, keepalive_timeout=60)
        timeout = aiohttp.ClientTimeout(total=API_WITHIN_S, sock_connect=5)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout, auto_decompress=False) as session:
            app = web.Application(middlewares=[_only_by_our_name])
            gateway = _Gateway(self.cloud, session, self.stripe_url, self.carriers_url)
            app.add_routes(_routes(self.cloud, gateway))
            app.on_shutdown.append(gateway.close_sockets)
            async with self.listening(app, max_line_size=MAX_LINE_BYTES, max_field_size=MAX_LINE_BYTES):
                yield


@web.middleware
async def _only_by_our_name(request: web.Request, handler: Handler) -> web.StreamResponse:
    if request.host.rsplit(":", 1)[0] not in NAMES:
        return web.Response(status=421, text=f"Metco on a laptop is http://localhost, not http://{request.host}.\n")
    return await handler(request)


def _routes(cloud: Cloud, gateway: "_Gateway") -> list[web.RouteDef]:
    async def mail_page(request: web.Request) -> web.Response:
        to = request.query.get("to", "")
        return _html(pages.mailbox(await asyncio.to_thread(mailbox.messages, cloud, to), to))

    async def mail_json(request: web.Request) -> web.Response:
        return web.json_response(await asyncio.to_thread(mailbox.messages, cloud, request.query.get("to", "")))

    async def traces_page(_: web.Request) -> web.Response:
        return _html(pages.recent(await asyncio.to_thread(traces.recent, cloud)))

    async def traces_json(_: web.Request) -> web.Response:
        return web.json_response(await asyncio.to_thread(traces.recent, cloud))

    async def trace(request: web.Request) -> web.Response:
        name = request.match_info["id"]
        wants_json, correlation_id = name.endswith(".json"), name.removesuffix(".json")
        valid = traces.CORRELATION_ID.fullmatch(correlation_id)
        found = await asyncio.to_thread(traces.trace, cloud, correlation_id) if valid else None
        status = 200 if found else 404
        if wants_json:
            return web.json_response(
                found or {"detail": "Nothing was logged with this id in the last hour."}, status=status
            )
        return _html(pages.trace(found, correlation_id), status)

    return [
        web.get("/", _home),
        *moving.routes(cloud),
        *shop.routes(),
        web.get("/docs", _reference),
        web.get("/openapi.json", _openapi),
        web.get("/_mailbox", mail_page),
        web.get("/_mailbox.json", mail_json),
        web.get("/_traces", traces_page),
        web.get("/_traces.json", traces_json),
        web.get("/_traces/{id}", trace),
        web.get("/_laptop.css", _style),
        web.get("/ws", gateway.websocket),
        web.get("/media/{path:.+}", Media(cloud).serve),
        web.route("*", "/_stripe", gateway.stripe),
        web.route("*", "/_stripe/{path:(?s:.*)}", gateway.stripe),
        web.route("*", "/_carriers", gateway.carriers),
        web.route("*", "/_carriers/{path:(?s:.*)}", gateway.carriers),
        web.route("*", "/v1/{path:(?s:.*)}", gateway.api),
        web.route("*", "/{path:(?s:.*)}", _missing),
    ]


class _Gateway:
    """What CloudFront does with /v1 and /ws: pass it on, unread and unchanged. Stand-ins are the laptop's own."""

    def __init__(
        self,
        cloud: Cloud,
        session: aiohttp.ClientSession,
        stripe_url: Callable[[], str],
        carriers_url: Callable[[], str],
    ) -> None:
        self._cloud, self._session = cloud, session
        self._stripe_url, self._carriers_url = stripe_url, carriers_url
        self._addresses: dict[str, str] = {}
        self._sockets: set[web.WebSocketResponse] = set()

    async def api(self, request: web.Request) -> web.StreamResponse:
        return await self._passed(request, await self._address("HTTP"), "The local cloud")

    async def stripe(self, request: web.Request) -> web.StreamResponse:
        return await self._passed(request, self._stripe_url(), "The Stripe stand-in")

    async def carriers(self, request: web.Request) -> web.StreamResponse:
        return await self._passed(request, self._carriers_url(), "The carriers' stand-in")

    async def _passed(self, request: web.Request, where: str, who: str) -> web.StreamResponse:
        target = URL(where + request.raw_path, encoded=True)
        headers = _passed_on(request)
        body = request.content if request.can_read_body else None
        try:
            async with self._session.request(
                request.method, target, headers=headers, data=body, allow_redirects=False
            ) as answer:
                response = web.StreamResponse(status=answer.status, headers=_end_to_end(answer.headers))
                await response.prepare(request)
                async for chunk in answer.content.iter_any():
                    await response.write(chunk)
                await response.write_eof()
                return response
        except TimeoutError:
            return _problem(504, "gateway_timeout", f"No answer within {API_WITHIN_S} s.")
        except aiohttp.ClientError:
            return _problem(503, "unavailable", f"{who} does not answer: it starts, stops, or has failed.")

    async def websocket(self, request: web.Request) -> web.StreamResponse:
        target = URL(f"{await self._address('WEBSOCKET')}?{request.query_string}", encoded=True)
        passed = {name: value for name, value in _passed_on(request).items() if not name.lower().startswith("sec-")}
        try:
            inner = await self._session.ws_connect(target, headers=passed)
        except aiohttp.WSServerHandshakeError as refusal:
            return web.Response(status=refusal.status)
        except aiohttp.ClientError:
            return _problem(503, "unavailable", "The local cloud does not answer.")
        outer = web.WebSocketResponse()
        await outer.prepare(request)
        pumps = [asyncio.create_task(_pump(outer, inner)), asyncio.create_task(_pump(inner, outer))]
        self._sockets.add(outer)
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        self._sockets.discard(outer)
        for pump in pumps:
            pump.cancel()
        await asyncio.gather(inner.close(), outer.close())
        return outer

    async def close_sockets(self, _: web.Application) -> None:
        """Else each would hold up the end until its client has answered."""
        await asyncio.gather(*(socket.close(code=aiohttp.WSCloseCode.GOING_AWAY) for socket in self._sockets))

    async def _address(self, protocol: str) -> str:
        if protocol not in self._addresses:
            self._addresses[protocol] = await asyncio.to_thread(self._find, protocol)
        return self._addresses[protocol]

    def _find(self, protocol: str) -> str:
        gateway = self._cloud.client("apigatewayv2")
        api = next((api["ApiId"] for api in gateway.get_apis()["Items"] if api["ProtocolType"] == protocol), None)
        if api is None:
            raise web.HTTPServiceUnavailable(text=f"No {protocol} API is deployed.\n")
        stage = gateway.get_stages(ApiId=api)["Items"][0]["StageName"]
        return f"{self._cloud.endpoint}/_aws/execute-api/{api}/{stage}"


async def _pump(source: Any, sink: Any) -> None:
    async for message in source:
        if message.type is aiohttp.WSMsgType.TEXT:
            await sink.send_str(message.data)
        elif message.type is aiohttp.WSMsgType.BINARY:
            await sink.send_bytes(message.data)


def _passed_on(request: web.Request) -> "CIMultiDict[str]":
    headers = _end_to_end(request.headers)
    headers["X-Forwarded-For"] = request.remote or LOCALHOST
    headers["X-Forwarded-Proto"] = request.scheme
    if "X-Correlation-Id" not in request.headers:
        headers["X-Correlation-Id"] = f"cor_{uuid.uuid4().hex}"  # given here, it covers the authorizer as well
    return headers


def _end_to_end(headers: Mapping[str, str]) -> "CIMultiDict[str]":
    return CIMultiDict((name, value) for name, value in headers.items() if name.lower() not in OF_ONE_HOP)


async def _home(request: web.Request) -> web.Response:
    return _html(pages.home(f"http://{request.host}"))


async def _reference(_: web.Request) -> web.StreamResponse:
    page = REFERENCE / "reference.html"
    return _file(page, "text/html") if page.exists() else _html(pages.no_reference(), 404)


async def _openapi(_: web.Request) -> web.StreamResponse:
    document = REFERENCE / "openapi.json"
    if not document.exists():
        return _problem(404, "not_found", "Run `make docs`, which writes it.")
    return _file(document, "application/json")


async def _style(_: web.Request) -> web.StreamResponse:
    return _file(pages.FOLDER / "laptop.css", "text/css")


async def _missing(request: web.Request) -> web.Response:
    return _html(pages.missing(request.path), 404)


def _file(path: Path, content_type: str) -> web.Response:
    """Read anew each time: on a laptop a saved page is a live page."""
    return web.Response(body=path.read_bytes(), content_type=content_type, charset="utf-8", headers=_FRESH)


def _html(text: str, status: int = 200) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html", headers=_FRESH)


def _problem(status: int, code: str, detail: str) -> web.Response:
    body = {"type": "about:blank", "status": status, "code": code, "detail": detail}
    return web.json_response(body, status=status, content_type="application/problem+json")


_FRESH = {"Cache-Control": "no-store"}
