"""The published contracts as tests hold answers and events against them."""

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from tests.builders.http import Answered
from tools.contracts import ROOT, openapi
from tools.contracts.openapi import answers

DOCUMENT: dict[str, Any] = json.loads((ROOT / openapi.PATH).read_text(encoding="utf-8"))
ANSWERS = {f"{method.upper()} {path}": answers.of(DOCUMENT, one) for path, method, one in openapi.operations(DOCUMENT)}


def check(route: str, answer: Answered) -> None:
    """The status is documented, the body keeps to its schema, a refusal's code is one of those named."""
    promised = ANSWERS.get(route)
    if not promised:
        return  # an API made up by a test
    told_of = answer.status < 500 or str(answer.status) in promised
    status = str(answer.status) if told_of else "default"
    assert status in promised, f"{route} answered {status}, and its contract does not tell of that"
    documented = promised[status]
    if not answer.text:
        assert "content" not in documented, f"{route} answered {status} without the body that its contract promises"
        return
    media_type = answer.headers["Content-Type"].partition(";")[0]
    media = documented["content"][media_type]
    body = answer.json if media_type.endswith("json") else answer.text
    _validator(json.dumps(media["schema"])).validate(body)
    if "examples" in media:
        assert answer.json["code"] in media["examples"], f"{route}: {answer.json['code']} is not documented"


@cache
def _validator(schema: str) -> Draft202012Validator:
    """Kept, because it remembers what its references lead to."""
    whole = {"components": DOCUMENT["components"], **json.loads(schema)}
    return Draft202012Validator(whole, format_checker=FormatChecker())


@cache
def schema_of(event: str) -> Draft202012Validator | None:
    """As it is published; None for one that a test has made up."""
    for published in (ROOT / "events").glob(f"*/{event}.schema.json"):
        return Draft202012Validator(json.loads(published.read_text("utf-8")), format_checker=FormatChecker())
    return None
