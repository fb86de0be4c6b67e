"""Who works in a store and whom it invited: in one call where the store has few rows, the same where it has many."""

from functools import partial

import pytest

from bench.meter import measured
from functions.stores.store.stores import FEW
from kernel import ids
from kernel.table import Table, put
from tests.builders import staff
from tests.builders import stores as a
from tests.builders.operations import GUARDED, OPERATIONS, a_person, call
from tests.builders.staff import KIM
from tests.builders.stores import OWNER, STRANGER, as_user

LISTS = ("staff", "invitations")
TWO_CALLS = {"list_follows"}  # whom, then their names as of now
READS = sorted(name for name in GUARDED if OPERATIONS[name][1] == "GET" and OPERATIONS[name][2]["tags"] == ["stores"])


@pytest.fixture(params=["few", "many"])
def store_id(request, world) -> str:
    """A store with two colleagues and three invitations; once among more rows than are read together."""
    store_id = a.an_open_store()
    for _ in range(2):
        staff.a_colleague(store_id, staff.a_person(), "cashier")
    for one in range(3):
        staff.an_invitation(store_id, OWNER, email=f"{one}@example.com")
    if request.param == "many":
        left = [put({"pk": f"STORE#{store_id}", "sk": f"LEFT#{ids.new_id('usr')}", "version": 2}) for _ in range(FEW)]
        Table().commit(left[: FEW // 2])
        Table().commit(left[FEW // 2 :])
    return store_id


def walked(store_id: str, what: str, limit: int) -> list[list[str]]:
    """The pages of a list, to its end."""
    pages, cursor = list[list[str]](), None
    while True:
        query = {"limit": str(limit)} | ({"cursor": cursor} if cursor else {})
        page = as_user(OWNER)("GET", f"/v1/stores/{store_id}/{what}", query=query)
        assert page.status == 200, page.text
        pages.append([one.get("user_id") or one["id"] for one in page.json["items"]])
        cursor = page.json.get("cursor")
        if not cursor:
            return pages


@pytest.mark.parametrize("what", LISTS)
def test_a_list_is_the_same_whole_and_by_pages(store_id, what):
    (whole,) = walked(store_id, what, 50)
    assert len(whole) == 3
    assert whole == sorted(whole, reverse=what == "invitations")
    for limit in (1, 2, 3):
        pages = walked(store_id, what, limit)
        assert [one for page in pages for one in page] == whole
        assert max(map(len, pages)) <= limit


@pytest.mark.parametrize("what", LISTS)
def test_a_list_is_for_those_who_may_see_it_at_this_moment(world, store_id, what):
    path = f"/v1/stores/{store_id}/{what}"
    staff.a_colleague(store_id, KIM, "cashier")
    before = world.items()
    for who, status in ((OWNER, 200), (KIM, 404), (STRANGER, 404)):
        assert as_user(who)("GET", path).status == status
    assert a.public("GET", path).status == 401
    assert world.items() == before
    assert as_user(OWNER)("PUT", f"/v1/stores/{store_id}/staff/{KIM}", {"role": "manager"}).status == 200
    assert as_user(KIM)("GET", path).status == 200
    assert as_user(OWNER)("DELETE", f"/v1/stores/{store_id}/staff/{KIM}").status == 204
    assert as_user(KIM)("GET", path).status == 404
    assert staff.suspend(store_id).status == 200
    assert as_user(OWNER)("GET", path).json["code"] == "store_suspended"


@pytest.mark.parametrize("what", LISTS)
def test_there_is_no_list_of_a_store_that_is_not_there(world, what):
    answer = as_user(OWNER)("GET", f"/v1/stores/{a.STORE}/{what}")
    assert (answer.status, answer.json["code"]) == (404, "not_found")


def test_reading_what_belongs_to_a_store_or_a_person_is_one_call(world, subtests):
    """But for a list of names that have to be those of now."""
    person = a_person("owner@example.com")
    things, who = person.things(), person.as_a("admin")
    staff.a_colleague(things["store_id"], KIM, "cashier")
    assert staff.offer(things["store_id"], who.id, KIM).status == 201

    def read(name: str) -> None:
        assert call(name, who, things).status in (200, 204)

    for name in READS:
        with subtests.test(name):
            cost = measured(partial(read, name))
            assert len(cost.calls) <= (2 if name in TWO_CALLS else 1), cost.calls
