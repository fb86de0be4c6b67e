"""How long a round of the sweep may go on: until its share of the function's time is over. The next minute goes on."""

from typing import Any


class Turn:
    """Ends while whoever comes after it has as much time, and all of them together stop well before they are stopped.

    `left`: of each round that had no time for all that was due, since when the oldest of the rest is.
    """

    def __init__(self, name: str, context: Any, rest_ms: float, left: dict[str, str]) -> None:
        self.name, self.left = name, left
        self._context, self._rest_ms = context, rest_ms

    def over(self, since: str) -> bool:
        """Asked before each thing that is done, the oldest first. `since`: when this one was due."""
        if not self._context or self._context.get_remaining_time_in_millis() > self._rest_ms:
            return False
        self.left[self.name] = since
        return True

    def half(self) -> "Turn":
        """For the first of two things that share it."""
        now_ms = self._context.get_remaining_time_in_millis() if self._context else 0
        return Turn(self.name, self._context, (now_ms + self._rest_ms) / 2, self.left)


def endless(name: str = "") -> Turn:
    return Turn(name, None, 0, {})
