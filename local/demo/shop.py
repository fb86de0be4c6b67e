"""The API as one person uses it, the bucket's forms included."""

import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import urllib3

from local.ask import ask
from local.home import Problem

WITHIN_S = 30
# A refusal may be right a moment later: a new role or store is not known everywhere at once, and rendering changes an
# image.
PAUSES_S = (0, 0.2, 0.5, 1, 2, 4)


class Shop:
    def __init__(self, url: str, sign_in: Callable[[], str]) -> None:
        self.url, self._sign_in, self._token = url, sign_in, ""

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        status, answer = 0, None
        for pause_s in PAUSES_S:
            time.sleep(pause_s)
            self._token = self._token or self._sign_in()
            status, answer = ask(method, f"{self.url}/v1{path}", body, token=self._token, within_s=WITHIN_S)
            if status < HTTPStatus.BAD_REQUEST:
                return answer
            if status in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
                self._token = ""  # whom the gateway knew without them, it takes for that person for a while
            elif status != HTTPStatus.CONFLICT:
                break
        raise Problem(f"The demo could not be set up: {method} /v1{path} answered {status}: {answer}")

    def send(self, upload: dict[str, Any], content: bytes, content_type: str) -> None:
        """To the bucket, as a browser's form does it."""
        fields = {**upload["fields"], "file": ("file", content, content_type)}
        with urllib3.PoolManager(retries=False, timeout=WITHIN_S) as http:
            answer = http.request("POST", upload["url"], fields=fields)
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise Problem(f"The demo could not be set up: the bucket answered {answer.status}: {answer.data!r}")
