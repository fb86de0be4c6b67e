"""A person whose calls of the catalogue go through GraphQL: the walks over its routes walk through both doors."""

import json
import re
from typing import Any

import httpx

from functions.catalog.api import api
from tests.builders.graphql import arguments, document
from tests.e2e.walk import Person, StepFailed


class Querying(Person):
    def mine(self, method: str, path: str, *, expect: int = 200, **options: Any) -> httpx.Response:
        if not (found := operation(method, path)):
            return super().mine(method, path, expect=expect, **options)
        name, named = found
        asked = {one: int(told) if one == "limit" else told for one, told in (options.get("params") or {}).items()}
        given = arguments(name, named, options.get("json")) | asked
        body = {"query": document(name, given), "variables": given}
        answer = super().mine("POST", "/v1/graphql", json=body, headers=options.get("headers") or {}).json()
        errors = answer.get("errors") or []
        if not errors and expect < 300:
            return httpx.Response(expect, text=json.dumps(answer["data"][name]))
        if errors and errors[0]["extensions"]["status"] == expect:
            return httpx.Response(expect, text=json.dumps(errors[0]["extensions"]))
        raise StepFailed(f"{name} for {method} {path}: {str(answer)[:300]}")


def operation(method: str, path: str) -> tuple[str, dict[str, str]] | None:
    """Whose route this is, and what its path names. Literal segments win over parameters, as at the gateway."""
    for one in sorted(api.operations.values(), key=lambda one: one.path.count("<")):
        match = re.fullmatch(re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", one.path), path)
        if match and one.method == method:
            return one.name, match.groupdict()
    return None
