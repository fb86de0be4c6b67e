"""The rows of the books.

JOURNAL#<id>                        -   a journal, written once
BALANCE#<account>#<currency>        -   a balance, on the account's normal side: its floor is a condition on this number
BALANCE#<account>#<currency>#<n>    -   shard n of one that every order would touch: a partition of its own
SALE#<seller order>                 -   where a sale's money stands
HOLD#<id>                           -   credits that are set aside

by_order, by_payment: journals of one order, of one payment
by_walk: JOURNAL#<run>, <time> of every journal; ACCOUNT#<run>, <account> of every balance
by_due: HOLD#<bucket>, <time> of every hold that waits to be resolved; POLICY#<bucket>, of every payout to be asked for
"""

import json
import zlib
from datetime import datetime

from functions.ledger.model.accounts import kind_of
from functions.ledger.model.holds import Hold
from functions.ledger.model.journals import Journal, Leg
from functions.ledger.model.standing import AlreadyPosted, BalanceMoved, NotEnoughCredits, SaleChanged, Standing
from functions.ledger.rules.shards import shard_of
from functions.ledger.store.kept import shorthand
from kernel import clock
from kernel.errors import DomainError
from kernel.table import Change, Item, put, update

Key = tuple[str, str]
BUCKETS = 16  # partitions of what is due, so that a rush of holds does not queue up for one
RUNS = 16  # in which all journals and all accounts can be walked through: one would be written to by every order
LONG = {"references", "legs"}  # of a journal: no list shows them
SHARDS = 16  # never fewer than there ever were: a balance is the sum of all


def journal_key(journal_id: str) -> Key:
    return f"JOURNAL#{journal_id}", "-"


def sale_key(seller_order_id: str) -> Key:
    return f"SALE#{seller_order_id}", "-"


def hold_key(hold_id: str) -> Key:
    return f"HOLD#{hold_id}", "-"


def balance_keys(account: str, currency: str) -> list[Key]:
    """All rows that a balance is the sum of."""
    pk = f"BALANCE#{account}#{currency}"
    return [(f"{pk}#{number}", "-") for number in range(SHARDS)] if kind_of(account).sharded else [(pk, "-")]


def balance_key(account: str, currency: str, journal_id: str) -> Key:
    """The one that this journal is written to, however often it is tried."""
    keys = balance_keys(account, currency)
    return keys[shard_of(journal_id, len(keys))]


def row_named(pk: str) -> tuple[str, str, int]:
    """Account, currency and shard of a balance's key; without shards it is the first and only one."""
    _, account, currency, *shard = pk.split("#")
    return account, currency, int(shard[0]) if shard else 0


def journal_run(run: int) -> str:
    return f"JOURNAL#{run}"


def account_run(run: int) -> str:
    return f"ACCOUNT#{run}"


# Changing


def journal_row(journal: Journal) -> Change:
    pk, sk = journal_key(journal.journal_id)
    row: Item = journal.model_dump(mode="json", exclude_defaults=True, exclude=LONG)
    kept = shorthand().short(journal.model_dump_json(include=LONG))
    return put({"pk": pk, "sk": sk, **row, "kept": kept, **_found_by(journal)}).absent().otherwise(AlreadyPosted())


def read_journal(row: Item) -> Journal:
    """Whatever was changed in it by hand is a ValueError."""
    return Journal.model_validate(row | json.loads(shorthand().full(row["kept"])))


def _found_by(journal: Journal) -> Item:
    """A fact's moment may be long over when it is told; in a walk through all, a journal stands where it was posted."""
    run, at = journal_run(shard_of(journal.journal_id, RUNS)), clock.rfc3339(journal.occurred_at)
    order, payment, place = journal.refs.order_id, journal.refs.payment_id, f"{at}#{journal.journal_id}"
    return {
        "by_walkpk": run,
        "by_walksk": f"{clock.now().isoformat(timespec='microseconds')}#{journal.journal_id}",
        **({"by_orderpk": order, "by_ordersk": place} if order else {}),
        **({"by_paymentpk": payment, "by_paymentsk": place} if payment else {}),
    }


def balance_change(leg: Leg, journal_id: str) -> Change:
    """What falls must be there, where the account has a floor."""
    kind = kind_of(leg.account)
    by = kind.normal(leg.amount.minor)
    pk, sk = balance_key(leg.account, leg.amount.currency, journal_id)
    walked = {"by_walkpk": account_run(shard_of(leg.account, RUNS)), "by_walksk": pk.partition("#")[2]}
    change = update(pk, sk).add(balance=by).set(**walked)  # the same every time, so that the index is written once
    if kind.floor and by < 0:
        change = change.at_least(balance=-by)
    return change.otherwise(_refusal(kind.pattern))


def sale_row(before: Standing | None, after: Standing) -> Change:
    pk, sk = sale_key(after.sale.seller_order_id)
    change = put({"pk": pk, "sk": sk, "kept": shorthand().short(after.model_dump_json()), "version": after.version})
    return (change.when(version=before.version) if before else change.absent()).otherwise(SaleChanged())


def read_sale(row: Item) -> Standing:
    return Standing.model_validate_json(shorthand().full(row["kept"]))


def hold_row(before: Hold | None, after: Hold, error: DomainError) -> Change:
    pk, sk = hold_key(after.hold_id)
    due = due_keys("HOLD", after.due_at, after.hold_id) if after.state == "pending" else {}
    change = put({"pk": pk, "sk": sk, **after.model_dump(mode="json"), **due})
    return (change.when(version=before.version) if before else change.absent()).otherwise(error)


# What the sweep looks for


def due_pk(what: str, bucket: int) -> str:
    return f"{what}#{bucket}"


def due_keys(what: str, at: datetime, subject: str) -> Item:
    """In an index, not in a row of its own: a paid order of forty sellers has no room for one more."""
    bucket = zlib.crc32(subject.encode()) % BUCKETS
    return {"by_duepk": due_pk(what, bucket), "by_duesk": f"{clock.rfc3339(at)}#{subject}"}


def _refusal(pattern: str) -> DomainError:
    return NotEnoughCredits() if pattern == "buyer:<buyer>:credits" else BalanceMoved()
