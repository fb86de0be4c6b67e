"""What must hold of money on its way out: what was agreed to by whom, what is set aside, what counts for its day."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from kernel.changes import decode
from kernel.money import Money
from tests.chaos.expressions import Item
from tests.chaos.ledger_persons import FINANCE, INSIDE
from tests.chaos.memory_table import Key

One = Mapping[str, Any]
SET_ASIDE = ("awaiting_approval", "approved")
NEVER_LEFT = ("denied", "cancelled", "failed")
AUTOMATIC = 5_000  # so much goes in a day without anybody's word
TURNS = {
    "awaiting_approval": {"awaiting_approval", "approved", "denied", "cancelled"},
    "approved": {"sent", "failed"},
    "sent": {"paid", "returned"},
    "paid": {"returned"},
}


def turned(now: One, before: One | None, set_aside: int) -> Iterator[str]:
    name, state, amount = now["withdrawal_id"], now["state"], now["amount"]["minor"]
    if before and before != now and state not in TURNS.get(before["state"], set()):
        yield f"{name}: was {before['state']}, and is {state}"
    if now["version"] == 1 and state not in SET_ASIDE:
        yield f"{name}: began as {state}"
    if set_aside != (amount if state in SET_ASIDE else 0):
        yield f"{name} is {state} of {amount}, and {set_aside} are set aside"
    if amount > AUTOMATIC and not now.get("needs"):
        yield f"{name}: {amount} go without anybody's word"
    if now.get("needs") and state in ("approved", "sent", "paid"):
        yield from four_eyes(now)


def four_eyes(one: One) -> Iterator[str]:
    persons = {approval["person_id"] for approval in one["approvals"]}
    if len(persons) < 2:
        yield f"{one['withdrawal_id']}: only {sorted(persons)} agreed"
    for person in persons:
        if person not in FINANCE or person == one["requested_by"] or (person, one["store_id"]) in INSIDE:
            yield f"{one['withdrawal_id']}: {person} had no right to agree"


def effects(one: One) -> Iterator[tuple[str, Money]]:
    """Whose it is by now: the first is the store's, the second what Metco has."""
    amount, state, by_stripe = Money(**one["amount"]), one["state"], one["way"] == "stripe"
    if state not in (*NEVER_LEFT, "returned"):
        yield f"store:{one['store_id']}", -amount
    if state == "paid" or (state == "sent" and by_stripe):
        yield "", -amount


def at_rest(rows: Mapping[Key, Item], withdrawals: Mapping[str, One]) -> Iterator[str]:
    """What waits is in the queue, and what left, or could, counts for its day."""
    waiting = {name for name, one in withdrawals.items() if one["state"] == "awaiting_approval"}
    queue = {sk for pk, sk in rows if pk == "WITHDRAWALS"}
    if waiting != queue:
        yield f"waiting for approval are {sorted(waiting)}, shown are {sorted(queue)}"
    due: Counter[Key] = Counter()
    for one in withdrawals.values():
        if one["state"] not in NEVER_LEFT:
            currency, day = one["amount"]["currency"], one["requested_at"][:10]
            due[f"WITHDRAWN#{one['store_id']}#{currency}", day] += one["amount"]["minor"]
    counted = {key: decode(row)["asked"] for key, row in rows.items() if key[0].startswith("WITHDRAWN#")}
    for key in due.keys() | counted.keys():
        if due[key] != counted.get(key, 0):
            yield f"{key}: {counted.get(key, 0)} are counted, and should be {due[key]}"
