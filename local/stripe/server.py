"""The stand-in on a port of its own: requests in, webhooks out. All it knows of Stripe is in the core that it asks."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus

import aiohttp
from aiohttp import web

from local.home import LOCALHOST
from local.serving import Serving
from local.stripe.faults import NoAnswer
from local.stripe.pages import site
from local.stripe.pages.addresses import HERE
from local.stripe.stand_in import LATE, StandIn
from local.stripe.webhooks import Delivery
from local.stripe.wire import Request, Response

MAX_BYTES = 16 * 1024 * 1024  # evidence is sent as files
LOOK_EVERY_S = 0.05
FAILED_S = 5.0
LOG = logging.getLogger(__name__)
AT_ONCE = 8  # webhooks under way
ENDPOINT_WITHIN_S = 20
NOBODY = 0  # the status of an endpoint that did not answer

Answer = Callable[[Request], Response]


class Server(Serving):
    def __init__(self, core: StandIn, port: int = 0) -> None:
        super().__init__("stripe", port)
        self.core = core

    @property
    def url(self) -> str:
        return f"http://{LOCALHOST}:{self.port}"

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        app = web.Application(client_max_size=MAX_BYTES)
        app.router.add_route("*", f"{HERE}/v1/{{path:.*}}", self._script)
        app.router.add_route("*", "/v1/{path:.*}", self._api)
        app.router.add_route("*", "/{path:.*}", self._page)
        async with self.listening(app):
            telling = asyncio.create_task(self._tell())
            try:
                yield
            finally:
                telling.cancel()

    # -- being asked

    async def _api(self, asked: web.Request) -> web.StreamResponse:
        return await self._answered(asked, self.core.respond)

    async def _script(self, asked: web.Request) -> web.StreamResponse:
        """Stripe.js in a browser: it is served from below HERE, and asks there, with the key in its form."""
        return await self._answered(asked, lambda request: self.core.respond(site.for_script(request)))

    async def _page(self, asked: web.Request) -> web.StreamResponse:
        return await self._answered(asked, lambda request: site.respond(self.core, request))

    async def _answered(self, asked: web.Request, answer: Answer) -> web.StreamResponse:
        request = Request(asked.method, asked.path_qs, dict(asked.headers), await asked.read())
        try:
            response = await asyncio.to_thread(answer, request)
        except NoAnswer:
            if asked.transport:
                asked.transport.close()
            return web.Response(status=HTTPStatus.BAD_GATEWAY)
        if late_s := float(response.headers.get(LATE, 0)):
            await asyncio.sleep(late_s)
        return web.Response(status=response.status, headers=response.headers, body=response.body)

    # -- telling

    async def _tell(self) -> None:
        """Time goes by, and what is due is sent. An endpoint that is slow holds up no other webhook than its own."""
        patience = aiohttp.ClientTimeout(total=ENDPOINT_WITHIN_S)
        async with aiohttp.ClientSession(timeout=patience) as session:
            under_way: set[str] = set()
            sending: set[asyncio.Task[None]] = set()
            turn = asyncio.Semaphore(AT_ONCE)

            async def send(delivery: Delivery, *, arrives: bool) -> None:
                async with turn:
                    status = await _posted(session, delivery) if arrives else HTTPStatus.OK
                await asyncio.to_thread(self.core.delivered, delivery, status)
                under_way.discard(delivery.id)

            async def look() -> None:
                await asyncio.to_thread(self.core.settle)
                due = [one for one in await asyncio.to_thread(self.core.due_deliveries) if one.id not in under_way]
                under_way.update(one.id for one in due)
                for delivery, arrives in self.core.faults.carried(due) if due else ():
                    task = asyncio.create_task(send(delivery, arrives=arrives))
                    sending.add(task)
                    task.add_done_callback(sending.discard)

            while True:
                try:
                    await look()
                except Exception:  # a defect in one transition must not silence all webhooks until the next start
                    LOG.exception("the Stripe stand-in could not go on with what is due")
                    await asyncio.sleep(FAILED_S)
                await asyncio.sleep(LOOK_EVERY_S)


async def _posted(session: aiohttp.ClientSession, delivery: Delivery) -> int:
    try:
        sent = session.post(delivery.url, data=delivery.body, headers=delivery.headers, allow_redirects=False)
        async with sent as answer:  # sent on somewhere else, it was not taken
            return answer.status
    except (aiohttp.ClientError, TimeoutError):
        return NOBODY
