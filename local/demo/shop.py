"""The API as one person uses it, the bucket's forms included."""

import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import urllib3

from local.home import Problem
from local.patience import ask_patiently

WITHIN_S = 30
# A refusal may be right a moment later: a new role or store is not known everywhere at once, and rendering changes an
# image.
LATER_S = 30.0
CONFLICTS_S = 8.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 4.0


class Shop:
    def __init__(self, url: str, sign_in: Callable[[], str]) -> None:
        self.url, self._sign_in, self._token = url, sign_in, ""

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        started, pause_s = time.monotonic(), FIRST_PAUSE_S
        while True:
            self._token = self._token or self._sign_in()
            status, answer = ask_patiently(method, f"{self.url}/v1{path}", body, token=self._token)
            if status < HTTPStatus.BAD_REQUEST:
                return answer
            if time.monotonic() + pause_s > started + self._later_s(status):
                raise Problem(f"The demo could not be set up: {method} /v1{path} answered {status}: {answer}")
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def _later_s(self, status: int) -> float:
        """For how long it may be another answer a moment later."""
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
            self._token = ""  # whom the gateway knew without them, it takes for that person for a while
            return LATER_S
        return CONFLICTS_S if status == HTTPStatus.CONFLICT else 0

    def send(self, upload: dict[str, Any], content: bytes, content_type: str) -> None:
        """To the bucket, as a browser's form does it."""
        fields = {**upload["fields"], "file": ("file", content, content_type)}
        with urllib3.PoolManager(retries=False, timeout=WITHIN_S) as http:
            answer = http.request("POST", upload["url"], fields=fields)
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise Problem(f"The demo could not be set up: the bucket answered {answer.status}: {answer.data!r}")
