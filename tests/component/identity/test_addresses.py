import pytest

from tests.builders import identity as an
from tests.builders.identity import an_address, as_user


def test_an_address_is_added_edited_and_removed(world):
    me = as_user(an.an_account())
    added = me("POST", "/v1/me/addresses", an_address(line1="  Torstraße 1 ", postcode="10119"))
    assert (added.status, added.json["line1"], added.json["default_for"]) == (
        201,
        "Torstraße 1",
        ["billing", "shipping"],
    )
    path = f"/v1/me/addresses/{added.json['id']}"
    edited = me("PUT", path, an_address(city="Potsdam", postcode="14467", default_for=["shipping"]))
    assert edited.json["id"] == added.json["id"]
    listed = me("GET", "/v1/me/addresses").json
    assert (listed["items"], listed["version"]) == ([edited.json], 2)
    assert [me("DELETE", path).status for _ in range(2)] == [204, 204]
    assert me("GET", "/v1/me/addresses").json["items"] == []


def test_a_repeated_addition_with_one_key_is_one_address(world):
    me, key = as_user(an.an_account()), {"Idempotency-Key": "address-1"}
    first = me("POST", "/v1/me/addresses", an_address(), headers=key)
    again = me("POST", "/v1/me/addresses", an_address(), headers=key)
    assert (again.json, again.headers["Idempotent-Replayed"]) == (first.json, "true")
    assert len(me("GET", "/v1/me/addresses").json["items"]) == 1


def test_someone_elses_address_is_not_found_and_stays(world):
    ada = as_user(an.an_account())
    path = f"/v1/me/addresses/{ada('POST', '/v1/me/addresses', an_address()).json['id']}"
    before = world.items()
    eve = as_user(an.OTHER)
    assert (eve("PUT", path, an_address()).status, eve("DELETE", path).status) == (404, 404)
    assert world.items() == before


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"country": "XX"}, "/country"),
        ({"country": "de"}, "/country"),
        ({"postcode": "1"}, "/postcode"),
        ({"line1": " "}, "/line1"),
        ({"name": "two\nlines"}, "/name"),
        ({"phone": "030 901820"}, "/phone"),
        ({"default_for": ["gifts"]}, "/default_for/0"),
        ({"id": "adr_00000000000000000000000000"}, "/id"),
    ],
)
def test_a_bad_address_is_told_and_changes_nothing(world, changes, pointer):
    me = as_user(an.an_account())
    before = world.items()
    answer = me("POST", "/v1/me/addresses", an_address(**changes))
    assert (answer.status, [fault["pointer"] for fault in answer.json["errors"]]) == (422, [pointer])
    assert world.items() == before


def test_no_event_and_no_log_line_tells_where_a_person_lives(world, capsys):
    me = as_user(an.an_account())
    me("POST", "/v1/me/addresses", an_address())
    assert "Torstra" not in str(world.envelopes()) + capsys.readouterr().out
