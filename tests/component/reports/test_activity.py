"""What people do is counted once, kept with them only where they agreed, and gone when they are."""

import io
import json
from datetime import timedelta

import pytest

from functions.reports import consumers, rules
from functions.reports.model import Activities
from functions.reports.store import Limit, activities
from kernel import aws, clock
from kernel.people import DataExportRequested, GuestAbsorbed, UserErased
from kernel.table import Table
from tests.builders import reports as a
from tests.builders.cloud import World
from tests.builders.consumed import received
from tests.builders.http import Caller

BY_ALL = pytest.mark.parametrize(
    ("caller", "path"),
    [(a.nobody, "/v1/activity"), (a.as_guest(), "/v1/me/activity"), (a.as_user(), "/v1/me/activity")],
    ids=["nobody", "guest", "person"],
)


def seen(world: World) -> list[dict]:
    return [one["data"] for one in world.envelopes() if one["metadata"]["type"] == "ActivitySeen"]


def rows(world: World) -> list[dict]:
    return [item for item in world.items() if "kind" in item]


@BY_ALL
def test_what_was_done_is_taken_kept_and_told_once(world: World, caller: Caller, path: str):
    body = a.activities(a.an_activity(), a.an_activity(kind="searched", query="my wish", product_id=None, results=0))
    first, again = (caller("POST", path, body) for _ in range(2))
    assert (first.status, first.json) == (202, {"taken": 2, "repeated": 0})
    assert (again.status, again.json) == (202, {"taken": 0, "repeated": 2})
    assert len(rows(world)) == 2
    [told] = seen(world)
    assert [act["kind"] for act in told["acts"]] == ["product_viewed", "searched"]
    assert told["visitor_id"] == (caller.principal.id if caller.principal else None)
    assert "my wish" not in json.dumps(seen(world))


@BY_ALL
def test_without_consent_nothing_leads_to_anybody(world: World, caller: Caller, path: str):
    assert caller("POST", path, a.activities(consent=False)).json == {"taken": 1, "repeated": 0}
    [told], [row] = seen(world), rows(world)
    assert told["visitor_id"] is None
    assert not any(who in json.dumps([row, told]) for who in (a.PERSON, a.GUEST_ID))


def test_of_a_sending_that_is_partly_known_the_rest_is_taken(world: World):
    known, new = a.an_activity(), a.an_activity()
    a.as_user()("POST", "/v1/me/activity", a.activities(known))
    answer = a.as_user()("POST", "/v1/me/activity", a.activities(known, new))
    assert answer.json == {"taken": 1, "repeated": 1}
    assert [len(one["acts"]) for one in seen(world)] == [1, 1]


def test_fifty_are_taken_at_once_and_one_more_is_refused(world: World):
    many = [a.an_activity() for _ in range(51)]
    assert a.as_user()("POST", "/v1/me/activity", a.activities(*many)).status == 422
    assert rows(world) == []
    assert a.as_user()("POST", "/v1/me/activity", a.activities(*many[:50])).json["taken"] == 50
    assert len(rows(world)) == 50


def test_an_id_of_ones_own_does_not_hide_somebody_elses(world: World):
    one = a.an_activity()
    for caller, path in ((a.nobody, "/v1/activity"), (a.as_user(), "/v1/me/activity")):
        assert caller("POST", path, a.activities(one)).json["taken"] == 1
    assert len(rows(world)) == 2


def test_whoever_has_no_token_is_not_remembered_by_saying_so(world: World):
    assert a.nobody("POST", "/v1/me/activity", a.activities()).status == 401
    assert (rows(world), seen(world)) == ([], [])


def test_more_than_a_person_does_is_refused_and_the_next_window_is_another(world: World, monkeypatch):
    monkeypatch.setattr(rules, "CALLS_OF_A_VISITOR", 2)
    with clock.frozen(a.NOON) as advance:
        answers = [a.as_user()("POST", "/v1/me/activity", a.activities()) for _ in range(3)]
        assert [one.status for one in answers] == [202, 202, 429]
        assert answers[-1].json["code"] == "too_much_activity"
        assert len(rows(world)) == 2
        advance(rules.WINDOW)
        assert a.as_user()("POST", "/v1/me/activity", a.activities()).status == 202


def test_a_network_has_its_own_share(world: World, monkeypatch):
    monkeypatch.setattr(rules, "CALLS_OF_A_NETWORK", 1)
    statuses = [
        a.nobody("POST", "/v1/activity", a.activities(), ip=ip).status for ip in ("192.0.2.1", "192.0.2.1", "192.0.2.2")
    ]
    assert statuses == [202, 429, 202]
    assert "192.0.2.1" not in json.dumps(world.items())


def test_everything_expires(world: World):
    world.set(activity_kept_days=30)
    with clock.frozen(a.NOON):
        a.as_user()("POST", "/v1/me/activity", a.activities())
    [row] = rows(world)
    assert int(row["ttl"]["N"]) == clock.epoch_s(a.NOON + timedelta(days=30))


@pytest.mark.parametrize("times", [1, 2])
def test_who_is_erased_is_forgotten_and_stays_so(world: World, times: int):
    a.as_user()("POST", "/v1/me/activity", a.activities(), headers={"Idempotency-Key": "activity-1"})
    for _ in range(times):
        consumers.forget_person(received(UserErased(user_id=a.PERSON)))
    assert rows(world) == []
    assert not any(item["pk"]["S"] == f"RECEIPT#{a.PERSON}" for item in world.items())
    late = a.as_user()("POST", "/v1/me/activity", a.activities())
    assert (late.status, late.json["code"], rows(world)) == (409, "forgotten", [])


def test_what_a_guest_did_is_the_persons_once_they_sign_in(world: World):
    many = [a.an_activity() for _ in range(50)]
    a.as_guest()("POST", "/v1/me/activity", a.activities(*many))
    a.as_guest()("POST", "/v1/me/activity", a.activities(*[a.an_activity() for _ in range(10)]))
    for _ in range(2):
        consumers.give_to_person(received(GuestAbsorbed(guest_id=a.GUEST_ID, user_id=a.PERSON)))
    assert len(activities().known_of(a.PERSON)) == 60
    assert activities().known_of(a.GUEST_ID) == []


def test_what_a_guest_did_goes_when_the_person_has_gone(world: World):
    a.as_guest()("POST", "/v1/me/activity", a.activities())
    consumers.forget_person(received(UserErased(user_id=a.PERSON)))
    consumers.give_to_person(received(GuestAbsorbed(guest_id=a.GUEST_ID, user_id=a.PERSON)))
    assert rows(world) == []


def test_a_person_is_told_what_is_kept(world: World, monkeypatch):
    monkeypatch.setenv("EXPORTS", world.environment["BUCKET"])
    done = a.an_activity(kind="searched", query="film camera", product_id=None)
    a.as_user()("POST", "/v1/me/activity", a.activities(done))
    consumers.add_to_export(received(DataExportRequested(user_id=a.PERSON, export_id="exp_1")))
    key = f"exports/{a.PERSON}/exp_1.reports.json"
    told = json.load(
        io.BytesIO(aws.client("s3").get_object(Bucket=world.environment["BUCKET"], Key=key)["Body"].read())
    )
    assert [(one["kind"], one["query"]) for one in told["activity"]] == [("searched", "film camera")]


def test_a_lost_race_counts_once(world: World, monkeypatch):
    """Another call of the same client was faster by a moment: between our look and our write."""
    body, commit = a.activities(), Table.commit
    raced: list[bool] = []

    def after_a_rival(table: Table, *arguments, **options):
        if not raced:
            raced.append(True)
            assert a.as_user()("POST", "/v1/me/activity", body).json["taken"] == 1
        return commit(table, *arguments, **options)

    monkeypatch.setattr(Table, "commit", after_a_rival)
    store = activities()
    now = clock.now()
    happened = rules.done(Activities.model_validate(body), now)
    assert store.take(a.PERSON, happened, Limit("x", 9, now), 1, lambda new: None) == 0
    assert (len(rows(world)), len(seen(world))) == (1, 1)
