"""One HTTP call, and its answer whatever its status."""

import json
from typing import Any

import urllib3

NoAnswer = urllib3.exceptions.HTTPError


def ask(
    method: str, url: str, body: Any = None, *, token: str = "", within_s: float = 10, key: str = ""
) -> tuple[int, Any]:
    """`key`: by which the same request, asked once more, is done once."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    headers |= {"Idempotency-Key": key} if key else {}
    with urllib3.PoolManager(retries=False, timeout=within_s) as http:
        answer = http.request(method, url, json=body, headers=headers)
        return answer.status, _read(answer.data)


def _read(data: bytes) -> Any:
    """Whoever stands before the API may answer in words of its own."""
    try:
        return json.loads(data or b"null")
    except ValueError:
        return data.decode(errors="replace")
