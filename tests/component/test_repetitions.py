"""Every route that takes an Idempotency-Key, called twice with one: the same answer, and nothing happens again."""

from typing import Any

import pytest

from permissions import PERMISSIONS
from tests.builders.cloud import World
from tests.builders.operations import KEYED, OPERATIONS, call, ready, two_people

KEY = {"idempotency-key": "the-same-key"}
CHANGES: dict[str, dict[str, Any]] = {"change_password": {"new_password": "another good one"}}


def lasting(world: World) -> list[dict[str, Any]]:
    """All but what counts attempts."""
    return [item for item in world.items() if not item["pk"]["S"].startswith("LIMIT#")]


def role_for(name: str) -> str:
    """An operator's, and the one of finance for what is finance's alone."""
    roles = PERMISSIONS[OPERATIONS[name][2]["x-permission"]].roles
    return "finance" if roles == {"finance"} else "admin"


@pytest.mark.parametrize("name", KEYED)
def test_a_repetition_has_the_same_answer_and_no_second_effect(name: str, world: World):
    owner, _ = two_people()
    who = owner.as_a(role_for(name))
    things, body = ready(name, who, owner.things())
    body = body | CHANGES.get(name, {})
    first = call(name, who, things, headers=KEY, **body)
    assert 200 <= first.status < 300, first.text
    after = lasting(world)
    again = call(name, who, things, headers=KEY, **body)
    assert (again.status, again.text) == (first.status, first.text)
    assert lasting(world) == after
