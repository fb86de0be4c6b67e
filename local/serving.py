"""A web server in a thread of its own, so that whoever started it can go on: the edge is one, the stand-in another."""

import asyncio
import threading
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from aiohttp import web

from local.home import LOCALHOST

MAX_BYTES = 1_000_000
Answered = tuple[int, dict[str, str], bytes]  # its status, its headers, itself


class Serving(ABC):
    """`running` is all that it does, from its beginning to its end; within, it says which app is served."""

    def __init__(self, name: str, port: int = 0) -> None:
        self.port = port
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._done: asyncio.Future[None] | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @abstractmethod
    def running(self) -> AbstractAsyncContextManager[None]: ...

    def start(self) -> None:
        self._thread.start()
        self._ready.wait()
        if self._failure:
            raise self._failure

    def stop(self) -> None:
        if self._thread.is_alive() and self._loop and self._done:
            self._loop.call_soon_threadsafe(self._done.cancel)
            self._thread.join(10)

    @asynccontextmanager
    async def listening(self, app: web.Application, **options: Any) -> AsyncIterator[None]:
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=2, **options)
        await runner.setup()
        try:
            await web.TCPSite(runner, LOCALHOST, self.port).start()
            self.port = self.port or runner.addresses[0][1]
            yield
        finally:
            await runner.cleanup()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except asyncio.CancelledError:
            pass
        except BaseException as failure:  # noqa: BLE001  # told to the thread that waits in start()
            self._failure = failure
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        async with self.running():
            self._loop = asyncio.get_running_loop()
            self._done = self._loop.create_future()
            self._ready.set()
            await self._done


class InTurn(Serving):
    """For a core that knows no second request at once: whatever comes meanwhile waits."""

    def __init__(self, name: str, port: int = 0) -> None:
        super().__init__(name, port)
        self.turn = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://{LOCALHOST}:{self.port}"

    @abstractmethod
    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answered | None:
        """None: the connection breaks."""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        app = web.Application(client_max_size=MAX_BYTES)
        app.router.add_route("*", "/{path:.*}", self._respond)
        async with self.listening(app):
            yield

    async def _respond(self, request: web.Request) -> web.Response:
        body = await request.read()
        answered = await asyncio.to_thread(self._in_turn, request.method, request.raw_path, dict(request.headers), body)
        if not answered:
            assert request.transport
            request.transport.abort()
            return web.Response()
        status, headers, said = answered
        return web.Response(status=status, headers=headers, body=said)

    def _in_turn(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answered | None:
        with self.turn:
            return self.answer(method, path, headers, body)
