"""The HTTP contract: a valid document whose every operation says who may call it and how it can refuse."""

import inspect
import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from kernel.authz import PUBLIC
from kernel.errors import CONTENT_TYPE, DomainError
from permissions import PERMISSIONS
from tools.contracts import ROOT, domains, openapi
from tools.contracts.openapi import answers

DOCUMENT: dict[str, Any] = json.loads((ROOT / openapi.PATH).read_text(encoding="utf-8"))
OPERATIONS = {
    operation["operationId"]: (path, method, operation) for path, method, operation in openapi.operations(DOCUMENT)
}
ANSWERS = {name: answers.of(DOCUMENT, operation) for name, (_, _, operation) in OPERATIONS.items()}
FOUND = domains()


def resolved(reference: str) -> Any:
    node: Any = DOCUMENT
    for step in reference.removeprefix("#/").split("/"):
        node = node[step]
    return node


def check(schema: dict[str, Any], value: Any) -> None:
    """Against a schema of the document, whose references point into its components."""
    whole = {"components": DOCUMENT["components"], **schema}
    Draft202012Validator(whole, format_checker=FormatChecker()).validate(value)


def references(node: Any) -> list[str]:
    if isinstance(node, list):
        return [ref for value in node for ref in references(value)]
    if not isinstance(node, dict):
        return []
    own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
    return own + [ref for value in node.values() for ref in references(value)]


def test_it_is_openapi_3_1():
    assert DOCUMENT["openapi"] == "3.1.0"
    assert {"title", "version", "description", "license"} <= DOCUMENT["info"].keys()
    for reference in references(DOCUMENT):
        resolved(reference)
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_it_has_exactly_the_routes_of_the_code():
    declared = {route for domain in FOUND for api in domain.apis for route in api.permits}
    assert {f"{method.upper()} {path}" for path, method, _ in OPERATIONS.values()} == declared
    assert len(OPERATIONS) == len(declared), "two operations share a name"


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_an_operation_says_who_may_call_it(name: str):
    _, _, operation = OPERATIONS[name]
    permit = operation["x-permission"]
    assert permit == PUBLIC or permit in PERMISSIONS
    assert operation["security"] == ([] if permit == PUBLIC else [{"bearer": []}])
    assert ("401" in operation["responses"]) or permit == PUBLIC


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_an_operation_is_described_in_words(name: str):
    _, _, operation = OPERATIONS[name]
    assert operation["summary"]
    assert not operation["summary"].endswith(".")
    assert operation["tags"]


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_example_keeps_to_its_schema(name: str):
    _, _, operation = OPERATIONS[name]
    bodies = [operation["requestBody"]] if "requestBody" in operation else []
    for body in [*bodies, *ANSWERS[name].values()]:
        for media in body.get("content", {}).values():
            if "example" in media:
                check(media["schema"], media["example"])
            for example in media.get("examples", {}).values():
                check(media["schema"], resolved(example["$ref"])["value"])


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_the_headers_that_the_kernel_reads_are_documented(name: str):
    _, method, operation = OPERATIONS[name]
    named = {parameter.get("$ref", "").rpartition("/")[2] for parameter in operation["parameters"]}
    status, answer = next((code, one) for code, one in ANSWERS[name].items() if code.startswith(("2", "303")))
    assert "CorrelationId" in named
    assert ("IdempotencyKey" in named) == (method != "get" and operation["x-permission"] != PUBLIC)
    assert ("IfMatch" in named) == ("412" in operation["responses"])
    assert ("IfNoneMatch" in named) == ("304" in operation["responses"])
    assert ("content" in answer) == (status not in ("204", "303"))


def test_an_answer_of_many_operations_is_written_out_once():
    """Refusals are the same almost everywhere: at each operation they were half of the document."""
    told = [answer for _, _, operation in OPERATIONS.values() for answer in operation["responses"].values()]
    assert [answer for answer in told if answer.keys() != {"$ref"}] == []
    written = [json.dumps(one, sort_keys=True) for one in DOCUMENT["components"]["responses"].values()]
    assert len(written) == len(set(written))


def every_error(kind: type[DomainError] = DomainError) -> list[type[DomainError]]:
    """Every problem there is; importing the domains has defined theirs."""
    return [kind, *(one for child in kind.__subclasses__() for one in every_error(child))]


def test_a_documented_problem_exists_and_is_told_as_the_code_tells_it():
    known = {error.code: error for error in every_error()}
    for code, example in DOCUMENT["components"]["examples"].items():
        error = known[code]
        assert example["value"]["status"] == error.status
        assert example["value"]["detail"] == error.advice
    for answered in ANSWERS.values():
        for status, answer in answered.items():
            for code in answer.get("content", {}).get(CONTENT_TYPE, {}).get("examples", {}):
                assert str(known[code].status) == status or (status == "default" and known[code].status >= 500)


def test_every_problem_a_domain_defines_is_documented_somewhere():
    """One that no route can answer with is dead, or the reading of the code has missed it."""
    documented = DOCUMENT["components"]["examples"].keys()
    for domain in FOUND:
        if domain.api:
            defined = [one for one in vars(domain.module("model")).values() if is_own_error(one, domain.name)]
            assert [one.__name__ for one in defined if one.code not in documented | SILENT] == []


SILENT = {"mail_share_used"}  # whoever asks for too many codes is answered like anyone else


def is_own_error(one: object, domain: str) -> bool:
    return inspect.isclass(one) and issubclass(one, DomainError) and one.__module__.startswith(f"functions.{domain}.")


def test_one_code_means_one_thing():
    """A code may have several classes only if a caller cannot tell them apart."""
    meanings: dict[str, tuple[int, str]] = {}
    for error in every_error():
        if not error.__module__.startswith("tests."):
            assert meanings.setdefault(error.code, (error.status, error.title)) == (error.status, error.title)
