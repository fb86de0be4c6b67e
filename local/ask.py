"""One HTTP call, and its answer whatever its status."""

import json
from typing import Any

import urllib3

NoAnswer = urllib3.exceptions.HTTPError


def ask(method: str, url: str, body: Any = None, *, token: str = "", within_s: float = 10) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with urllib3.PoolManager(retries=False, timeout=within_s) as http:
        answer = http.request(method, url, json=body, headers=headers)
        return answer.status, json.loads(answer.data or b"null")
