import random

import pytest
from botocore.exceptions import ClientError

from kernel import settings, table
from kernel.cursors import CursorInvalid
from kernel.errors import Conflict, Unavailable
from kernel.events import MAX_BYTES, Data, Event
from kernel.table import AlreadyDone, Receipt, Table, check, delete, put, update
from tests.component.kernel.conftest import answer_lost, refused


class Taken(Conflict):
    """Somebody was faster."""


class ThingMade(Data):
    thing_id: str


def a_thing(key: str = "1", **values):
    return {"pk": "THING", "sk": key, **values}


def made(sequence: int = 1) -> Event:
    return Event(ThingMade(thing_id="thg_1"), "thg_1", sequence)


def a_receipt(request_hash: str = "hash") -> Receipt:
    return Receipt("usr_1", "POST /v1/things", "key-12345", request_hash, 201, '{"id":"1"}')


def shown(item):
    return {name: value for name, value in item.items() if name != "_commit"}


# Reading


def test_what_was_committed_is_read_back(things: Table):
    things.commit([put(a_thing(name="ї", amount=10**20, tags=["a"], nested={"b": True}, gone=None))])
    item = things.get("THING", "1")
    assert item
    assert shown(item) == a_thing(name="ї", amount=10**20, tags=["a"], nested={"b": True})
    assert things.get("THING", "2") is None


def test_many_are_read_in_one_call_and_missing_ones_are_left_out(things: Table, client):
    things.commit([put(a_thing(str(number))) for number in range(3)])
    client.calls.clear()
    found = things.get_many([("THING", "0"), ("THING", "2"), ("THING", "9")])
    assert found.keys() == {("THING", "0"), ("THING", "2")}
    assert client.calls == ["batch_get_item"]


def some_unprocessed(call):
    """DynamoDB gives part of a batch and asks to come again for the rest."""
    return {
        "Responses": {"identity": [{"pk": {"S": "THING"}, "sk": {"S": "0"}}]},
        "UnprocessedKeys": {"identity": {"Keys": [{"pk": {"S": "THING"}, "sk": {"S": "1"}}]}},
    }


def test_what_a_batch_left_out_is_asked_for_again(things: Table, client):
    things.commit([put(a_thing("1"))])
    client.plan = [some_unprocessed]
    assert things.get_many([("THING", "0"), ("THING", "1")]).keys() == {("THING", "0"), ("THING", "1")}


def test_a_table_that_is_too_busy_to_read_says_so(things: Table, client):
    client.plan = [some_unprocessed] * table.ATTEMPTS
    with pytest.raises(Unavailable, match="too busy to read"):
        things.get_many([("THING", "0"), ("THING", "1")])


@pytest.mark.parametrize("trouble", [refused("ThrottlingException"), answer_lost])
def test_a_read_that_is_refused_or_not_answered_may_be_tried_again(things: Table, client, trouble):
    """Whoever asked over HTTP hears that it is busy, not that something is broken."""
    for read in (lambda: things.get("THING", "1"), lambda: things.query("THING"), lambda: [*things.every("THING")]):
        client.plan = [trouble]
        with pytest.raises(Unavailable):
            read()


# Lists


@pytest.fixture
def listed(things: Table) -> Table:
    things.commit([put(a_thing(f"{number:02d}")) for number in range(7)] + [put({"pk": "OTHER", "sk": "00"})])
    return things


def test_a_list_is_read_up_to_a_bound_which_is_not_part_of_it(listed: Table):
    keys = [item["sk"] for item in listed.query("THING").items]
    found = listed.query("THING", before=keys[3], newest_first=True, limit=2)
    assert [item["sk"] for item in found.items] == [keys[2], keys[1]]
    rest = listed.query("THING", before=keys[3], newest_first=True, limit=2, cursor=found.cursor)
    assert [item["sk"] for item in rest.items] == [keys[0]]
    with pytest.raises(ValueError, match="one condition"):
        listed.query("THING", "0", before=keys[3])


def test_a_list_is_read_a_page_at_a_time_in_either_direction(listed: Table):
    def walk(newest_first: bool) -> list[str]:
        cursor, keys = None, []
        while True:
            page = listed.query("THING", limit=3, cursor=cursor, newest_first=newest_first)
            keys += [item["sk"] for item in page.items]
            if not (cursor := page.cursor):
                return keys

    keys = [f"{number:02d}" for number in range(7)]
    assert walk(newest_first=False) == keys
    assert walk(newest_first=True) == keys[::-1]


def test_a_prefix_narrows_a_list(listed: Table):
    assert [item["sk"] for item in listed.query("THING", "03").items] == ["03"]


def cursor_of(listed: Table) -> str:
    cursor = listed.query("THING", limit=2).cursor
    assert cursor
    return cursor


def test_a_cursor_that_was_tampered_with_is_refused(listed: Table):
    good = cursor_of(listed)
    wrong = [good[:-1] + ("A" if good[-1] != "A" else "B"), "x" + good[1:], good[:20], "", "né", "=", "a" * 1000]
    for cursor in wrong:
        if cursor:
            with pytest.raises(CursorInvalid):
                listed.query("THING", limit=2, cursor=cursor)


@pytest.mark.parametrize(
    "other", [{"pk": "OTHER"}, {"pk": "THING", "sk_prefix": "0"}, {"pk": "THING", "newest_first": True}]
)
def test_a_cursor_belongs_to_the_list_it_was_made_for(listed: Table, other):
    with pytest.raises(CursorInvalid):
        listed.query(**other, limit=2, cursor=cursor_of(listed))


def test_every_row_of_a_partition_is_read_page_after_page_without_the_key_of_cursors(
    listed: Table, client, monkeypatch
):
    monkeypatch.setattr(settings, "key", lambda _: pytest.fail("sealed a cursor that nobody is handed"))
    client.calls.clear()
    rows = listed.every("THING", at_once=3)
    assert client.calls == []
    keys = []
    for row in rows:
        keys.append(row["sk"])
        listed.commit([delete("THING", row["sk"])])  # as those do who empty what they read
    assert keys == [f"{number:02d}" for number in range(7)]
    assert client.calls.count("query") == 3
    assert list(listed.every("THING")) == []
    assert [row["pk"] for row in listed.every("OTHER", "0")] == ["OTHER"]


def test_a_partition_is_emptied_but_for_what_is_kept_however_much_is_in_it(things: Table, client):
    for first in range(0, 250, 50):
        things.commit([put(a_thing(f"{number:03d}")) for number in range(first, first + 50)])
    client.calls.clear()
    things.empty("THING", keep=("007", "249"))
    assert [row["sk"] for row in things.every("THING")] == ["007", "249"]
    assert client.calls.count("transact_write_items") == 3


# Writing


def test_a_failed_condition_means_what_its_change_says(things: Table):
    things.commit([put(a_thing(version=1))])
    with pytest.raises(Taken):
        things.commit([put(a_thing(version=2)).absent().otherwise(Taken())])
    with pytest.raises(Conflict):
        things.commit([put(a_thing(version=2)).absent()])
    for change in (
        update("THING", "1").set(x=1).when(version=9),
        update("THING", "1").set(x=1).at_least(version=2),
        update("THING", "1").set(x=1).below(version=1),
        update("THING", "1").set(x=1).when(version=None),
        update("THING", "2").set(x=1).exists(),
        delete("THING", "1").when(version=9),
    ):
        with pytest.raises(Taken):
            things.commit([change.otherwise(Taken())])
    item = things.get("THING", "1")
    assert item
    assert shown(item) == a_thing(version=1)


def test_of_several_changes_either_all_happen_or_none(things: Table):
    things.commit([put(a_thing("1", stock=1))])
    with pytest.raises(Taken):
        things.commit(
            [put(a_thing("2")), update("THING", "1").add(stock=-2).at_least(stock=2).otherwise(Taken())], [made()]
        )
    assert things.get("THING", "2") is None
    assert things.query("EVENT#thg_1").items == []


def test_a_change_may_depend_on_an_item_it_leaves_alone(things: Table):
    with pytest.raises(Taken):
        things.commit([put(a_thing("2")), check("THING", "1").exists().otherwise(Taken())])
    things.commit([put(a_thing("1"))])
    things.commit([put(a_thing("2")), check("THING", "1").exists().otherwise(Taken())])
    assert things.get("THING", "2")


def test_an_update_sets_adds_and_removes(things: Table):
    things.commit([put(a_thing(stock=5, old="x"))])
    things.commit([update("THING", "1").set(state="sold", old=None).add(stock=-2, sales=1)])
    item = things.get("THING", "1")
    assert item
    assert shown(item) == a_thing(stock=3, sales=1, state="sold")


def test_an_event_is_a_row_of_the_same_transaction(things: Table, client):
    things.commit([put(a_thing())], [made(1), made(2)])
    rows = things.query("EVENT#thg_1").items
    assert [row["sk"] for row in rows] == ["000000000001#ThingMade", "000000000002#ThingMade"]
    assert {(row["type"], row["source"]) for row in rows} == {("ThingMade.v1", "metco.identity")}
    assert all("ttl" in row for row in rows)
    assert "put_item" not in client.calls


def test_where_events_are_the_history_they_never_expire(client):
    ledger = Table(keep_events=True)
    ledger.commit([put(a_thing())], [made()])
    assert "ttl" not in ledger.query("EVENT#thg_1").items[0]


def test_one_event_cannot_take_anothers_place(things: Table):
    things.commit([put(a_thing("1"))], [made(1)])
    with pytest.raises(Conflict):
        things.commit([put(a_thing("2"))], [made(1)])
    assert things.get("THING", "2") is None


def test_one_item_and_no_event_is_a_plain_write_at_half_the_price(things: Table, client):
    things.commit([put(a_thing()).absent()])
    things.commit([update("THING", "1").set(x=1).exists()])
    things.commit([delete("THING", "1")])
    assert client.calls == ["put_item", "update_item", "delete_item"]


def test_a_lone_check_still_is_a_transaction(things: Table, client):
    with pytest.raises(Taken):
        things.commit([check("THING", "1").exists().otherwise(Taken())])
    assert client.calls == ["transact_write_items"]


@pytest.mark.parametrize("count", [0, 101])
def test_a_transaction_has_its_limits(things: Table, count, client):
    with pytest.raises(ValueError, match="1 to 100 changes"):
        things.commit([put(a_thing(str(number))) for number in range(count)])
    assert client.calls == []


def test_a_hundred_changes_are_not_too_many(things: Table):
    things.commit([put(a_thing(f"{number:03d}")) for number in range(100)])
    assert len(things.query("THING", limit=200).items) == 100


def test_a_fat_event_and_a_fraction_stop_everything(things: Table, client):
    fat = Event(ThingMade(thing_id="x" * MAX_BYTES), "thg_1", 1)
    with pytest.raises(ValueError, match="send ids"):
        things.commit([put(a_thing())], [fat])
    with pytest.raises(TypeError, match="Float"):
        things.commit([put(a_thing(price=1.5))])
    assert client.calls == []


# Retrying

BUSY = [
    refused("TransactionCanceledException", "None", "TransactionConflict"),
    refused("TransactionCanceledException", "ThrottlingError", "None"),
    refused("TransactionCanceledException", "ProvisionedThroughputExceeded"),
    refused("ProvisionedThroughputExceededException"),
    refused("ThrottlingException"),
    refused("TransactionConflictException"),
    refused("TransactionInProgressException"),
    refused("RequestLimitExceeded"),
    refused("InternalServerError"),
]


@pytest.mark.parametrize("busy", BUSY)
@pytest.mark.parametrize("events", [[], [made()]])
def test_whoever_meets_a_busy_table_tries_again(things: Table, client, busy, events):
    client.plan = [busy, busy]
    things.commit([put(a_thing()).absent()], events)
    assert things.get("THING", "1")
    assert len(things.query("EVENT#thg_1").items) == len(events)


def test_a_commit_tells_where_it_met_rivals_and_how_often(things: Table, client):
    conflict = refused("TransactionCanceledException", "None", "TransactionConflict")
    client.plan = [conflict, refused("ThrottlingException"), conflict]
    assert things.commit([put(a_thing("1")), put(a_thing("2"))]) == [("THING", "2"), ("THING", "2")]
    client.plan = [refused("TransactionConflictException")]
    assert things.commit([put(a_thing("3"))]) == [("THING", "3")]
    assert things.commit([put(a_thing("4"))]) == []


def test_a_table_that_stays_busy_is_unavailable_and_nothing_was_written(things: Table, client):
    client.plan = [refused("ThrottlingException")] * table.ATTEMPTS
    with pytest.raises(Unavailable, match="too busy to write"):
        things.commit([put(a_thing())])
    assert things.get("THING", "1") is None


def test_waiting_is_random_and_grows_up_to_a_second(things: Table, client, monkeypatch):
    waits: list[float] = []
    monkeypatch.setattr(table, "sleep", waits.append)
    monkeypatch.setattr(random, "uniform", lambda low, high: high if low == 0 else None)
    client.plan = [refused("ThrottlingException")] * table.ATTEMPTS
    with pytest.raises(Unavailable):
        things.commit([put(a_thing())])
    assert waits == [0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.0, 1.0]


def test_a_failed_condition_is_not_tried_again_even_beside_a_conflict(things: Table, client):
    client.plan = [refused("TransactionCanceledException", "ConditionalCheckFailed", "TransactionConflict")]
    with pytest.raises(Taken):
        things.commit([put(a_thing()).absent().otherwise(Taken()), put(a_thing("2"))])
    assert client.calls == ["transact_write_items"]


@pytest.mark.parametrize("code", ["ValidationException", "AccessDeniedException", "ResourceNotFoundException"])
def test_a_defect_is_not_tried_again(things: Table, client, code):
    client.plan = [refused(code)]
    with pytest.raises(ClientError, match=code):
        things.commit([put(a_thing())])
    assert client.calls == ["put_item"]


def test_a_transaction_refused_for_a_defect_is_not_tried_again(things: Table, client):
    client.plan = [refused("TransactionCanceledException", "ValidationError", "TransactionConflict")]
    with pytest.raises(ClientError, match="TransactionCanceled"):
        things.commit([put(a_thing("1")), put(a_thing("2"))])
    assert client.calls == ["transact_write_items"]


# Lost answers


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize(
    "changes",
    [
        [put(a_thing()).absent().otherwise(Taken())],
        [put(a_thing()).absent().otherwise(Taken()), put(a_thing("2")).absent().otherwise(Taken())],
    ],
)
def test_a_commit_recognises_its_own_work_when_the_answer_was_lost(things: Table, client, changes, times):
    client.plan = [answer_lost] + [refused("ThrottlingException")] * (times - 1)
    things.commit(changes)
    assert len(things.query("THING").items) == len(changes)


def test_someone_elses_work_is_not_taken_for_its_own(things: Table, client):
    def rival_first(call):
        things.commit([put(a_thing(owner="rival")).absent()])
        return answer_lost(lambda: None)

    client.plan = [rival_first]
    with pytest.raises(Taken):
        things.commit([put(a_thing(owner="me")).absent().otherwise(Taken())])
    item = things.get("THING", "1")
    assert item
    assert item["owner"] == "rival"


def test_a_version_moves_once_although_the_answer_was_lost(things: Table, client):
    things.commit([put(a_thing(version=1))])
    client.plan = [answer_lost]
    things.commit([put(a_thing(version=2)).when(version=1).otherwise(Taken())], [made()])
    item = things.get("THING", "1")
    assert item
    assert item["version"] == 2
    assert len(things.query("EVENT#thg_1").items) == 1


def test_an_amount_is_added_under_a_token_that_makes_a_repetition_harmless(things: Table, client):
    """A lone update that adds is no plain write: asked twice it would add twice."""
    things.commit([update("THING", "1").add(count=1)])
    assert client.calls == ["transact_write_items"]


# Receipts


def test_a_receipt_is_kept_with_the_change_it_stands_for(things: Table):
    things.commit([put(a_thing())], receipt=a_receipt())
    assert things.receipt("usr_1", "POST /v1/things", "key-12345") == a_receipt()
    for other in (("usr_2", "POST /v1/things"), ("usr_1", "PUT /v1/things")):
        assert things.receipt(*other, "key-12345") is None


def test_a_second_command_under_the_same_receipt_changes_nothing(things: Table):
    things.commit([put(a_thing("1"))], receipt=a_receipt())
    with pytest.raises(AlreadyDone):
        things.commit([put(a_thing("2"))], receipt=a_receipt("another"))
    assert things.get("THING", "2") is None


def test_a_refused_command_leaves_no_receipt(things: Table):
    with pytest.raises(Taken):
        things.commit([check("THING", "1").exists().otherwise(Taken())], receipt=a_receipt())
    assert things.receipt("usr_1", "POST /v1/things", "key-12345") is None
