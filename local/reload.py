"""Hot reload: what is saved under functions/ or in the kernel is live in about a second; what infra reads follows."""

import threading
from collections.abc import Callable
from pathlib import Path

from local.code import Code, NotImportable
from local.home import ROOT, Problem
from local.stack import Stack

LOOK_EVERY_S = 0.25
QUIET_FOR_S = 2.0
# What a template is read from: a route of an Api, a subscription of a Consumer, a permission.
DECLARED_BY = (" = Api(", " = Consumer(", "@api.", "@consumer.on(", "PERMISSIONS: ")

Seen = dict[Path, int]


class Reloader:
    def __init__(self, stack: Stack, tell: Callable[[str], None], checkout: Path = ROOT) -> None:
        self._stack, self._tell = stack, tell
        self._code = Code(stack.cloud, checkout)
        self._infra = checkout / "infra"
        self._waiting: set[Path] = set()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="reload", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(30)

    def _watch(self) -> None:
        seen, redeclared, quiet_s = self._look(), False, 0.0
        while not self._stopping.wait(LOOK_EVERY_S):
            now = self._look()
            changed = {path for path in seen.keys() | now.keys() if seen.get(path) != now.get(path)}
            seen, quiet_s = now, 0.0 if changed else quiet_s + LOOK_EVERY_S
            redeclared |= any(declares(path) or path.is_relative_to(self._infra) for path in changed)
            try:
                if changed:
                    self._bring(changed)
                elif redeclared and quiet_s >= QUIET_FOR_S:
                    redeclared = False
                    self._redeploy()
            except Problem as problem:
                self._tell(str(problem))
            except Exception as error:  # noqa: BLE001  # whatever goes wrong, the next save gets its chance
                self._tell(f"could not replace the code: {error}")

    def _bring(self, changed: set[Path]) -> None:
        """What could not be imported waits for the save that mends it."""
        self._waiting |= changed
        try:
            live = self._code.bring(self._waiting)
        except NotImportable as complaint:
            self._tell(f"not replaced, the old code stays: {complaint}")
            return
        self._waiting.clear()
        if live:
            self._tell(f"live: {', '.join(live)}")

    def _redeploy(self) -> None:
        """Routes, grants and subscriptions are the template's: they follow when the typing pauses."""
        if not self._waiting and self._stack.deploy():
            self._tell("deployed anew: routes, permissions and subscriptions are as the code says")

    def _look(self) -> Seen:
        folders = (self._code.domains, self._code.kernel, self._infra)
        files = [path for folder in folders for path in folder.rglob("*") if "__pycache__" not in path.parts]
        return {path: _saved_at(path) for path in files}


def _saved_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns if path.is_file() else 0
    except FileNotFoundError:  # editors replace files by way of others
        return 0


def declares(path: Path) -> bool:
    """Whatever it is called: any file may hold routes, and any function may have subscriptions."""
    if path.suffix != ".py" or not path.exists():
        return path.suffix == ".py"  # what is gone may have declared something
    text = path.read_text(encoding="utf-8", errors="replace")
    return any(word in text for word in DECLARED_BY)
