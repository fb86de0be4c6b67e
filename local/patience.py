"""Asking a machine that has much to do: what was not answered, or too soon, is asked again, for a minute at most."""

import time
import uuid
from http import HTTPStatus
from typing import Any

from local.ask import NoAnswer, ask
from local.home import Problem

PATIENCE_S = 60.0
WITHIN_S = 30.0  # the first call of each function starts it
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 4.0
SAFE = ("GET", "PUT")


def ask_patiently(method: str, url: str, body: Any = None, *, token: str = "") -> tuple[int, Any]:
    """The first answer that is not about the machine: repeated, a request has the same key, so it is done once."""
    key = f"seed-{uuid.uuid4().hex}" if token and method not in SAFE else ""  # of a stranger none is kept
    deadline, pause_s = time.monotonic() + PATIENCE_S, FIRST_PAUSE_S
    while True:
        try:
            status, answer = ask(method, url, body, token=token, within_s=WITHIN_S, key=key)
        except NoAnswer as failure:
            status, answer = 0, f"no answer ({type(failure).__name__})"
        if status and status != HTTPStatus.TOO_MANY_REQUESTS and status < HTTPStatus.INTERNAL_SERVER_ERROR:
            return status, answer
        if time.monotonic() + pause_s > deadline:
            said = f"{status}: {answer}" if status else answer
            raise Problem(
                f"{method} {url} was asked for {PATIENCE_S:.0f} s, and the last answer was {said}. "
                "Functions may still be starting, or the machine is busy: the same command goes on where it stopped."
            )
        time.sleep(pause_s)
        pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
