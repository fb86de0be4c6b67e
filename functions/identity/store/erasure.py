"""Exports and erasures in identity's table.

USER#<id>       ERASURE          whether and when the person is erased; all that is left of them in the end
USER#<id>       EXPORT           the latest export
EXPORT#<id>     -                whose it is; for the link in the mail
DUE#erasure     <when>#<user>    what the sweep has to do, the most urgent first
DUE#export      <when>#<user>
SENT#<address>  <challenge id>   which codes went to an address, so that they can be found by it
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from functools import cache
from itertools import islice

from functions.identity import events
from functions.identity.model import Profile
from functions.identity.model.erasure import ErasureMoved, Export, ExportBegun, KeptErasure
from functions.identity.rules import erasure as rules
from kernel import clock
from kernel.events import Data, Event
from kernel.table import Change, Item, Receipt, Table, delete, put, receipts_of, update

AT_ONCE = 25
KEPT = ("ERASURE", "PROFILE")  # until the end: they say what is still to be done


class Departures:
    def __init__(self) -> None:
        self._table = Table()

    # Erasures

    def erasure(self, user_id: str) -> KeptErasure:
        item = self._table.get(f"USER#{user_id}", "ERASURE")
        return KeptErasure.model_validate(item) if item else KeptErasure()

    def keep_erasure(
        self, user_id: str, before: KeptErasure, after: KeptErasure, told: Data, receipt: Receipt | None
    ) -> None:
        item = {"pk": f"USER#{user_id}", "sk": "ERASURE", **after.model_dump(mode="json")}
        there = {"version": before.version, "state": before.state} if before.version else {"version": None}
        changes = [put(item).when(**there).otherwise(ErasureMoved())]
        if before.erase_at:
            changes.append(delete(*_due("erasure", before.erase_at, user_id)))
        if after.erase_at:
            changes.append(_put_due("erasure", after.erase_at, user_id))
        self._table.commit(changes, [Event(told, f"{user_id}.erasure", after.version)], receipt)

    def due(self, what: str, now: datetime) -> list[tuple[str, str]]:
        """Whose turn it is, and the sort key of the row that says so."""
        rows = islice(self._table.every(f"DUE#{what}", at_once=AT_ONCE), AT_ONCE)
        return [(row["user_id"], row["sk"]) for row in rows if row["sk"] < clock.rfc3339(now)]

    def begin_erasing(self, user_id: str, erasure: KeptErasure) -> None:
        """From here on it cannot be cancelled."""
        begun = update(f"USER#{user_id}", "ERASURE").set(state="erasing")
        self._table.commit([begun.when(version=erasure.version).otherwise(ErasureMoved())])

    def forget(self, user_id: str, profile: Profile | None, claims: list[tuple[str, str]]) -> None:
        """All rows that lead to the person, but those that the rest of the work is known by."""
        for place in (user_id, *(address for _, address in claims)):
            for sent in self._table.every(f"SENT#{place}"):
                self._table.commit([delete(f"CHALLENGE#{sent['sk']}", "-"), delete(f"SENT#{place}", sent["sk"])])
        for link in self._table.every(f"USER#{user_id}", "LINK#"):
            self._table.commit([delete(link["sk"], "-"), delete(f"USER#{user_id}", link["sk"])])
        self._table.empty(receipts_of(user_id))
        self._table.empty(f"USER#{user_id}", keep=KEPT if profile else ("ERASURE",))

    def finish(
        self, profile: Profile, claims: list[tuple[str, str]], email_mark: str, due_key: str, now: datetime
    ) -> None:
        """The person is gone and the others are told. The sweep looks once more when the last token has died."""
        left = {"pk": f"USER#{profile.user_id}", "sk": "ERASURE", "state": "erasing", "erased_at": clock.rfc3339(now)}
        told = events.UserErased(user_id=profile.user_id, email_mark=email_mark)
        self._table.commit(
            [
                delete(f"USER#{profile.user_id}", "PROFILE").when(version=profile.version).otherwise(ErasureMoved()),
                put(left),
                *(delete(f"{kind}#{address}", "-") for kind, address in claims),
                delete("DUE#erasure", due_key),
                _put_due("erasure", now + rules.TOKENS_DIE, profile.user_id),
            ],
            [Event(told, profile.user_id, profile.version + 1)],
        )

    def done(self, what: str, due_key: str) -> None:
        self._table.commit([delete(f"DUE#{what}", due_key)])

    # Exports

    def export(self, user_id: str) -> Export | None:
        item = self._table.get(f"USER#{user_id}", "EXPORT")
        return Export.model_validate(item) if item else None

    def owner_of(self, export_id: str) -> str | None:
        item = self._table.get(f"EXPORT#{export_id}", "-")
        return item["user_id"] if item else None

    def begin_export(self, user_id: str, export: Export, replacing: Export | None, receipt: Receipt | None) -> None:
        expires = clock.epoch_s(export.expires_at)
        before = replacing.id if replacing else None
        item = {"pk": f"USER#{user_id}", "sk": "EXPORT", **export.model_dump(mode="json"), "ttl": expires}
        told = events.DataExportRequested(user_id=user_id, export_id=export.id)
        self._table.commit(
            [
                put(item).when(id=before).otherwise(ExportBegun()),
                put({"pk": f"EXPORT#{export.id}", "sk": "-", "user_id": user_id, "ttl": expires}),
                _put_due("export", export.requested_at, user_id),
            ],
            [Event(told, export.id, 1)],
            receipt,
        )

    def rows_of(self, user_id: str) -> Iterator[Item]:
        return self._table.every(f"USER#{user_id}")

    def export_ready(self, user_id: str, export: Export, due_key: str) -> None:
        ready = update(f"USER#{user_id}", "EXPORT").set(state="ready")
        told = events.DataExportReady(user_id=user_id, export_id=export.id)
        with suppress(ExportBegun):
            self._table.commit(
                [
                    ready.when(id=export.id, state="preparing").otherwise(ExportBegun()),
                    delete("DUE#export", due_key),
                ],
                [Event(told, export.id, 2)],
            )


@cache
def departures() -> Departures:
    return Departures()


def _due(what: str, when: datetime, user_id: str) -> tuple[str, str]:
    return f"DUE#{what}", f"{clock.rfc3339(when)}#{user_id}"


def _put_due(what: str, when: datetime, user_id: str) -> Change:
    pk, sk = _due(what, when, user_id)
    return put({"pk": pk, "sk": sk, "user_id": user_id})
