"""A laptop's time: the machine's, moved ahead as far as a person or the demo says, for Metco and all its stand-ins."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


class Clock:
    """How far it is ahead is in a file: every function reads it (`kernel.clock`), and a start later it is still so."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def ahead_s(self) -> int:
        return int(self.file.read_text()) if self.file.exists() else 0

    def read(self) -> float:
        return time.time() + self.ahead_s()

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.read(), UTC)

    def moved(self, asked: Any) -> int:
        """`{"by_s": n}`: so much further; `{"ahead_s": n}`: so far in all, which may be asked for again."""
        match asked:
            case {"by_s": int(by_s)} if len(asked) == 1:
                return self._move(self.ahead_s() + by_s)
            case {"ahead_s": int(ahead_s)} if len(asked) == 1:
                return self._move(ahead_s)
        raise ValueError('Say by how many seconds, {"by_s": 86400}, or how far in all, {"ahead_s": 86400}.')

    def _move(self, ahead_s: int) -> int:
        before = self.ahead_s()
        if ahead_s < before:
            raise ValueError(f"Time only moves forwards, and it is {before} seconds ahead: RESET=1 begins anew.")
        if ahead_s > before:
            written = self.file.with_suffix(".new")
            written.write_text(str(ahead_s))
            written.replace(self.file)  # nobody reads half a number
        return ahead_s
