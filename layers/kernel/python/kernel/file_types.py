"""What a file is, by its first bytes: its name and its declared type are whatever the sender likes."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

HEAD_BYTES = 16
BEGINNINGS = {
    "application/pdf": re.compile(rb"%PDF-"),
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/webp": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
}

Type = TypeVar("Type", bound=str)


@dataclass(frozen=True, slots=True)
class Arrived:
    """What can be told of a file without reading all of it."""

    head: bytes
    announced: str
    size_bytes: int

    def type_among(self, types: Iterable[Type]) -> Type | None:
        return next((one for one in types if BEGINNINGS[one].match(self.head)), None)
