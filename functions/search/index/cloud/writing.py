"""Writes of documents, many at once, each with its own outcome: what is older than what is there is dropped there."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from functions.search.index.cloud.generations import Generations
from functions.search.index.cloud.names import next_of
from functions.search.index.cloud.signed import Asking, Signed
from functions.search.index.port import IndexAway, Into, RebuildElsewhere
from functions.search.model.found import Outcome

WITHIN_S = 15.0
BATCH = 500
BATCH_BYTES = 4_000_000  # the smallest domains take 10 MB at once
GONE = "index_not_found_exception"  # an alias that has moved, as require_alias says it
LATER = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.INTERNAL_SERVER_ERROR}


@dataclass(frozen=True, slots=True)
class Write:
    id: str
    revision: int
    source: Mapping[str, Any]

    @property
    def lines(self) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        about = {"_id": self.id, "version": self.revision, "version_type": "external_gte"}
        return {"index": about}, self.source


class Writing:
    """`at_once`: what was written is found when the call returns, at a price that only tests want to pay."""

    def __init__(self, cluster: Signed, generations: Generations, *, at_once: bool = False) -> None:
        self._cluster, self._generations = cluster, generations
        self._query = {"require_alias": "true", **({"refresh": "true"} if at_once else {})}

    def write(self, alias: str, writes: Sequence[Write], into: Into) -> list[Outcome]:
        newest = newest_of(writes)
        outcomes: dict[str, Outcome] = {}
        for batch in batches(newest.values()):
            written = self._into_next(alias, batch) if into == "next" else self._everywhere(alias, batch)
            outcomes |= {each.id: each for each in written}
        return [outcomes[one.id] if newest[one.id] is one else Outcome(one.id, "stale") for one in writes]

    def _into_next(self, alias: str, batch: Sequence[Write]) -> list[Outcome]:
        written = self._bulk(next_of(alias), batch)
        if written is None:
            raise RebuildElsewhere("No generation is being filled: its rebuild has ended.")
        return written

    def _everywhere(self, alias: str, batch: Sequence[Write]) -> list[Outcome]:
        """The generation that is being filled comes first: should it be finished in between, then what was `next` is
        the one in use, and the second write goes there. The other way round, a write could miss it."""
        filled = self._bulk(next_of(alias), batch) if self._filling(alias) else None
        used = self._bulk(alias, batch)
        if used is None:  # nothing was ever written here: the first write makes the first generation
            self._generations.make_first()
            used = self._bulk(alias, batch)
        if used is None:
            raise IndexAway(f"The index {alias} is gone again.")
        return list(map(worse, used, filled or used))

    def _filling(self, alias: str) -> bool:
        """One small question a batch. To remember the answer would be to miss the begin of a rebuild."""
        return bool(self._cluster.ask(Asking("GET", f"/_alias/{next_of(alias)}"), WITHIN_S, absent=True))

    def _bulk(self, alias: str, writes: Sequence[Write]) -> list[Outcome] | None:
        """None where the alias stands for nothing."""
        lines = [line for write in writes for line in write.lines]
        asking = Asking("POST", f"/{alias}/_bulk", query=self._query, lines=lines)
        items = [item["index"] for item in self._cluster.ask(asking, WITHIN_S)["items"]]
        if any(item.get("error", {}).get("type") == GONE for item in items):
            return None
        return [outcome(item) for item in items]


def outcome(item: Mapping[str, Any]) -> Outcome:
    status, id = int(item["status"]), str(item["_id"])
    if status < HTTPStatus.BAD_REQUEST:
        return Outcome(id, "applied")
    if status == HTTPStatus.CONFLICT:
        return Outcome(id, "stale")
    error = item.get("error", {})
    told = (error.get("reason"), error.get("caused_by", {}).get("reason"))
    reason = ": ".join(part for part in told if part)[:300]
    return Outcome(id, "failed" if status in LATER else "refused", reason)


def worse(one: Outcome, other: Outcome) -> Outcome:
    """Of the same write into two generations: it is done when both are."""
    return one if one.became in ("failed", "refused") or other.done else other


def newest_of(writes: Iterable[Write]) -> dict[str, Write]:
    """Of one id said twice, the later of the highest revision."""
    newest: dict[str, Write] = {}
    for one in writes:
        if one.id not in newest or one.revision >= newest[one.id].revision:
            newest[one.id] = one
    return newest


def batches(writes: Iterable[Write]) -> Iterator[list[Write]]:
    batch: list[Write] = []
    size = 0
    for write in writes:
        weight = len(json.dumps(write.source))  # ASCII, so never less than what is sent
        if batch and (len(batch) == BATCH or size + weight > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(write)
        size += weight
    if batch:
        yield batch
