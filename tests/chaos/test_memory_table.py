"""The in-memory table earns trust: the same random calls on it and on an emulator give the same answers and rows."""

import os
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from kernel.changes import Change, check, delete, put, update
from tests.chaos import expressions
from tests.chaos.expressions import Unsupported
from tests.chaos.memory_table import MemoryDynamoDB, key_of, scan

TABLE = "conformance"
START = datetime(2026, 1, 1, tzinfo=UTC)
ACCOUNT = boto3.Session("test", "test", region_name="us-east-1")


def in_memory() -> MemoryDynamoDB:
    return MemoryDynamoDB([TABLE], lambda call, do: do(call.parameters), lambda: START)


EMULATOR = os.environ.get("CHAOS_DYNAMODB_URL")  # DynamoDB Local or MiniStack, when one is running


@pytest.fixture(params=["moto", "emulator"] if EMULATOR else ["moto"])
def other(request: pytest.FixtureRequest) -> Iterator[Any]:
    schema: dict[str, Any] = {
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "by_storepk", "by_storesk")
        ],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "by_store",
                "KeySchema": [
                    {"AttributeName": "by_storepk", "KeyType": "HASH"},
                    {"AttributeName": "by_storesk", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        "BillingMode": "PAY_PER_REQUEST",
    }
    if request.param == "emulator":
        client = ACCOUNT.client("dynamodb", endpoint_url=EMULATOR)
        client.create_table(TableName=TABLE, **schema)
        yield client
        client.delete_table(TableName=TABLE)
        return
    with mock_aws():
        client = ACCOUNT.client("dynamodb")
        client.create_table(TableName=TABLE, **schema)
        yield client


def a_change(chance: random.Random, pk: str, sk: str) -> Change:
    """Any change the kernel's builder can express, over few attributes, so that conditions fail and hold alike."""
    item = {"pk": pk, "sk": sk, "n": chance.randint(0, 3), "s": chance.choice("ab")}
    change: Change = chance.choice(
        [
            put(item),
            update(pk, sk).set(s=chance.choice(["a", "b", None]), n=chance.choice([1, 2])),
            update(pk, sk).set(s=chance.choice(["a", None])).add(n=chance.randint(-2, 2)),
            delete(pk, sk),
            check(pk, sk).exists(),
        ]
    )
    for _ in range(chance.randint(0, 2)):
        change = chance.choice(
            [
                change.absent(),
                change.exists(),
                change.when(s=chance.choice(["a", "b", None])),
                change.when(n=chance.randint(0, 3)),
                change.at_least(n=chance.randint(0, 3)),
                change.below(n=chance.randint(0, 3)),
            ]
        )
    return change


def answer(call: Any, **parameters: Any) -> tuple[str, list[Any], Any]:
    """What a writer can tell apart: success, or the error with its code, its reasons and the items they show."""
    try:
        call(**parameters)
        return ("done", [], None)
    except ClientError as error:
        response: Any = error.response
        reasons = [(one["Code"], one.get("Item")) for one in response.get("CancellationReasons", [])]
        return response["Error"]["Code"], reasons, response.get("Item")


@pytest.mark.parametrize("seed", range(4))
def test_random_writes_have_the_same_outcome(other: Any, seed: int) -> None:
    chance, ours = random.Random(seed), in_memory()
    keys = [(pk, sk) for pk in ("A", "B") for sk in ("1", "2")]
    seen: set[str] = set()
    for step in range(120):
        changes = [a_change(chance, *key) for key in chance.sample(keys, chance.randint(1, 3))]
        if len(changes) == 1 and changes[0].kind != "ConditionCheck":
            write = {"Put": "put_item", "Update": "update_item", "Delete": "delete_item"}[changes[0].kind]
            arguments = changes[0].request(TABLE, f"cmt_{step}")
        else:
            write = "transact_write_items"
            arguments = {"TransactItems": [{one.kind: one.request(TABLE, f"cmt_{step}")} for one in changes]}
        expected, got = answer(getattr(other, write), **arguments), answer(getattr(ours, write), **arguments)
        assert got == expected, (step, arguments)
        seen.add(got[0])
    assert {"done", "ConditionalCheckFailedException", "TransactionCanceledException"} <= seen
    assert {key_of(item): item for item in scan(other, TABLE)} == ours.tables[TABLE]


@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("prefix", ["", "a#"])
def test_queries_return_the_same_pages(other: Any, forward: bool, prefix: str) -> None:
    ours = in_memory()
    for pk in ("A", "B"):
        for sk in ("a#1", "a#2", "a#3", "b#1", "Z"):
            for client in (other, ours):
                client.put_item(TableName=TABLE, Item={"pk": {"S": pk}, "sk": {"S": sk}})
    request: dict[str, Any] = {
        "TableName": TABLE,
        "KeyConditionExpression": "#pk = :pk AND begins_with(#sk, :sk)" if prefix else "#pk = :pk",
        "ExpressionAttributeNames": {"#pk": "pk"} | ({"#sk": "sk"} if prefix else {}),
        "ExpressionAttributeValues": {":pk": {"S": "A"}} | ({":sk": {"S": prefix}} if prefix else {}),
        "Limit": 2,
        "ScanIndexForward": forward,
        "ConsistentRead": True,
    }
    pages: list[Any] = []
    for client in (other, ours):
        items: list[Any] = []
        start: dict[str, Any] | None = {}
        while start is not None:
            page = client.query(**request, **({"ExclusiveStartKey": start} if start else {}))
            items += page["Items"]
            start = page.get("LastEvaluatedKey")
        pages.append(items)
    assert pages[0] == pages[1]
    assert len(pages[0]) == (3 if prefix else 5)


@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("narrowed", ["", " AND begins_with(#sk, :sk)", " AND #sk < :sk"])
def test_queries_of_an_index_return_the_same_pages(other: Any, forward: bool, narrowed: str) -> None:
    """Items without its keys are not in it; of those alike in its keys, each comes once."""
    ours = in_memory()
    for number in range(9):
        keys = {"by_storepk": {"S": f"store {number % 2}"}, "by_storesk": {"S": f"a#{number // 4}"}}
        for client in (other, ours):
            found = keys if number < 8 else {}
            client.put_item(TableName=TABLE, Item={"pk": {"S": "A"}, "sk": {"S": str(number)}, **found})
    request: dict[str, Any] = {
        "TableName": TABLE,
        "IndexName": "by_store",
        "KeyConditionExpression": f"#pk = :pk{narrowed}",
        "ExpressionAttributeNames": {"#pk": "by_storepk"} | ({"#sk": "by_storesk"} if narrowed else {}),
        "ExpressionAttributeValues": {":pk": {"S": "store 1"}} | ({":sk": {"S": "a#1"}} if narrowed else {}),
        "Limit": 1,
        "ScanIndexForward": forward,
    }
    pages: list[Any] = []
    for client in (other, ours):
        items: list[Any] = []
        start: dict[str, Any] | None = {}
        while start is not None:
            page = client.query(**request, **({"ExclusiveStartKey": start} if start else {}))
            items += page["Items"]
            start = page.get("LastEvaluatedKey")
        pages.append([one["by_storesk"]["S"] for one in items])
        assert len({one["sk"]["S"] for one in items}) == len(items)
    assert pages[0] == pages[1]
    assert len(pages[0]) == (2 if narrowed else 4)


def test_batches_return_the_same_items(other: Any) -> None:
    ours, keys = in_memory(), [{"pk": {"S": "A"}, "sk": {"S": str(number)}} for number in range(5)]
    for client in (other, ours):
        for key in keys[::2]:
            client.put_item(TableName=TABLE, Item=key)
    request = {"RequestItems": {TABLE: {"Keys": keys, "ConsistentRead": True}}}
    found = [sorted(map(key_of, client.batch_get_item(**request)["Responses"][TABLE])) for client in (other, ours)]
    assert found[0] == found[1] == [("A", "0"), ("A", "2"), ("A", "4")]


def test_a_token_protects_for_ten_minutes_and_only_the_same_request() -> None:
    clock = [START]
    table = MemoryDynamoDB([TABLE], lambda call, do: do(call.parameters), lambda: clock[0])
    once = {"TransactItems": [{"Put": put({"pk": "A", "sk": "1"}).absent().request(TABLE, "cmt_1")}]}
    table.transact_write_items(**once, ClientRequestToken="t")
    table.transact_write_items(**once, ClientRequestToken="t")
    other = {"TransactItems": [{"Put": put({"pk": "B", "sk": "1"}).request(TABLE, "cmt_2")}]}
    assert answer(table.transact_write_items, **other, ClientRequestToken="t")[0] == (
        "IdempotentParameterMismatchException"
    )
    clock[0] += timedelta(minutes=11)
    assert answer(table.transact_write_items, **once, ClientRequestToken="t")[0] == "TransactionCanceledException"


def test_an_update_that_does_not_fit_its_item_changes_nothing() -> None:
    """Ours alone: moto keeps the half it could apply."""
    ours, kept = in_memory(), put({"pk": "A", "sk": "1", "s": "text"}).request(TABLE, "cmt_1")
    ours.put_item(**kept)
    misfit = update("A", "1").add(s=1).request(TABLE, "cmt_2")
    assert answer(ours.transact_write_items, TransactItems=[{"Update": misfit}])[1] == [("ValidationError", None)]
    assert answer(ours.update_item, **misfit)[0] == "ValidationException"
    assert ours.tables[TABLE] == {("A", "1"): kept["Item"]}


def test_two_operations_on_one_item_are_refused(other: Any) -> None:
    twice = [{"Put": put({"pk": "A", "sk": "1", "n": n}).request(TABLE, "cmt_1")} for n in (1, 2)]
    refused = [answer(client.transact_write_items, TransactItems=twice)[0] for client in (other, in_memory())]
    assert refused == ["ValidationException"] * 2


@pytest.mark.parametrize("text", ["#a <> :a", "size(#a) > :a", "NOT #a = :a", "#a = :a XOR #b = :b", "#a = :a #b"])
def test_what_the_kernel_does_not_write_is_refused(text: str) -> None:
    with pytest.raises(Unsupported):
        expressions.condition(text)
    with pytest.raises(Unsupported):
        in_memory().query(TableName=TABLE, KeyConditionExpression="#pk = :pk", FilterExpression="#a = :a")
