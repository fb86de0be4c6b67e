"""A stand-in that runs beside the local cloud: from when it is started until it is stopped, in a folder of its own."""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Generic, Protocol, TypeVar


class Server(Protocol):
    @property
    def url(self) -> str: ...

    def start(self) -> None: ...

    def stop(self) -> None: ...


S = TypeVar("S", bound=Server)


class Beside(ABC, Generic[S]):
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._server: S | None = None

    @abstractmethod
    def made(self) -> S:
        """Its server, with what the folder keeps."""

    @property
    def server(self) -> S:
        """While it runs."""
        assert self._server
        return self._server

    @property
    def url(self) -> str:
        """ "" while it does not run."""
        return self._server.url if self._server else ""

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._server = self.made()
        self._server.start()

    def stop(self) -> None:
        if self._server:
            self._server.stop()
            self._server = None
