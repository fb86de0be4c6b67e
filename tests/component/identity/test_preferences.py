import pytest

from tests.builders import identity as an
from tests.builders.identity import as_user


def test_nobody_has_to_say_anything(world):
    preferences = as_user(an.an_account())("GET", "/v1/me/preferences")
    assert preferences.json["email"] == ["messages", "orders", "stores"]
    assert "offers" not in str(preferences.json)
    assert preferences.headers["ETag"] == '"1"'


def test_what_is_sent_changes_and_is_told_to_whoever_sends_messages(world):
    user = an.an_account()
    me = as_user(user)
    quiet = {"begin": "22:00", "end": "07:00"}
    change = {"email": ["orders", "offers", "orders"], "quiet_hours": quiet, "time_zone": "Asia/Kolkata"}
    edited = me("PATCH", "/v1/me/preferences", change)
    assert (edited.status, edited.json["email"], edited.json["version"]) == (200, ["offers", "orders"], 2)
    assert me("GET", "/v1/me/preferences").json == edited.json
    told = world.envelopes()[-1]
    assert told["metadata"]["type"] == "PreferencesChanged"
    as_told = {"email": "by_mail", "sms": "by_sms", "push": "by_push"}
    kept = {as_told.get(key, key): value for key, value in edited.json.items() if key != "version"}
    assert told["data"] == {**kept, "user_id": user}
    assert me("PATCH", "/v1/me/preferences", {"quiet_hours": None}).json["quiet_hours"] is None
    assert me("PATCH", "/v1/me/preferences", {"digest": "daily"}).json["email"] == ["offers", "orders"]


def test_an_edit_of_an_old_version_is_refused_and_changes_nothing(world):
    me = as_user(an.an_account())
    me("PATCH", "/v1/me/preferences", {"digest": "daily"})
    before = world.items()
    late = me("PATCH", "/v1/me/preferences", {"digest": "weekly"}, headers={"If-Match": '"1"'})
    assert (late.status, late.json["code"]) == (412, "precondition_failed")
    assert world.items() == before


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"email": ["everything"]}, "/email/0"),
        ({"quiet_hours": {"begin": "25:00", "end": "07:00"}}, "/quiet_hours/begin"),
        ({"quiet_hours": {"begin": "22:00"}}, "/quiet_hours/end"),
        ({"time_zone": "../etc/passwd"}, "/time_zone"),
        ({"telepathy": []}, "/telepathy"),
    ],
)
def test_a_bad_preference_is_told_and_changes_nothing(world, change, pointer):
    me = as_user(an.an_account())
    before = world.items()
    answer = me("PATCH", "/v1/me/preferences", change)
    assert (answer.status, [fault["pointer"] for fault in answer.json["errors"]]) == (422, [pointer])
    assert world.items() == before
