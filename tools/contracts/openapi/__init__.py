"""The OpenAPI document of all domains: what Powertools reads from the routes, and what the kernel adds to each."""

import json
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer

from kernel import authz, errors, http
from kernel.cursors import CursorInvalid
from kernel.errors import CONTENT_TYPE, DomainError
from permissions import PERMISSIONS
from tools.contracts import refusals
from tools.contracts.domains import DOORS, ContractError, Domain
from tools.contracts.examples import example
from tools.contracts.openapi import answers, fixed

PATH = "docs/api/openapi.json"
FOR_PEOPLE = {"text/html", "application/pdf"}  # to be looked at: nothing in it is a contract
ANYWHERE = (errors.InternalError, errors.Unavailable)
METHODS = ("get", "post", "put", "patch", "delete")
_POWERTOOLS_OWN = ("HTTPValidationError", "ValidationError", "ResponseValidationError")


def document(found: Sequence[Domain], *, version: str) -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = {}
    schemas: dict[str, Any] = {
        "Problem": fixed.PROBLEM,
        "FieldError": fixed.FIELD_ERROR,
        "GatewayRefusal": fixed.GATEWAY_REFUSAL,
    }
    problems: dict[str, type[DomainError]] = {error.code: error for error in ANYWHERE}
    tags = []
    for domain in found:
        if not domain.api:
            continue
        tags.append({"name": domain.name, "description": _first_sentence(domain)})
        for api in domain.apis:
            described = _described(api)
            _name(described["components"]["schemas"], schemas, domain)
            for path, method, operation in operations(described):
                raised = _raised(domain, path, method, operation, schemas)
                problems |= {error.code: error for error in raised}
                paths.setdefault(path, {})[method] = _operation(method, operation, raised, schemas)
    _complete(paths, schemas)
    _unique([operation["operationId"] for _, _, operation in operations({"paths": paths})])
    responses = {"Problem": _response("Something went wrong.", ANYWHERE)}
    answers.told_once((operation for _, _, operation in operations({"paths": paths})), responses)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Metco",
            "version": version,
            "description": fixed.DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "Wherever this document came from"}],
        "tags": tags,
        "paths": {path: paths[path] for path in sorted(paths)},
        "components": {
            "schemas": {name: schemas[name] for name in sorted(schemas)},
            "parameters": fixed.PARAMETERS,
            "headers": fixed.HEADERS,
            "responses": {name: responses[name] for name in sorted(responses)},
            "examples": {code: _problem_example(problems[code]) for code in sorted(problems)},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "The `access_token` of a session."}
            },
        },
    }


def text(found: Sequence[Domain], *, version: str) -> str:
    return json.dumps(document(found, version=version), indent=1, ensure_ascii=False) + "\n"


def operations(described: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method in METHODS:
            if method in methods:
                yield path, method, methods[method]


def references(node: Any) -> Iterator[str]:
    """The names of the schemas that something refers to, as often as it does."""
    if isinstance(node, list):
        for one in node:
            yield from references(one)
    elif isinstance(node, dict):
        if str(node.get("$ref", "")).startswith("#/components/schemas/"):
            yield node["$ref"].rpartition("/")[2]
        for one in node.values():
            yield from references(one)


def reachable(node: Any, schemas: Mapping[str, Any]) -> set[str]:
    found: set[str] = set()
    wanted = set(references(node))
    while wanted:
        name = wanted.pop()
        found.add(name)
        wanted |= set(references(schemas[name])) - found
    return found


def _name(own: Mapping[str, Any], schemas: dict[str, Any], domain: Domain) -> None:
    for name, schema in own.items():
        if schemas.setdefault(name, schema) != schema:
            raise ContractError(f"Two different things are called {name}; one is in functions/{domain.name}/model.py.")


def _complete(paths: Mapping[str, Any], schemas: Mapping[str, Any]) -> None:
    """An answer always has all its fields: a default is what the code fills in there, not what may be missing.

    But for what says how many of its fields it has at least, because another standard has them left out.
    """
    found = [operation for _, _, operation in operations({"paths": paths})]
    asked = reachable([operation.get("requestBody") for operation in found], schemas)
    told = reachable([_success(operation)[1] for operation in found], schemas)
    for name in (one for one in told - asked if "minProperties" not in schemas[one]):
        schemas[name]["required"] = list(schemas[name].get("properties", {}))


def _described(api: http.Api) -> dict[str, Any]:
    """Powertools' own reading of the routes, without what the kernel replaces."""
    model = api.resolver.get_openapi_schema(security_schemes={"bearer": HTTPBearer()})
    plain: dict[str, Any] = _tidy(json.loads(model.model_dump_json(by_alias=True, exclude_none=True)))
    for name in _POWERTOOLS_OWN:
        plain["components"]["schemas"].pop(name, None)
    return plain


def _operation(
    method: str, operation: dict[str, Any], raised: Sequence[type[DomainError]], schemas: Mapping[str, Any]
) -> dict[str, Any]:
    permit = operation["x-permission"]
    status, success = _success(operation)
    edited = _has_version(success, schemas)
    headers = [name for name, applies in _header_parameters(method, permit, edited) if applies]
    told = {"description": operation["description"]} if _says_more(operation) else {}
    body = operation.get("requestBody")
    return {
        "tags": operation["tags"],
        "operationId": operation["operationId"],
        "summary": operation["summary"],
        **told,
        "x-permission": permit,
        "security": [] if permit == authz.PUBLIC else [{"bearer": []}],
        "parameters": [
            *operation.get("parameters", []),
            *({"$ref": f"#/components/parameters/{name}"} for name in headers),
        ],
        **({"requestBody": _with_example(body, schemas)} if body else {}),
        "responses": {
            status: _answer(int(status), success, schemas, edited=edited),
            **({"304": {"description": "You have the current version."}} if edited and method == "get" else {}),
            **_refusals(raised),
            "default": {"$ref": "#/components/responses/Problem"},
        },
    }


def _header_parameters(method: str, permit: str, edited: bool) -> list[tuple[str, bool]]:
    mutating = method.upper() in http.MUTATING
    return [
        ("IdempotencyKey", mutating and permit != authz.PUBLIC),
        ("IfMatch", edited and method in ("put", "patch")),
        ("IfNoneMatch", edited and method == "get"),
        ("CorrelationId", True),
    ]


def _answer(status: int, success: Mapping[str, Any], schemas: Mapping[str, Any], *, edited: bool) -> dict[str, Any]:
    headers = {"X-Correlation-Id": {"$ref": "#/components/headers/CorrelationId"}}
    if edited:
        headers["ETag"] = {"$ref": "#/components/headers/ETag"}
    answer: dict[str, Any] = {"description": HTTPStatus(status).phrase, "headers": headers}
    if status == HTTPStatus.SEE_OTHER:
        headers["Location"] = {"$ref": "#/components/headers/Location"}
        return answer
    if status == HTTPStatus.NO_CONTENT:
        return answer
    told = {**success, **answer}
    return told if FOR_PEOPLE & set(told["content"]) else _with_example(told, schemas)


def _raised(
    domain: Domain, path: str, method: str, operation: Mapping[str, Any], schemas: Mapping[str, Any]
) -> list[type[DomainError]]:
    """What the kernel can refuse about this operation before and after the domain's own code, and that code itself."""
    permit = operation["x-permission"]
    parameters = {parameter["name"] for parameter in operation.get("parameters", [])}
    rule = PERMISSIONS.get(permit)
    _, success = _success(operation)
    kernel: list[tuple[type[DomainError], bool]] = [
        (errors.Unauthenticated, permit != authz.PUBLIC),
        (errors.Forbidden, bool(rule)),  # if nobody else, an API key without the scope
        (errors.NotFound, bool(rule and (rule.own or rule.store) and "{" in path)),
        (errors.PreconditionFailed, method in ("put", "patch") and _has_version(success, schemas)),
        (errors.TooLarge, "requestBody" in operation),
        (errors.UnsupportedMediaType, "requestBody" in operation),
        (errors.Invalid, "requestBody" in operation or bool(parameters)),
        (CursorInvalid, "cursor" in parameters),
        (http.IdempotencyKeyInvalid, method.upper() in http.MUTATING and permit != authz.PUBLIC),
        (http.IdempotencyKeyReused, method.upper() in http.MUTATING and permit != authz.PUBLIC),
    ]
    own = refusals.of(_function(domain, operation["operationId"]), domain.modules)
    return sorted({error for error, applies in kernel if applies} | own, key=lambda error: (error.status, error.code))


def _refusals(raised: Sequence[type[DomainError]]) -> dict[str, Any]:
    by_status: dict[int, list[type[DomainError]]] = {}
    for error in raised:
        by_status.setdefault(error.status, []).append(error)
    return {str(status): _response(HTTPStatus(status).phrase, found) for status, found in by_status.items()}


def _response(description: str, found: Sequence[type[DomainError]]) -> dict[str, Any]:
    headers = {"X-Correlation-Id": {"$ref": "#/components/headers/CorrelationId"}}
    if any(error.status == HTTPStatus.TOO_MANY_REQUESTS for error in found):
        headers["Retry-After"] = {"$ref": "#/components/headers/RetryAfter"}
    if any(error.status == HTTPStatus.PERMANENT_REDIRECT for error in found):
        headers["Location"] = {"$ref": "#/components/headers/Location"}
    content: dict[str, Any] = {
        CONTENT_TYPE: {
            "schema": {"$ref": "#/components/schemas/Problem"},
            "examples": {error.code: {"$ref": f"#/components/examples/{error.code}"} for error in found},
        }
    }
    if errors.Unauthenticated in found:
        content["application/json"] = {"schema": {"$ref": "#/components/schemas/GatewayRefusal"}}
    return {"description": description, "headers": headers, "content": content}


def _problem_example(error: type[DomainError]) -> dict[str, Any]:
    return {"summary": error.advice, "value": errors.problem(error(), fixed.TRACE)}


def _with_example(container: Mapping[str, Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    """A body with an example that its own schema accepts."""
    ((kind, media),) = container["content"].items()
    media = dict(media)
    where = media["schema"].get("$ref", "A body").rpartition("/")[2]
    media["example"] = example(media["schema"], schemas, where)
    return {**container, "content": {kind: media}}


def _success(operation: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    return next(
        (status, answer) for status, answer in operation["responses"].items() if status.startswith(("2", "303"))
    )


def _has_version(success: Mapping[str, Any], schemas: Mapping[str, Any]) -> bool:
    reference = success.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "")
    schema = schemas.get(reference.rpartition("/")[2], {})
    return bool(schema.get("properties", {}).get("version", {}).get("type") == "integer")


def _says_more(operation: Mapping[str, Any]) -> bool:
    description: str = operation["description"]
    return bool(description.rstrip(".") != operation["summary"])


def _function(domain: Domain, name: str) -> Any:
    files = (vars(module) for module in domain.modules if module.__name__.split(".")[2] in DOORS)
    return next(names[name] for names in files if callable(names.get(name)))  # a file may have its route's name


def _first_sentence(domain: Domain) -> str:
    return (domain.module("api").__doc__ or "").strip().splitlines()[0]


def _unique(ids: Sequence[str]) -> None:
    twice = sorted({one for one in ids if ids.count(one) > 1})
    if twice:
        raise ContractError(f"Operations need names of their own, and these are used twice: {', '.join(twice)}.")


def _tidy(node: Any, *, value: bool = False) -> Any:
    """Without generated titles, and with whole numbers written as such. A title in an example is somebody's title."""
    if isinstance(node, list):
        return [_tidy(one, value=value) for one in node]
    if isinstance(node, float) and node.is_integer():
        return int(node)
    if not isinstance(node, dict):
        return node
    tidy = {
        name: _tidy(part, value=value or name in ("default", "examples"))
        for name, part in node.items()
        if value or not (name == "title" and isinstance(part, str))
    }
    if not value and isinstance(node.get("properties"), dict):
        tidy["properties"] = {name: _tidy(part) for name, part in node["properties"].items()}
    return tidy
