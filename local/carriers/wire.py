"""What the carriers' answers have in common."""

import json
from collections.abc import Mapping
from typing import Any

Document = dict[str, Any]


class Refused(Exception):
    """Their no, with their own document."""

    def __init__(self, status: int, document: Document) -> None:
        super().__init__(str(document))
        self.status, self.document = status, document


class NoAnswer(Exception):
    """The connection broke. Whether anything was done is not for the caller to know."""


def document(body: bytes) -> Document:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def missing(asked: Any, *paths: str) -> list[str]:
    """Which of these are not said: "content.packages.0.weight" names one deep down."""
    return [path for path in paths if not _there(asked, path.split("."))]


def _there(asked: Any, path: list[str]) -> bool:
    for name in path:
        if isinstance(asked, Mapping):
            asked = asked.get(name)
        elif isinstance(asked, list) and name.isdecimal() and int(name) < len(asked):
            asked = asked[int(name)]
        else:
            return False
    return asked not in (None, "", [], {})


FONT = "<< /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"


def pdf(*lines: str) -> bytes:
    """A label for a printer: one page of four by six inches, the same bytes for the same lines."""
    shown = [line.encode("latin-1", "replace").decode("latin-1") for line in lines]
    safe = [line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") for line in shown]
    text = "BT /F 14 Tf 20 400 Td 20 TL " + " ".join(f"({line}) Tj T*" for line in safe) + " ET"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 288 432] /Contents 4 0 R /Resources {FONT} >>",
        f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
    )
    made, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(made))
        made += f"{number} 0 obj\n{one}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    ended = (
        f"xref\n0 5\n0000000000 65535 f \n{table}trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n{len(made)}\n%%EOF\n"
    )
    return made + ended.encode()
