import pytest

from tests.builders import staff
from tests.builders import stores as a
from tests.builders.staff import KIM, LEE
from tests.builders.stores import OWNER, as_user

KEY = {"idempotency-key": "the-same-key"}


@pytest.fixture
def store_id(world) -> str:
    return a.an_open_store()


def told(world, store_id: str) -> list[str]:
    rows = [row["metadata"] for row in world.envelopes() if row["metadata"]["aggregate"] == store_id]
    return [row["type"] for row in sorted(rows, key=lambda row: (row["sequence"], row["type"]))]


def test_a_suspended_store_is_seen_by_nobody_and_run_by_nobody(world, store_id):
    staff.a_colleague(store_id, KIM, "manager")
    suspended = staff.suspend(store_id)
    assert (suspended.status, suspended.json["standing"]) == (200, "suspended")
    assert a.public("GET", "/v1/shops/analog-cameras").status == 404
    before = world.items()
    for who in (OWNER, KIM):
        for answer in (
            as_user(who)("PATCH", f"/v1/stores/{store_id}", {"name": "Another"}),
            as_user(who)("GET", f"/v1/stores/{store_id}/staff"),
            staff.invite(store_id, who),
        ):
            assert (answer.status, answer.json["code"]) == (403, "store_suspended")
    assert world.items() == before


def test_the_people_of_a_suspended_store_read_why(world, store_id):
    staff.suspend(store_id)
    assert as_user(OWNER)("GET", f"/v1/stores/{store_id}").json["standing_reason"] == "Buyers got nothing"


def test_a_restored_store_is_as_it_was(world, store_id):
    staff.suspend(store_id)
    restored = staff.judge(store_id, "restore")
    assert (restored.json["standing"], restored.json["standing_reason"]) == ("open", "")
    assert a.public("GET", "/v1/shops/analog-cameras").status == 200
    assert as_user(OWNER)("PATCH", f"/v1/stores/{store_id}", {"name": "Another"}).status == 200


def test_what_an_operator_does_is_kept_and_told(world, store_id):
    staff.suspend(store_id, LEE)
    staff.judge(store_id, "restore", LEE)
    assert told(world, store_id) == [
        "StoreOpened",
        *("OperatorActed", "StoreChanged", "StoreSuspended"),
        *("OperatorActed", "StoreChanged", "StoreRestored"),
    ]
    acted = [row["data"] for row in world.envelopes() if row["metadata"]["type"] == "OperatorActed"]
    assert [(one["operator_id"], one["action"], one["subject"]) for one in acted] == [
        (LEE, "suspend_store", store_id),
        (LEE, "restore_store", store_id),
    ]


def test_suspending_twice_is_suspending_once(world, store_id):
    first, again = (staff.suspend(store_id, LEE, headers=KEY) for _ in range(2))
    assert (again.status, again.text) == (first.status, first.text)
    assert staff.suspend(store_id, LEE).json["code"] == "stands_so"
    assert told(world, store_id).count("StoreSuspended") == 1


def test_a_moderator_does_not_judge_their_own_store(world, store_id):
    staff.a_colleague(store_id, LEE, "cashier")
    before = world.items()
    for who in (OWNER, LEE):
        assert staff.suspend(store_id, who).json["code"] == "not_your_own_store"
    assert world.items() == before


def test_a_store_that_is_not_there_is_not_suspended(world):
    assert staff.suspend(a.STORE).status == 404
    assert world.items() == []
