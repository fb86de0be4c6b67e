"""The OpenAPI document as tests hold answers against it."""

import json
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from tests.builders.http import Answered
from tools.contracts import ROOT, openapi

DOCUMENT: dict[str, Any] = json.loads((ROOT / openapi.PATH).read_text(encoding="utf-8"))
OPERATIONS = {f"{method.upper()} {path}": one for path, method, one in openapi.operations(DOCUMENT)}


def check(route: str, answer: Answered) -> None:
    """The status is documented, the body keeps to its schema, a refusal's code is one of those named."""
    operation = OPERATIONS.get(route)
    if not operation:
        return  # an API made up by a test
    status = "default" if answer.status >= 500 else str(answer.status)
    assert status in operation["responses"], f"{route} answered {status}, and its contract does not tell of that"
    documented = operation["responses"][status]
    if "$ref" in documented:
        documented = DOCUMENT["components"]["responses"][documented["$ref"].rpartition("/")[2]]
    if not answer.text:
        assert "content" not in documented, f"{route} answered {status} without the body that its contract promises"
        return
    media = documented["content"][answer.headers["Content-Type"].partition(";")[0]]
    Draft202012Validator(
        {"components": DOCUMENT["components"], **media["schema"]}, format_checker=FormatChecker()
    ).validate(answer.json)
    if "examples" in media:
        assert answer.json["code"] in media["examples"], f"{route}: {answer.json['code']} is not documented"
