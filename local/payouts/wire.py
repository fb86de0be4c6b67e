"""What the providers' answers have in common."""

import json
from typing import Any

Document = dict[str, Any]


class Refused(Exception):
    """Their no, with their own document."""

    def __init__(self, status: int, document: Document) -> None:
        super().__init__(str(document))
        self.status, self.document = status, document


def document(body: bytes) -> Document:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        raise Refused(400, {"name": "MALFORMED_REQUEST", "message": "This is not JSON."}) from None
    return found if isinstance(found, dict) else {}
