"""What moto does at a needless cost, done for less; tests/component/kernel/test_emulator.py: it comes to the same."""

import copy
import os
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from types import SimpleNamespace
from typing import Any


@cache
def spare_the_emulator() -> None:
    _read_the_key_once()
    _keep_what_a_transaction_touches()
    _look_only_at_what_a_value_has()
    # Every pool of one name has one id, so that who is kept from an earlier world is at home in a later one.
    os.environ |= {f"MOTO_COGNITO_IDP_USER_POOL_{what}_STRATEGY": "HASH" for what in ("ID", "CLIENT_ID")}


def _read_the_key_once() -> None:
    """moto reads one and the same RSA key anew for every pool, a quarter of a second each: most of a short test."""
    models: Any = import_module("moto.cognitoidp.models")
    read = models.jwk.RSAKey.import_key
    kept: list[Any] = []

    def import_key(told: Any) -> Any:
        if not kept:
            kept.append(read(told))
        return kept[0]

    models.jwk = SimpleNamespace(RSAKey=SimpleNamespace(import_key=import_key))


def _keep_what_a_transaction_touches() -> None:
    """To be able to take a transaction back, moto copies the whole table, and that once for each of its writes."""
    models: Any = import_module("moto.dynamodb.models")
    backend, table_type = models.DynamoDBBackend, models.Table
    write = backend.transact_write_items

    def deepcopy(thing: Any) -> Any:
        return thing if isinstance(thing, table_type) else copy.deepcopy(thing)

    def transact_write_items(self: Any, transact_items: Sequence[Mapping[str, Any]]) -> None:
        before = _as_they_were(self, transact_items)
        try:
            write(self, transact_items)
        except Exception:
            for name, items in before.items():
                self.tables[name].items = items
            raise

    models.copy = SimpleNamespace(deepcopy=deepcopy)
    backend.transact_write_items = transact_write_items


def _as_they_were(backend: Any, writes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The tables' contents: copied are the items that are about to be written, the others will stay what they are."""
    kept: dict[str, Any] = {}
    for write in writes:
        [(kind, said)] = write.items()
        table, key = backend.tables.get(said["TableName"]), said["Item" if kind == "Put" else "Key"]
        if table is None or not {table.hash_key_attr, table.range_key_attr} <= key.keys():
            continue  # refused before it writes anything
        items = kept.setdefault(said["TableName"], copy.copy(table.items))
        whole, part = backend.get_keys_value(table, key)
        items[whole] = dict(items.get(whole, {}))
        if part in items[whole]:
            items[whole][part] = copy.deepcopy(items[whole][part])
    return kept


def _look_only_at_what_a_value_has() -> None:
    """For every attribute of every item moto asks for ten types of value, each under several names: one is there."""
    serializer: Any = import_module("moto.core.serialize").ResponseSerializer
    serialize = serializer._serialize_type_structure

    def serialize_structure(self: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if shape.name != "AttributeValue" or type(value) is not dict or not key:
            serialize(self, serialized, value, shape, key)
            return
        held = self.MAP_TYPE()
        for kind, content in value.items():
            self._serialize(held, content, shape.members[kind], kind)
        self._default_serialize(serialized, held, shape, key)

    serializer._serialize_type_structure = serialize_structure
