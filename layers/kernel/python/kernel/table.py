"""A domain's table: reads, and `commit`, the only way to write. State, event and receipt are one transaction."""

import random
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any

from botocore.exceptions import ClientError, HTTPClientError

from kernel import aws, clock, cursors, events, ids, settings
from kernel.changes import COMMIT, Change, Item, check, decode, delete, encode, put, update
from kernel.cursors import Page
from kernel.errors import Conflict, Unavailable
from kernel.events import Event

__all__ = ["Change", "Item", "Page", "Receipt", "Table", "check", "delete", "put", "receipts_of", "update"]

MAX_CHANGES = 100  # TransactWriteItems' own limit
ATTEMPTS = 8
EVENTS_KEPT = timedelta(days=90)
RECEIPTS_KEPT = timedelta(days=2)

_TRANSIENT = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
_TRANSIENT_REASONS = frozenset({"None", "ProvisionedThroughputExceeded", "ThrottlingError", "TransactionConflict"})

sleep: Callable[[float], None] = time.sleep


class AlreadyDone(Conflict):
    """A request with this Idempotency-Key has been carried out already."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a command answered, kept under its caller's key: a repetition gets the answer again, not the effect."""

    principal: str
    route: str
    key: str
    request_hash: str
    status: int
    body: str

    def row(self) -> Change:
        expires = clock.epoch_s(clock.now() + RECEIPTS_KEPT)
        pk, sk = receipt_key(self.principal, self.route, self.key)
        kept = {"request_hash": self.request_hash, "status": self.status, "body": self.body, "ttl": expires}
        return put({"pk": pk, "sk": sk, **kept}).absent().otherwise(AlreadyDone())


def receipt_key(principal: str, route: str, key: str) -> tuple[str, str]:
    return receipts_of(principal), f"{route}#{key}"


def receipts_of(principal: str) -> str:
    """A caller's receipts lie together: they hold what the caller was told, and go when the caller is erased."""
    return f"RECEIPT#{principal}"


@dataclass(frozen=True, slots=True)
class Table:
    """`keep_events`: where the events are the history itself (orders, ledger), their rows stay for ever.

    Which table, and by what client, is asked with each call: a store that is kept remembers no world but the present.
    """

    keep_events: bool = False

    @property
    def name(self) -> str:
        return settings.env("TABLE")

    @property
    def _client(self) -> Any:
        return aws.client("dynamodb")

    # Reading

    def get(self, pk: str, sk: str) -> Item | None:
        """Strongly consistent, so that a caller always reads its own writes."""
        answer = self._read("get_item", TableName=self.name, Key=encode({"pk": pk, "sk": sk}), ConsistentRead=True)
        return decode(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Item]:
        """Several items in one call. Not a snapshot: each is consistent by itself only."""
        found: dict[tuple[str, str], Item] = {}
        wanted: list[Any] = [encode({"pk": pk, "sk": sk}) for pk, sk in keys]
        for attempt in range(ATTEMPTS):
            answer = self._read("batch_get_item", RequestItems={self.name: {"Keys": wanted, "ConsistentRead": True}})
            for item in map(decode, answer["Responses"].get(self.name, [])):
                found[item["pk"], item["sk"]] = item
            wanted = answer.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", [])
            if not wanted:
                return found
            _back_off(attempt)
        raise Unavailable("The table is too busy to read from.")

    def query(
        self,
        pk: str,
        sk_prefix: str = "",
        *,
        index: str | None = None,
        limit: int = 50,
        cursor: str | None = None,
        newest_first: bool = False,
        before: str = "",
    ) -> Page:
        """One partition in order, a page at a time. `index` names a GSI whose keys are `<index>pk` and `<index>sk`.

        `before` leaves out the sort keys from this one on: of what has a time in its key, what was due or done by then.
        """
        request = self._asked(pk, sk_prefix, before, index=index, limit=limit, newest_first=newest_first)
        scope = self._scope(index or "", pk, sk_prefix, newest_first, before)
        if cursor:
            request["ExclusiveStartKey"] = encode(cursors.opened(cursor, scope))
        answer = self._read("query", **request)
        return Page([decode(item) for item in answer["Items"]], answer.get("LastEvaluatedKey"), scope)

    def every(
        self,
        pk: str,
        sk_prefix: str = "",
        *,
        index: str | None = None,
        at_once: int = 100,
        before: str = "",
        since: str = "",
    ) -> Iterator[Item]:
        """One partition in order, to its end: for work of our own, which holds its place itself and seals no cursor.

        `before` leaves out the sort keys from this one on, `since` those up to it.
        Rows may be deleted on the way: the next page begins behind the last key, whether that is still there or not.
        """
        request = self._asked(pk, sk_prefix, before, since=since, index=index, limit=at_once, newest_first=False)
        while True:
            answer = self._read("query", **request)
            yield from map(decode, answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def _read(self, call: str, **asked: Any) -> Any:
        """Refused or unanswered for longer than the SDK tries, whoever asked may try again."""
        try:
            return getattr(self._client, call)(**asked)
        except ClientError as error:
            if not _transient(error):
                raise
            raise Unavailable("The table is too busy to read from.") from error
        except HTTPClientError as silence:
            raise Unavailable("The table does not answer.") from silence

    def _asked(
        self,
        pk: str,
        sk_prefix: str,
        before: str = "",
        *,
        since: str = "",
        index: str | None,
        limit: int,
        newest_first: bool,
    ) -> dict[str, Any]:
        if bool(sk_prefix) + bool(before) + bool(since) > 1:
            raise ValueError("A query has one condition on the sort key: a prefix or a bound.")
        prefix, sk = index or "", sk_prefix or before or since
        sign = "<" if before else ">="
        narrowed = " AND begins_with(#sk, :sk)" if sk_prefix else f" AND #sk {sign} :sk" if sk else ""
        request: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": f"#pk = :pk{narrowed}",
            "ExpressionAttributeNames": {"#pk": f"{prefix}pk"} | ({"#sk": f"{prefix}sk"} if sk else {}),
            "ExpressionAttributeValues": encode({":pk": pk} | ({":sk": sk} if sk else {})),
            "Limit": limit,
            "ScanIndexForward": not newest_first,
            "ConsistentRead": index is None,
        }
        return request | ({"IndexName": index} if index else {})

    def cursor_after(self, key: Item, pk: str, sk_prefix: str = "", *, index: str) -> str:
        """A cursor for the query of these arguments that goes on behind a key, whether or not there is such an item."""
        return cursors.sealed(key, self._scope(index, pk, sk_prefix, False, ""))

    def _scope(self, prefix: str, pk: str, sk_prefix: str, newest_first: bool, before: str) -> str:
        return f"{self.name}|{prefix}|{pk}|{sk_prefix}|{newest_first}|{before}"

    # Writing

    def commit(
        self, changes: Iterable[Change], events: Sequence[Event] = (), receipt: Receipt | None = None
    ) -> list[tuple[str, str]]:
        """All or nothing. A failed condition raises the error its change carries; conflicts and throttling are retried.

        Safe when an answer is lost: every written item bears the commit's id, so a repetition recognises its own work.
        Returns the keys at which it met rivals and had to try again, each as often as it did: where the table is hot.
        """
        commit_id = ids.new_id("cmt")
        rows = [*changes, *(self._event_row(event) for event in events)]
        if receipt:
            rows.append(receipt.row())
        if not 0 < len(rows) <= MAX_CHANGES:
            raise ValueError(f"A transaction has 1 to {MAX_CHANGES} changes, not {len(rows)}.")
        contested: list[tuple[str, str]] = []
        for attempt in range(ATTEMPTS):
            try:
                self._write(rows, commit_id)
                return contested
            except ClientError as error:
                refused = _refused(error, rows)
                if refused and any(own == commit_id for _, own in refused):
                    return contested
                if refused:
                    raise refused[0][0] from error
                if not _transient(error):
                    raise
                contested += _contested(error, rows)
            except HTTPClientError:
                pass  # the answer is unknown: ask again under the same commit id
            _back_off(attempt)
        raise Unavailable("The table is too busy to write to.")

    def empty(self, pk: str, *, keep: Collection[str] = ()) -> None:
        """Delete a partition's rows but for those sort keys. Safe to repeat, and to go on with after a crash."""
        gone = (delete(pk, row["sk"]) for row in self.every(pk) if row["sk"] not in keep)
        while together := list(islice(gone, MAX_CHANGES)):
            self.commit(together)

    def _write(self, rows: Sequence[Change], commit_id: str) -> None:
        if len(rows) == 1 and rows[0].kind != "ConditionCheck" and not rows[0].adds:  # adding twice is not adding once
            write = {"Put": "put_item", "Update": "update_item", "Delete": "delete_item"}[rows[0].kind]
            getattr(self._client, write)(**rows[0].request(self.name, commit_id))
            return
        entries = [{row.kind: row.request(self.name, commit_id)} for row in rows]
        self._client.transact_write_items(TransactItems=entries, ClientRequestToken=commit_id)

    def _event_row(self, event: Event) -> Change:
        expires = None if self.keep_events else clock.epoch_s(clock.now() + EVENTS_KEPT)
        key = {"pk": f"EVENT#{event.aggregate}", "sk": f"{event.sequence:012d}#{type(event.data).__name__}"}
        told = {"type": event.data.detail_type(), "source": f"metco.{settings.env('DOMAIN')}", "ttl": expires}
        text = events.encode(event.envelope())
        kept = events.short(text) if self.keep_events else text
        return put({**key, **told, "envelope": kept}).absent().otherwise(Conflict())

    def receipt(self, principal: str, route: str, key: str) -> Receipt | None:
        row = self.get(*receipt_key(principal, route, key))
        return Receipt(principal, route, key, row["request_hash"], row["status"], row["body"]) if row else None


def _refused(error: ClientError, rows: Sequence[Change]) -> list[tuple[Exception, str]]:
    """The rows whose condition failed: the error each one means, and the commit that wrote the item it met."""
    response: Any = error.response
    if response["Error"]["Code"] == "ConditionalCheckFailedException":
        reasons = [{"Code": "ConditionalCheckFailed", "Item": response.get("Item", {})}]
    else:
        reasons = response.get("CancellationReasons", [])
    return [
        (row.error or Conflict(), reason.get("Item", {}).get(COMMIT, {}).get("S", ""))
        for row, reason in zip(rows, reasons, strict=False)
        if reason["Code"] == "ConditionalCheckFailed"
    ]


def _contested(error: ClientError, rows: Sequence[Change]) -> list[tuple[str, str]]:
    """The keys of the rows that another transaction was just writing."""
    response: Any = error.response
    if response["Error"]["Code"] == "TransactionConflictException":
        return [row.key for row in rows]
    reasons = response.get("CancellationReasons", [])
    return [row.key for row, reason in zip(rows, reasons, strict=False) if reason["Code"] == "TransactionConflict"]


def _transient(error: ClientError) -> bool:
    response: Any = error.response
    if response["Error"]["Code"] == "TransactionCanceledException":
        return {reason["Code"] for reason in response.get("CancellationReasons", [])} <= _TRANSIENT_REASONS
    return response["Error"]["Code"] in _TRANSIENT


def _back_off(attempt: int) -> None:
    """Full jitter: rivals that met once do not meet again in step."""
    sleep(random.uniform(0, min(1.0, 0.02 * 2**attempt)))  # nosec B311 - to spread rivals, not to keep a secret
