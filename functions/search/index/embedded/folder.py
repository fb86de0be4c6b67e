"""The folder an embedded index lives in: a folder below it for each generation, and a file that names the one in use.

One process writes at a time, behind a lock of the operating system, which ends with the process that held it. Readers
take no lock: a generation's commits are tantivy's, all or nothing, and the file that names it is replaced whole.
"""

import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import tantivy

from functions.search.index.embedded.schema import marker, prepare, schema
from functions.search.index.port import IndexAway

WAIT_S = 20.0  # for other writers: each holds the lock for one batch
FIRST = "first"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Folder:
    def __init__(self, root: Path) -> None:
        self.root = root

    def current(self) -> str | None:
        return self._said("current")

    def following(self) -> str | None:
        """The generation that is being filled."""
        return self._said("next")

    def _said(self, name: str) -> str | None:
        with suppress(FileNotFoundError):
            return (self.root / name).read_text() or None
        return None

    def path(self, generation: str) -> Path:
        if not _NAME.fullmatch(generation):
            raise ValueError(f"{generation!r} is no name of a generation")
        return self.root / f"generation-{generation}"

    @contextmanager
    def locked(self) -> Iterator[None]:
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / "lock").open("a") as file:
            deadline = time.monotonic() + WAIT_S
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise IndexAway(f"Another writer has held the index for {WAIT_S:.0f} s.") from None
                    time.sleep(0.002)
            yield

    def make(self, generation: str) -> None:
        """Beside, then moved in: a generation that is there is whole, though empty."""
        path, beside = self.path(generation), self.root / f"made-{os.getpid()}"
        shutil.rmtree(path, ignore_errors=True)
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(parents=True)
        writer = prepare(tantivy.Index(schema(), str(beside))).writer(15_000_000, 1)
        writer.commit()
        writer.wait_merging_threads()
        (beside / "made-as").write_text(marker())
        beside.rename(path)

    def open(self, generation: str) -> tantivy.Index:
        path = self.path(generation)
        try:
            made_as = (path / "made-as").read_text()
            if made_as != marker():
                raise IndexAway("The index was made by another version of Metco. Rebuild it.")
            return prepare(tantivy.Index.open(str(path)))
        except (FileNotFoundError, ValueError) as error:
            raise IndexAway(f"The generation {generation} cannot be opened: {error}") from error

    def use(self, generation: str) -> None:
        self._say("current", generation)

    def fill(self, generation: str | None) -> None:
        self._say("next", generation or "")

    def _say(self, name: str, generation: str) -> None:
        beside = self.root / f"{name}-{os.getpid()}"
        with beside.open("w") as file:
            file.write(generation)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.root / name)

    def forget_all_but(self, *kept: str | None) -> None:
        """Who still reads one of them goes on doing so: its files are gone by name alone."""
        keep = {self.path(generation).name for generation in kept if generation}
        for path in [*self.root.glob("generation-*"), *self.root.glob("made-*")]:
            if path.name not in keep:
                shutil.rmtree(path, ignore_errors=True)
