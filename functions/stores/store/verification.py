"""Papers in the table: domain verbs outside, DynamoDB words inside.

STORE#<id>          VERIFICATION     the store's papers, and how they stand
VERIFICATIONS       <time>#<store>   papers that wait for a moderator, oldest first
"""

from collections.abc import Sequence
from functools import cache

from functions.stores import events
from functions.stores.model.members import Member
from functions.stores.model.stores import Store
from functions.stores.model.verification import Case, CaseChanged, WaitingCase
from functions.stores.rules import stores as store_rules
from functions.stores.rules import verification as rules
from functions.stores.store.stores import stores
from kernel import clock
from kernel.events import Data, Event
from kernel.table import Change, Item, Receipt, Table, delete, put

QUEUE = "VERIFICATIONS"


class Verifications:
    def __init__(self) -> None:
        self._table = Table()

    def case(self, store_id: str) -> Case:
        return _case(store_id, self._table.get(f"STORE#{store_id}", "VERIFICATION"))

    def asked_for(self, store_id: str, user_id: str) -> tuple[Store, Member | None, Case]:
        """The store, the place in it that an owner has and an operator should not have, and the papers: in one call."""
        store, place, item = stores().with_row(store_id, user_id, "VERIFICATION")
        return store, place, _case(store_id, item)

    def waiting(self, *, limit: int, cursor: str | None) -> tuple[list[WaitingCase], str | None]:
        page = self._table.query(QUEUE, limit=limit, cursor=cursor)
        return [WaitingCase.model_validate(item) for item in page.items], page.cursor

    def collect(self, case: Case, receipt: Receipt | None) -> None:
        """What is collected is between the store and its drawer: nobody is told."""
        self._table.commit([_newer(case)], receipt=receipt)

    def acted(self, case: Case, acted: events.OperatorActed, receipt: Receipt | None) -> None:
        """An operator took the papers, or looked at one of them."""
        waits = put({**_waiting(case), "claimed_by": case.moderator_id})
        self._table.commit([_newer(case), waits], [Event(acted, case.id, case.version)], receipt)

    def stands(self, store: Store, case: Case, told: Sequence[Data], receipt: Receipt | None) -> None:
        """Sent in or decided: the store says so from the same moment on."""
        newer = store_rules.with_(store, verification=rules.STANDS[case.state], verification_reason=case.reason)
        row = _waiting(case)
        queued = put(row) if case.state == "submitted" else delete(row["pk"], row["sk"])
        stores().edit(
            newer,
            expecting=store.version,
            sections=["verification"],
            receipt=receipt,
            also=[_newer(case), queued],
            told=told,
        )


@cache
def verifications() -> Verifications:
    return Verifications()


def forgotten(case: Case) -> list[Change]:
    """As if the store had never sent anything in."""
    queued = _waiting(case) if case.submitted_at else None
    rows = [delete(f"STORE#{case.store_id}", "VERIFICATION")]
    return [*rows, delete(queued["pk"], queued["sk"])] if queued else rows


def _case(store_id: str, item: Item | None) -> Case:
    return Case.model_validate(item) if item else Case(store_id=store_id)


def _newer(case: Case) -> Change:
    row = put({"pk": f"STORE#{case.store_id}", "sk": "VERIFICATION", **case.model_dump(mode="json")})
    return row.when(version=case.version - 1 or None).otherwise(CaseChanged())


def _waiting(case: Case) -> dict[str, str]:
    assert case.submitted_at
    submitted_at = clock.rfc3339(case.submitted_at)
    key = {"pk": QUEUE, "sk": f"{submitted_at}#{case.store_id}"}
    return {**key, "store_id": case.store_id, "submitted_at": submitted_at}
