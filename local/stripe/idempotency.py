"""A key is answered once: whatever came of its first call is what every further one gets, a 500 included.

# docs.stripe.com/api/idempotent_requests, docs.stripe.com/error-low-level#idempotency
"""

import hashlib
import json

from local.stripe.clock import DAY_S
from local.stripe.state import State
from local.stripe.wire import Document, Refused, Request, Response

LONGEST = 255
NEVER_KEPT = frozenset([401, 409, 429])


class Key:
    """One `Idempotency-Key` of one account. Without one, nothing is remembered."""

    def __init__(self, state: State, request: Request, account: str, now: int) -> None:
        self.value = request.header("Idempotency-Key") if request.method == "POST" else ""
        self._state, self._account, self._now = state, account, now
        self._path = request.route
        self._form = request
        if len(self.value) > LONGEST:
            raise Refused(400, "idempotency_error", f"Idempotency keys can only be up to {LONGEST} characters.")

    def replayed(self) -> Response | None:
        known = self._state.get("idempotency", self.value, self._account) if self.value else None
        if not known or known["at"] + DAY_S <= self._now:  # keys are pruned after a day
            return None
        if known["path"] != self._path:
            raise _mismatch(
                f"Keys for idempotent requests can only be used for the same endpoint they were first used for "
                f"('{self._path}' vs '{known['path']}'). Try using a key other than '{self.value}' if you meant to "
                "execute a different request."
            )
        if known["asked"] != _meant(self._form):
            raise _mismatch(
                "Keys for idempotent requests can only be used with the same parameters they were first used with. "
                f"Try using a key other than '{self.value}' if you meant to execute a different request."
            )
        headers = {
            **known["headers"],
            "Idempotent-Replayed": "true",
            "Original-Request": known["headers"]["Request-Id"],
        }
        return Response(known["status"], headers, known["body"].encode())

    def keep(self, response: Response) -> None:
        if not self.value or response.status in NEVER_KEPT:
            return
        body: Document = {
            "id": self.value,
            "at": self._now,
            "path": self._path,
            "asked": _meant(self._form),
            "status": response.status,
            "headers": dict(response.headers),
            "body": response.body.decode(),
        }
        self._state.remove("idempotency", self.value, self._account)
        self._state.add(body, self._account, "idempotency")


def _meant(request: Request) -> str:
    """The parameters whatever their order."""
    return hashlib.sha256(json.dumps(request.form(), sort_keys=True).encode()).hexdigest()


def _mismatch(message: str) -> Refused:
    return Refused(400, "idempotency_error", message)
