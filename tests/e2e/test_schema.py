"""Generated requests against the deployed API: every answer is one the document promises, and none is our failure."""

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from local.home import ROOT
from local.stack import Stack
from tests.e2e.walk import Person

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


schema = schemathesis.openapi.from_path(ROOT / "docs" / "api" / "openapi.json")  # what the stack serves: a test says so


@pytest.fixture(scope="module")
def person(stack: Stack) -> Person:
    someone = Person(stack)
    someone.sign_up()
    return someone


def test_the_stack_serves_this_document(stack: Stack):
    served = httpx.get(f"{stack.url}/openapi.json", timeout=30)
    assert served.json() == schema.raw_schema


@schema.parametrize()
@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_the_document_promises(case: schemathesis.Case, stack: Stack, person: Person):
    person.sign_in()  # anew: a generated request may well have signed this person out everywhere
    case.call_and_validate(base_url=stack.url, headers=person.authorization, checks=CHECKS, timeout=30)
