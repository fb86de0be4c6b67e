import pytest

from tests.builders import identity as an
from tests.builders.identity import as_user


def test_a_person_reads_and_edits_their_profile(world):
    me = as_user(an.an_account())
    edited = me("PATCH", "/v1/me", {"name": "Ada L.", "locale": "hi", "currency": "INR"})
    assert edited.status == 200
    assert me("GET", "/v1/me").json == edited.json
    assert (edited.json["name"], edited.json["currency"], edited.json["version"]) == ("Ada L.", "INR", 3)
    assert edited.headers["ETag"] == '"3"'
    told = world.envelopes()[-1]
    assert (told["metadata"]["type"], told["metadata"]["sequence"]) == ("ProfileEdited", 3)
    assert "Ada" not in str(told)


def test_an_edit_of_an_old_version_is_refused_and_changes_nothing(world):
    me = as_user(an.an_account())
    me("PATCH", "/v1/me", {"name": "First"})
    late = me("PATCH", "/v1/me", {"name": "Late"}, headers={"If-Match": '"2"'})
    assert (late.status, late.json["code"]) == (412, "precondition_failed")
    assert me("GET", "/v1/me").json["name"] == "First"


def test_a_repeated_edit_with_one_key_is_one_edit(world):
    me, key = as_user(an.an_account()), {"Idempotency-Key": "edit-0001"}
    first = me("PATCH", "/v1/me", {"name": "Once"}, headers=key)
    again = me("PATCH", "/v1/me", {"name": "Once"}, headers=key)
    assert (again.json, again.headers["Idempotent-Replayed"]) == (first.json, "true")
    assert me("GET", "/v1/me").json["version"] == 3
    other = me("PATCH", "/v1/me", {"name": "Twice"}, headers=key)
    assert (other.status, other.json["code"]) == (422, "idempotency_key_reused")
    assert me("GET", "/v1/me").json["name"] == "Once"


def test_another_persons_key_is_not_mine(world):
    ada, eve = as_user(an.an_account()), as_user(an.an_account("eve@example.com"))
    key = {"Idempotency-Key": "edit-0001"}
    ada("PATCH", "/v1/me", {"name": "Ada"}, headers=key)
    assert eve("PATCH", "/v1/me", {"name": "Eve"}, headers=key).json["name"] == "Eve"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"name": "x" * 101}, "/name"),
        ({"name": "two\nlines"}, "/name"),
        ({"currency": "EURO"}, "/currency"),
        ({"currency": "XXX"}, "/currency"),
        ({"email": "new@example.com"}, "/email"),
        ({"roles": ["admin"]}, "/roles"),
        ({"version": 9}, "/version"),
    ],
)
def test_a_bad_edit_is_told_and_changes_nothing(world, body, pointer):
    me = as_user(an.an_account())
    before = world.items()
    answer = me("PATCH", "/v1/me", body)
    assert (answer.status, [fault["pointer"] for fault in answer.json["errors"]]) == (422, [pointer])
    assert world.items() == before


def test_an_admin_grants_roles_and_leaves_a_track(world):
    person, admin = an.an_account(), as_user(an.OTHER, roles=("customer", "admin"))
    answer = admin("PUT", f"/v1/users/{person}/roles", {"roles": ["moderator"], "reason": "joins the team"})
    assert answer.json["roles"] == ["customer", "moderator"]
    changed, acted = (row for row in world.envelopes() if row["metadata"]["sequence"] == 3)
    assert {changed["metadata"]["type"], acted["metadata"]["type"]} == {"RolesChanged", "OperatorActed"}
    track = next(row["data"] for row in (changed, acted) if row["metadata"]["type"] == "OperatorActed")
    assert track == {"operator_id": an.OTHER, "action": "grant_roles", "subject": person, "reason": "joins the team"}


@pytest.mark.parametrize("role", ["customer", "seller", "moderator", "finance"])
def test_nobody_else_grants_roles_and_a_denial_changes_nothing(world, role):
    person = an.an_account()
    before = world.items()
    answer = as_user(person, roles=("customer", role))(
        "PUT", f"/v1/users/{person}/roles", {"roles": ["admin"], "reason": "me"}
    )
    assert answer.status == 403
    assert world.items() == before


def test_someone_elses_profile_and_a_missing_one_answer_alike(world):
    person = an.an_account()
    eve = as_user(an.OTHER)
    theirs, missing = eve("GET", f"/v1/users/{person}"), eve("GET", "/v1/users/usr_00000000000000000000000009")
    assert theirs.status == missing.status == 404
    assert {**theirs.json, "trace_id": ""} == {**missing.json, "trace_id": ""}


def test_a_moderator_reads_anybodys_profile(world):
    person = an.an_account()
    assert as_user(an.OTHER, roles=("moderator",))("GET", f"/v1/users/{person}").json["user_id"] == person
