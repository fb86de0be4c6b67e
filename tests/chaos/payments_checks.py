"""Where money is when all has come to rest: in the books, at Stripe, and in what was told. Ids and times aside."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from functions.ledger.model.accounts import kind_of
from kernel.changes import decode
from tests.chaos.ledger_checks import as_posted
from tests.chaos.payments_world import PaymentsWorld, published

OURS = re.compile(r"\b([a-z]{3}_)[0-9a-z]{26}\b")
STRIPES = re.compile(r"\b(acct|ba|ch|cus|du|evt|pi|pm|po|py|pyr|re|tr|trr|txn)_1[0-9A-Za-z]{20,}")
OBJECTS = ("charge", "dispute", "payment_intent", "payout", "refund", "transfer", "transfer_reversal")
TELLING = ("amount", "amount_received", "amount_refunded", "amount_reversed", "currency", "status", "disputed")
UNTOLD = ("WebhookReceived.v1", "JournalPosted.v1")  # of which there may be any number, or one for each journal

Books = dict[tuple[str, str], int]


def nameless(value: object) -> str:
    return STRIPES.sub(r"\1", OURS.sub(r"\1", json.dumps(value, sort_keys=True, default=str)))


def books(world: PaymentsWorld) -> Books:
    """By account and currency, debit positive; without what is at nothing."""
    found = Counter[tuple[str, str]]()
    for row in map(decode, world.cloud.rows("ledger").values()):
        if row["pk"].startswith("BALANCE#"):
            account, currency = row["pk"].split("#")[1:3]
            found[account, currency] += kind_of(account).normal(row["balance"])
    return {account: minor for account, minor in found.items() if minor}


def at_stripe(world: PaymentsWorld) -> dict[str, int]:
    """All that the platform has there, pending or not, by currency."""
    balance: Any = world.people.v1.balance.retrieve()
    found = Counter[str]()
    for one in [*balance.pending, *balance.available]:
        found[one.currency.upper()] += one.amount
    return {currency: minor for currency, minor in found.items() if minor}


def objects(world: PaymentsWorld) -> list[str]:
    every = (body for kind in OBJECTS for body in world.core.state.find(kind, None))
    return sorted(nameless([one["object"], *(one.get(name) for name in TELLING)]) for one in every)


def journals(world: PaymentsWorld) -> list[str]:
    rows = map(decode, world.cloud.rows("ledger").values())
    posted = (as_posted(row) for row in rows if row["pk"].startswith("JOURNAL#"))
    return sorted(nameless([journal["kind"], journal["legs"]]) for journal in posted)


def told(world: PaymentsWorld) -> list[str]:
    return sorted(nameless([kind, data]) for kind, data in published(world) if kind not in UNTOLD)


def stands(world: PaymentsWorld) -> dict[str, Any]:
    """What has to be the same whatever went wrong on the way."""
    states = [
        nameless([row["pk"].partition("#")[0], row.get("state"), row.get("amount"), row.get("reason")])
        for row in map(decode, world.cloud.rows("payments").values())
        if "state" in row
    ]
    accounts = sorted(nameless([account, currency, minor]) for (account, currency), minor in books(world).items())
    return {
        "books": accounts,
        "journals": journals(world),
        "objects at Stripe": objects(world),
        "money at Stripe": at_stripe(world),
        "payments": sorted(states),
        "told": told(world),
    }


def wrong(world: PaymentsWorld) -> Iterator[str]:
    """What must not be, whatever else is."""
    kept = books(world)
    for currency in {currency for _, currency in kept}:
        over = sum(minor for (_, of), minor in kept.items() if of == currency)
        if over:
            yield f"the books leave {over} {currency} over"
        there = sum(kept.get((f"stripe:{where}", currency), 0) for where in ("pending", "available"))
        if there != (has := at_stripe(world).get(currency, 0)):
            yield f"the books have {there} {currency} at Stripe, which has {has}"
    if left := [message.body for queue in world.plumbing.queues for message in queue.messages]:
        yield f"{len(left)} events are never done with: {left[0][:300]}"


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for name, was in before.items():
        now = after[name]
        if was == now:
            continue
        if isinstance(was, list):
            more, less = Counter(now) - Counter(was), Counter(was) - Counter(now)
            yield f"{name}: too much {list(more.elements())[:3]}, too little {list(less.elements())[:3]}"
        else:
            yield f"{name}: {now}, not {was}"
