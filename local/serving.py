"""A web server in a thread of its own, so that whoever started it can go on: the edge is one, the stand-in another."""

import asyncio
import threading
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from aiohttp import web

from local.home import LOCALHOST


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
