"""Changes to items and the conditions they carry: what a transaction is made of, in words, and its DynamoDB form."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from kernel.errors import DomainError

Item = dict[str, Any]
Kind = Literal["Put", "Update", "Delete", "ConditionCheck"]
Test = Literal["=", ">=", "<", "absent", "exists"]

COMMIT = (
    "_commit"  # stamped on every written item: a failed condition on our own write is a lost answer, not a conflict
)
KEY = ("pk", "sk")


class _Integers(TypeDeserializer):
    def _deserialize_n(self, value: str) -> int:
        return int(value)  # a fraction in a table is a defect: say so at once

    def _deserialize_b(self, value: bytes) -> bytes:
        return value  # the library wraps it


_any_type = TypeSerializer().serialize
_deserialize = _Integers().deserialize


def _serialize(value: Any) -> dict[str, Any]:
    """Nearly all attributes are text or whole numbers, and for those the library takes five times as long."""
    if type(value) is str:
        return {"S": value}
    if type(value) is int:
        return {"N": str(value)}
    return dict(_any_type(value))


def encode(item: Mapping[str, Any]) -> dict[str, Any]:
    """To DynamoDB's typed form. None is not stored; floats are refused by the serializer."""
    return {name: _serialize(value) for name, value in item.items() if value is not None}


def decode(item: Mapping[str, Any]) -> Item:
    return {name: value["S"] if "S" in value else _deserialize(value) for name, value in item.items()}


@dataclass(frozen=True, slots=True)
class Change:
    """One item's part of a transaction. `otherwise` is the error that a failed condition means to the caller."""

    kind: Kind
    key: tuple[str, str]
    item: Mapping[str, Any] = field(default_factory=dict)
    sets: Mapping[str, Any] = field(default_factory=dict)
    adds: Mapping[str, int] = field(default_factory=dict)
    conditions: tuple[tuple[str, Test, Any], ...] = ()
    error: DomainError | None = None

    def set(self, **values: Any) -> Self:
        """None removes the attribute."""
        return replace(self, sets={**self.sets, **values})

    def add(self, **amounts: int) -> Self:
        return replace(self, adds={**self.adds, **amounts})

    def absent(self) -> Self:
        return self._if("pk", "absent")

    def exists(self) -> Self:
        return self._if("pk", "exists")

    def when(self, **values: Any) -> Self:
        """Every attribute has this value (None: is not there)."""
        change = self
        for name, value in values.items():
            change = change._if(name, "absent" if value is None else "=", value)
        return change

    def at_least(self, **values: int) -> Self:
        change = self
        for name, value in values.items():
            change = change._if(name, ">=", value)
        return change

    def below(self, **values: Any) -> Self:
        """Less than this, or not there yet."""
        change = self
        for name, value in values.items():
            change = change._if(name, "<", value)
        return change

    def otherwise(self, error: DomainError) -> Self:
        return replace(self, error=error)

    def _if(self, name: str, test: Test, value: Any = None) -> Self:
        return replace(self, conditions=(*self.conditions, (name, test, value)))

    def request(self, table: str, commit: str) -> dict[str, Any]:
        """The arguments of PutItem, UpdateItem, DeleteItem or of the same entry in TransactWriteItems."""
        names = _Names()
        request: dict[str, Any] = {"TableName": table}
        if self.kind == "Put":
            request["Item"] = encode({**self.item, COMMIT: commit})
        else:
            request["Key"] = encode(dict(zip(KEY, self.key, strict=True)))
        if self.kind == "Update":
            request["UpdateExpression"] = self._update(names, commit)
        if self.conditions:
            request["ConditionExpression"] = " AND ".join(_condition(names, *one) for one in self.conditions)
            request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        return request | names.arguments()

    def _update(self, names: "_Names", commit: str) -> str:
        sets = {**{name: value for name, value in self.sets.items() if value is not None}, COMMIT: commit}
        removes = [name for name, value in self.sets.items() if value is None]
        clauses = ["SET " + ", ".join(f"{names.name(name)} = {names.value(value)}" for name, value in sets.items())]
        if self.adds:
            clauses.append("ADD " + ", ".join(f"{names.name(n)} {names.value(v)}" for n, v in self.adds.items()))
        if removes:
            clauses.append("REMOVE " + ", ".join(names.name(name) for name in removes))
        return " ".join(clauses)


def put(item: Mapping[str, Any]) -> Change:
    return Change("Put", (item["pk"], item["sk"]), item=item)


def update(pk: str, sk: str) -> Change:
    return Change("Update", (pk, sk))


def delete(pk: str, sk: str) -> Change:
    return Change("Delete", (pk, sk))


def check(pk: str, sk: str) -> Change:
    """Only a condition: the transaction depends on this item without changing it."""
    return Change("ConditionCheck", (pk, sk))


class _Names:
    """Placeholders for one request: attribute names and values never stand in an expression themselves."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._values: dict[str, Any] = {}

    def name(self, name: str) -> str:
        return self._names.setdefault(name, f"#{len(self._names)}")

    def value(self, value: Any) -> str:
        placeholder = f":{len(self._values)}"
        self._values[placeholder] = _serialize(value)
        return placeholder

    def arguments(self) -> dict[str, Any]:
        arguments: dict[str, Any] = {}
        if self._names:
            arguments["ExpressionAttributeNames"] = {placeholder: name for name, placeholder in self._names.items()}
        if self._values:
            arguments["ExpressionAttributeValues"] = self._values
        return arguments


def _condition(names: _Names, name: str, test: Test, value: Any) -> str:
    placeholder = names.name(name)
    match test:
        case "absent":
            return f"attribute_not_exists({placeholder})"
        case "exists":
            return f"attribute_exists({placeholder})"
        case "<":
            return f"(attribute_not_exists({placeholder}) OR {placeholder} < {names.value(value)})"
        case _:
            return f"{placeholder} {test} {names.value(value)}"
