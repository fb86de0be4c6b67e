"""DynamoDB in memory: conditions, transactions, queries as Metco uses them, and a refusal of everything else."""

from collections.abc import Callable, Collection, ItemsView, Iterator, Mapping, MutableMapping, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from tests.chaos import expressions, faults
from tests.chaos.expressions import InvalidUpdate, Item, Unsupported
from tests.chaos.faults import Call, client_error

KEYS = ("pk", "sk")
TOKEN_LIFE = timedelta(minutes=10)
SINGLE = {"PutItem": "Put", "UpdateItem": "Update", "DeleteItem": "Delete"}
MAX_TRANSACTION_ITEMS = 100
MAX_BATCH_KEYS = 100

Key = tuple[str, str]
Do = Callable[[Mapping[str, Any]], dict[str, Any]]
Wire = Callable[[Call, Do], Any]
Reason = Mapping[str, Any]

EXPRESSION = {"ExpressionAttributeNames", "ExpressionAttributeValues"}
WRITE = {"TableName", "ConditionExpression", "ReturnValuesOnConditionCheckFailure", *EXPRESSION}
PARAMETERS: Mapping[str, set[str]] = {
    "Put": {*WRITE, "Item"},
    "Update": {*WRITE, "Key", "UpdateExpression"},
    "Delete": {*WRITE, "Key"},
    "ConditionCheck": {*WRITE, "Key"},
    "GetItem": {"TableName", "Key", "ConsistentRead"},
    "Query": {"TableName", "IndexName", "KeyConditionExpression", "ConsistentRead", "Limit", *EXPRESSION}
    | {"ExclusiveStartKey", "ScanIndexForward"},
    "BatchGetItem": {"RequestItems"},
    "TransactWriteItems": {"TransactItems", "ClientRequestToken"},
}


class Rows(MutableMapping[Key, Item]):
    """A table's items by key, and the same items by partition, so that a query need not look at all of them."""

    def __init__(self) -> None:
        self._items: dict[Key, Item] = {}
        self.partitions: dict[str, dict[str, Item]] = {}

    def __getitem__(self, key: Key) -> Item:
        return self._items[key]

    def __setitem__(self, key: Key, item: Item) -> None:
        self._items[key] = self.partitions.setdefault(key[0], {})[key[1]] = item

    def __delitem__(self, key: Key) -> None:
        del self._items[key], self.partitions[key[0]][key[1]]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def of(self, partition: str) -> Collection[Item]:
        return self.partitions.get(partition, {}).values()

    def items(self) -> ItemsView[Key, Item]:
        return self._items.items()  # a dictionary's own: checkers look at everything after every write


class MemoryDynamoDB:
    """A boto3 client's look and a service's behaviour; every call passes through `wire`, where faults are made."""

    exceptions = faults.EXCEPTIONS

    def __init__(self, tables: Sequence[str], wire: Wire, now: Callable[[], datetime]) -> None:
        self.tables: dict[str, Rows] = {name: Rows() for name in tables}
        self.inserted: dict[str, list[Item]] = {name: [] for name in tables}  # the stream, INSERT records only
        self._wire, self._now = wire, now
        self._tokens: dict[str, tuple[datetime, Any]] = {}
        self._sdk_tokens = count(1)

    def forget_tokens(self) -> None:
        """Ten minutes have passed, as far as idempotency tokens are concerned."""
        self._tokens.clear()

    # --- what boto3 offers

    def get_item(self, **parameters: Any) -> dict[str, Any]:
        known(parameters, "GetItem")
        return self._send("GetItem", parameters, self._get)

    def batch_get_item(self, **parameters: Any) -> dict[str, Any]:
        known(parameters, "BatchGetItem")
        return self._send("BatchGetItem", parameters, self._batch_get)

    def query(self, **parameters: Any) -> dict[str, Any]:
        known(parameters, "Query")
        return self._send("Query", parameters, self._query)

    def transact_write_items(self, **parameters: Any) -> dict[str, Any]:
        known(parameters, "TransactWriteItems")
        token = parameters.get("ClientRequestToken") or f"sdk-{next(self._sdk_tokens)}"
        return self._send("TransactWriteItems", parameters, lambda sent: self._transact(token, sent["TransactItems"]))

    def put_item(self, **parameters: Any) -> dict[str, Any]:
        return self._send("PutItem", parameters, lambda sent: self._single("Put", sent))

    def update_item(self, **parameters: Any) -> dict[str, Any]:
        return self._send("UpdateItem", parameters, lambda sent: self._single("Update", sent))

    def delete_item(self, **parameters: Any) -> dict[str, Any]:
        return self._send("DeleteItem", parameters, lambda sent: self._single("Delete", sent))

    def _send(self, operation: str, parameters: Mapping[str, Any], do: Do) -> dict[str, Any]:
        answer: dict[str, Any] = self._wire(Call("dynamodb", operation, parameters), do)
        return answer

    # --- reads

    def _get(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        item = self.tables[parameters["TableName"]].get(key_of(parameters["Key"]))
        return {"Item": dict(item)} if item is not None else {}

    def _batch_get(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        requests: Mapping[str, Mapping[str, Any]] = parameters["RequestItems"]
        keys = [(table, key_of(key)) for table, request in requests.items() for key in request["Keys"]]
        if len(set(keys)) != len(keys):
            raise invalid("BatchGetItem", "Provided list of item keys contains duplicates")
        if len(keys) > MAX_BATCH_KEYS:
            raise invalid("BatchGetItem", "Too many items requested for the BatchGetItem call")
        found: dict[str, list[Item]] = {table: [] for table in requests}
        for table, key in keys:
            item = self.tables[table].get(key)
            if item is not None:
                found[table].append(dict(item))
        return {"Responses": found, "UnprocessedKeys": {}}

    def _query(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        names = parameters.get("ExpressionAttributeNames", {})
        values = parameters.get("ExpressionAttributeValues", {})
        matches = expressions.condition(parameters["KeyConditionExpression"])
        forward = parameters.get("ScanIndexForward", True)
        key, partition = expressions.partition(parameters["KeyConditionExpression"], names, values)
        index = parameters.get("IndexName", "")
        if key != f"{index}pk" or (index and parameters.get("ConsistentRead")):
            raise invalid("Query", "a query of an index asks for its keys, and is not consistent")
        order = (f"{index}sk", *KEYS) if index else ("sk",)
        table = self.tables[parameters["TableName"]]
        held = [row for row in table.values() if row.keys() >= {key, *order}] if index else table.of(partition)
        rows = sorted(
            (row for row in held if matches(expressions.Context(row, names, values))),
            key=lambda row: place(row, order),
            reverse=not forward,
        )
        if start := parameters.get("ExclusiveStartKey"):
            after = place(start, order)
            rows = [row for row in rows if (place(row, order) > after) is forward and place(row, order) != after]
        limit = parameters.get("Limit", len(rows) + 1)
        page = rows[:limit]
        answer: dict[str, Any] = {"Items": [dict(item) for item in page], "Count": len(page)}
        if len(page) == limit:  # like DynamoDB, which does not look whether anything is left
            answer["LastEvaluatedKey"] = {name: page[-1][name] for name in {*order, key, *KEYS}}
        return answer

    # --- writes

    def _transact(self, token: str, operations: Sequence[Mapping[str, Mapping[str, Any]]]) -> dict[str, Any]:
        seen = self._tokens.get(token)
        if seen and self._now() - seen[0] < TOKEN_LIFE:
            if seen[1] != operations:
                raise client_error("IdempotentParameterMismatchException", operation="TransactWriteItems")
            return {}
        if not 1 <= len(operations) <= MAX_TRANSACTION_ITEMS:
            raise invalid("TransactWriteItems", "a transaction holds 1 to 100 operations")
        kinds = [next(iter(operation.items())) for operation in operations]
        targets = [(request["TableName"], target(kind, request)) for kind, request in kinds]
        if len(set(targets)) != len(targets):
            raise invalid("TransactWriteItems", "Transaction request cannot include multiple operations on one item")
        outcomes = [self._outcome(kind, request) for kind, request in kinds]
        reasons = [reason for _, reason in outcomes]
        if any(reasons):
            raise client_error(
                "TransactionCanceledException",
                operation="TransactWriteItems",
                reasons=[reason or {"Code": "None"} for reason in reasons],
            )
        for (table, key), (new, _) in zip(targets, outcomes, strict=True):
            self._store(table, key, new)
        self._tokens[token] = (self._now(), operations)
        return {}

    def _single(self, kind: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        new, reason = self._outcome(kind, parameters)
        if reason and reason["Code"] == "ConditionalCheckFailed":
            old = {"Item": reason["Item"]} if "Item" in reason else {}
            raise client_error(
                "ConditionalCheckFailedException", "The conditional request failed", operation=f"{kind}Item", **old
            )
        if reason:
            raise invalid(f"{kind}Item", reason["Message"])
        self._store(parameters["TableName"], target(kind, parameters), new)
        return {}

    def _outcome(self, kind: str, request: Mapping[str, Any]) -> tuple[Item | None, Reason | None]:
        """What the item would become (None: nothing), or why it may not."""
        known(request, kind)
        key = target(kind, request)
        old = self.tables[request["TableName"]].get(key)
        names = request.get("ExpressionAttributeNames", {})
        values = request.get("ExpressionAttributeValues", {})
        if text := request.get("ConditionExpression"):
            if not expressions.condition(text)(expressions.Context(old or {}, names, values)):
                reason: dict[str, Any] = {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}
                if old is not None and request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD":
                    reason["Item"] = dict(old)
                return None, reason
        elif kind == "ConditionCheck":
            raise invalid("TransactWriteItems", "a ConditionCheck needs a condition")
        if kind == "Put":
            return dict(request["Item"]), None
        if kind == "Delete":
            return None, None
        if kind == "ConditionCheck":
            return old, None
        try:
            update = expressions.update(request["UpdateExpression"])
            return update.apply(expressions.Context(old or request["Key"], names, values), KEYS), None
        except InvalidUpdate as error:
            return None, {"Code": "ValidationError", "Message": str(error)}

    def _store(self, table: str, key: Key, new: Item | None) -> None:
        rows = self.tables[table]
        if new is None:
            rows.pop(key, None)
            return
        if key not in rows:
            self.inserted[table].append(new)
        rows[key] = new


def key_of(item: Mapping[str, Any]) -> Key:
    pk, sk = item["pk"]["S"], item["sk"]["S"]
    if not pk or not sk:
        raise invalid("Key", "One or more parameter values are not valid: an empty key attribute")
    return pk, sk


def entries(call: Call) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What a write is made of: one change, or all those of a transaction."""
    if call.operation in SINGLE:
        yield SINGLE[call.operation], call.parameters
    for entry in call.parameters.get("TransactItems", ()):
        yield from entry.items()


def place(item: Mapping[str, Any], order: Sequence[str]) -> list[bytes]:
    """Where a query comes upon it."""
    return [item[name]["S"].encode() for name in order]


def target(kind: str, request: Mapping[str, Any]) -> Key:
    if kind not in ("Put", "Update", "Delete", "ConditionCheck"):
        raise Unsupported(kind)
    if kind != "Put" and set(request["Key"]) != set(KEYS):
        raise invalid(kind, "The provided key element does not match the schema")
    return key_of(request["Item"] if kind == "Put" else request["Key"])


def known(parameters: Mapping[str, Any], operation: str) -> None:
    if strange := set(parameters) - PARAMETERS[operation]:
        raise Unsupported(f"{operation}: {sorted(strange)}")


def invalid(operation: str, message: str) -> Exception:
    return client_error("ValidationException", message, operation=operation)


def scan(client: Any, table: str) -> Iterator[Item]:
    """Every item of a table of a real or emulated DynamoDB, for comparisons."""
    for page in client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        yield from page["Items"]
