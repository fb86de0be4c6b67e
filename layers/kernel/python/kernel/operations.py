"""An operation of an API, for whoever carries it out otherwise than by its path."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Operation:
    method: str
    path: str
    permit: str
    function: Callable[..., Any]

    @property
    def name(self) -> str:
        return self.function.__name__
