"""The emulator does less in tests than it is written to do, and comes to the same."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.builders import identity, operations
from tests.builders.cloud import BUCKET, client
from tests.builders.kept import keep

EVERYTHING = {
    "pk": {"S": "a"},
    "sk": {"S": "all"},
    "text": {"S": ""},
    "number": {"N": "-12.5"},
    "truth": {"BOOL": False},
    "nothing": {"NULL": True},
    "bytes": {"B": b"\x00\xff"},
    "texts": {"SS": ["a", "b"]},
    "numbers": {"NS": ["1", "2"]},
    "list": {"L": [{"S": "x"}, {"M": {"deep": {"L": [{"N": "1"}, {"M": {}}]}}}, {"L": []}]},
    "map": {"M": {"S": {"S": "named like a type"}, "L": {"N": "0"}}},
}


def a_row(pk: str, sk: str, **more: Any) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}, **more}


@pytest.fixture
def rows(world) -> list[dict[str, Any]]:
    """Three partitions, in an order that the alphabet does not give; one of them holds a value within a value."""
    written = [a_row("c", "1"), a_row("a", "2", map={"M": {"n": {"N": "1"}}}), a_row("a", "1"), a_row("b", "1")]
    for row in written:
        client("dynamodb").put_item(TableName="identity", Item=row)
    return contents()


def contents() -> list[dict[str, Any]]:
    pages = client("dynamodb").get_paginator("scan").paginate(TableName="identity")
    return [item for page in pages for item in page["Items"]]


def key(pk: str, sk: str) -> dict[str, Any]:
    return {"TableName": "identity", "Key": a_row(pk, sk)}


def put(pk: str, sk: str, **more: Any) -> dict[str, Any]:
    return {"Put": {"TableName": "identity", "Item": a_row(pk, sk, new={"BOOL": True}), **more}}


def count_up(pk: str, sk: str) -> dict[str, Any]:
    told = {"ExpressionAttributeNames": {"#map": "map"}, "ExpressionAttributeValues": {":one": {"N": "1"}}}
    return {"Update": {**key(pk, sk), "UpdateExpression": "ADD #map.n :one", **told}}


def transact(*writes: dict[str, Any]) -> None:
    client("dynamodb").transact_write_items(TransactItems=list(writes))


REFUSED = put("a", "1", ConditionExpression="attribute_not_exists(pk)")


@pytest.mark.parametrize(
    "written",
    [
        [put("a", "2")],
        [put("a", "9")],
        [put("z", "1"), put("z", "2")],
        [count_up("a", "2")],
        [{"Delete": key("c", "1")}],
        [{"Delete": key("c", "1")}, count_up("a", "2"), put("a", "9"), put("b", "1")],
    ],
    ids=["replaced", "added", "a new partition", "counted up in place", "deleted", "all of it"],
)
@pytest.mark.parametrize("refused_is", ["first", "last"])
def test_a_transaction_that_fails_leaves_every_row_as_it_was_and_where_it_was(rows, written, refused_is):
    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        transact(*([REFUSED, *written] if refused_is == "first" else [*written, REFUSED]))
    assert contents() == rows


def test_a_transaction_that_is_nonsense_leaves_every_row_as_it_was(rows):
    for nonsense in (put("a", "2"), {"Delete": {"TableName": "identity", "Key": {"pk": {"S": "a"}}}}):
        with pytest.raises(ClientError):
            transact(put("a", "2"), {"Delete": key("c", "1")}, nonsense)
        assert contents() == rows


def test_a_transaction_changes_what_it_names_and_only_that(rows):
    transact(count_up("a", "2"), {"Delete": key("c", "1")}, put("b", "1"))
    changed = {
        ("a", "2"): a_row("a", "2", map={"M": {"n": {"N": "2"}}}),
        ("b", "1"): a_row("b", "1", new={"BOOL": True}),
    }
    kept = [row for row in rows if row["pk"]["S"] != "c"]
    assert contents() == [changed.get((row["pk"]["S"], row["sk"]["S"]), row) for row in kept]


def test_a_value_of_every_type_comes_back_as_it_went(world):
    dynamodb = client("dynamodb")
    dynamodb.put_item(TableName="identity", Item=EVERYTHING)
    assert dynamodb.get_item(**key("a", "all"))["Item"] == EVERYTHING
    assert contents() == [EVERYTHING]
    assert dynamodb.query(
        TableName="identity",
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": "a"}},
    )["Items"] == [EVERYTHING]


def test_rows_are_read_as_a_scan_gives_them(world, rows):
    without_bytes = {name: value for name, value in EVERYTHING.items() if name != "bytes"}  # as no domain writes any
    client("dynamodb").put_item(TableName="identity", Item=without_bytes)
    transact(count_up("a", "2"), {"Delete": key("c", "1")})
    operations.a_person("owner@example.com")
    assert len(world.items()) > 50
    assert world.items() == contents()


def test_what_is_kept_comes_back_as_it_was_however_often_and_whatever_was_there_since(world):
    operations.a_person("owner@example.com")
    kept, bucket, sent = world.items(), objects(), len(world.mails())
    restore = keep()
    for round_ in range(2):
        for row in kept:
            client("dynamodb").delete_item(TableName="identity", Key={key: row[key] for key in ("pk", "sk")})
        operations.a_person(f"other-{round_}@example.com")
        client("s3").put_object(Bucket=BUCKET, Key=next(iter(bucket)), Body=b"another")
        assert identity.sign_in("owner@example.com").status == 401
        restore()
        assert (world.items(), objects(), len(world.mails())) == (kept, bucket, sent)
        assert identity.sign_in("owner@example.com").status == 201
        restore()


def objects() -> dict[str, bytes]:
    found = client("s3").list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return {one["Key"]: client("s3").get_object(Bucket=BUCKET, Key=one["Key"])["Body"].read() for one in found}


def test_two_people_are_the_same_two_whatever_a_test_did_to_them(world):
    owner, stranger = operations.two_people()
    before = world.items()
    identity.erased(owner.user_id, "owner@example.com")
    assert world.items() != before
    assert operations.two_people() == (owner, stranger)
    assert world.items() == before
