"""What must hold of money: after every write of whatever it touched. Rows in, violations out.

All of it is reckoned here again from rows and journals, with a chart of its own and without the ledger's rules.
"""

import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from functions.ledger.model.sales import Reversal, Sale
from functions.ledger.model.standing import Standing
from functions.ledger.rules.split import SellerPart
from functions.ledger.store.rows import LONG, read_journal, read_sale
from kernel.changes import decode
from tests.chaos import ledger_withdrawals
from tests.chaos.expressions import Item
from tests.chaos.memory_table import Key
from tests.unit.ledger.tale import check_commission, check_reversal

Rows = Mapping[Key, Item]
Leg = Mapping[str, Any]
SHARDS = 16
KINDS = ("BALANCE", "HOLD", "JOURNAL", "SALE", "WITHDRAWALS")

MONEY = frozenset({"stripe:pending", "stripe:available", "bank"})
OWED = frozenset(
    {
        *("platform:commission_held", "platform:commission_tax_held", "platform:commission_tax"),
        *("tax:payable", "refunds:in_transit", "payouts:in_transit"),
    }
)
EARNED = frozenset({"platform:commission", "platform:advertising", "platform:capital"})
SPENT = frozenset(
    {
        *("platform:promotions", "platform:stripe_fees", "platform:dispute_fees", "platform:losses"),
        *("disputes:open", "fx:gain_loss"),
    }
)
SOMEBODYS = frozenset({"seller-order", "store", "withdrawal", "ad", "affiliate", "buyer", "hold", "unapplied"})


def is_credit(account: str) -> bool:
    """Whether its balance is usually below zero: what is owed, and what was earned."""
    return account in OWED or account in EARNED or (is_somebodys(account) and not account.endswith(":debt"))


def is_owed(account: str) -> bool:
    return account in OWED or (is_somebodys(account) and not account.endswith(":debt"))


def is_somebodys(account: str) -> bool:
    """In one row each, and never below nothing."""
    return account.partition(":")[0] in SOMEBODYS


def is_known(account: str) -> bool:
    return account in MONEY | OWED | EARNED | SPENT or is_somebodys(account) or account.startswith("fx:")


def row_of(account: str, currency: str, journal_id: str) -> str:
    """Where a journal has to be written: whatever it is, and however often it is tried."""
    pk = f"BALANCE#{account}#{currency}"
    return pk if is_somebodys(account) else f"{pk}#{zlib.crc32(journal_id.encode()) % SHARDS}"


@dataclass
class Books:
    """What was read so far: journals are only ever appended, and a balance is their sum."""

    sold: Mapping[str, SellerPart]  # by seller order, as it was asked for
    journals: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    due: Counter[str] = field(default_factory=Counter)  # by row, debit positive
    kept: dict[str, int] = field(default_factory=dict)
    accounts: Counter[tuple[str, str]] = field(default_factory=Counter)  # by account and currency, debit positive
    over: Counter[str] = field(default_factory=Counter)  # by currency: what all accounts add up to
    spare: Counter[str] = field(default_factory=Counter)  # by currency: money beyond what is owed
    holds: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    ended: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # by hold, in journals
    sales: dict[str, Standing] = field(default_factory=dict)
    withdrawals: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def enter(self, journal: Mapping[str, Any]) -> Iterator[str]:
        self.journals[journal["journal_id"]] = journal
        sums = Counter[str]()
        for leg in journal["legs"]:
            account, amount = leg["account"], leg["amount"]
            if not is_known(account):
                yield f"{journal['kind']}: there is no account {account}"
            sums[amount["currency"]] += amount["minor"]
            self.due[row_of(account, amount["currency"], journal["journal_id"])] += amount["minor"]
            if account.startswith("hold:") and amount["minor"] > 0:
                self.ended[account.removeprefix("hold:")].add(journal["journal_id"])
        if any(sums.values()):
            yield f"{journal['kind']} leaves {dict(sums)} over"

    def weigh(self, pk: str, row: Item) -> None:
        _, account, currency, *_ = pk.split("#")
        minor = int(row["balance"]["N"]) * (-1 if is_credit(account) else 1)
        by = minor - self.kept.get(pk, 0)
        self.kept[pk] = minor
        self.accounts[account, currency] += by
        self.over[currency] += by
        if account in MONEY or is_owed(account):
            self.spare[currency] += by

    def at(self, account: str, currency: str) -> int:
        """On its usual side."""
        minor = self.accounts[account, currency]
        return -minor if is_credit(account) else minor


def touched(keys: Iterable[Key]) -> set[str]:
    return {pk for pk, _ in keys if pk.partition("#")[0] in KINDS}


def always(books: Books, rows: Rows, changed: Iterable[str]) -> Iterator[str]:
    by_kind: defaultdict[str, list[str]] = defaultdict(list)
    for pk in sorted(changed):
        by_kind[pk.partition("#")[0]].append(pk)
    balances = [pk for pk in by_kind["BALANCE"] if (pk, "-") in rows]
    before = set(books.journals)
    for pk in by_kind["JOURNAL"]:
        yield from a_journal(pk, books, rows)
    for pk in balances:
        books.weigh(pk, rows[pk, "-"])
    journals = [books.journals[name] for name in sorted(books.journals.keys() - before)]
    yield from the_books({*balances, *chain.from_iterable(map(rows_of, journals))}, books)
    yield from what_hangs_on_it(by_kind, books, rows)


def the_books(balances: Iterable[str], books: Books) -> Iterator[str]:
    listed = sorted(balances)
    for pk in listed:
        yield from a_balance(pk, books)
    for currency in sorted({pk.split("#")[2] for pk in listed}):
        yield from a_currency(currency, books)


def what_hangs_on_it(by_kind: Mapping[str, list[str]], books: Books, rows: Rows) -> Iterator[str]:
    """Holds and sales also when only their money was touched."""
    accounts = [pk.split("#")[1].partition(":") for pk in by_kind.get("BALANCE", ())]
    holds = {rest for kind, _, rest in accounts if kind == "hold"}
    sales = {rest.partition(":")[0] for kind, _, rest in accounts if kind == "seller-order"}
    for name in sorted(names(by_kind.get("HOLD", ())) | holds):
        yield from a_hold(name, books, rows)
    for name in sorted(names(by_kind.get("SALE", ())) | sales):
        yield from a_sale(name, books, rows)
    for currency in sorted({pk.split("#")[2] for pk in by_kind.get("BALANCE", ())}):
        yield from a_commission(currency, books)
    for pk in by_kind.get("WITHDRAWALS", ()):
        for one in () if pk == "WITHDRAWALS" else map(decode, partition(pk, rows)):
            yield from a_withdrawal(one, books)


def a_withdrawal(now: Mapping[str, Any], books: Books) -> Iterator[str]:
    name, before = now["withdrawal_id"], books.withdrawals.get(now["withdrawal_id"])
    books.withdrawals[name] = now
    set_aside = books.at(f"withdrawal:{name}", now["amount"]["currency"])
    yield from ledger_withdrawals.turned(now, before, set_aside)


def partition(pk: str, rows: Rows) -> list[Item]:
    return [row for key, row in rows.items() if key[0] == pk]


def names(keys: Iterable[str]) -> set[str]:
    return {pk.partition("#")[2] for pk in keys}


def rows_of(journal: Mapping[str, Any]) -> Iterator[str]:
    for leg in journal["legs"]:
        yield row_of(leg["account"], leg["amount"]["currency"], journal["journal_id"])


def a_journal(pk: str, books: Books, rows: Rows) -> Iterator[str]:
    """Written once, and never changed."""
    row = rows.get((pk, "-"))
    if not row:
        return  # a journal that was refused
    journal = as_posted(decode(row))
    name = journal["journal_id"]
    if name not in books.journals:
        yield from books.enter(journal)
    elif journal != books.journals[name]:
        yield f"{journal['kind']} {name} was written anew"


def as_posted(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, **read_journal(dict(row)).model_dump(mode="json", include=LONG)}


def a_balance(pk: str, books: Books) -> Iterator[str]:
    """What its journals add up to, in the row that they name, and not below its floor."""
    if books.kept.get(pk, 0) != books.due[pk]:
        yield f"{pk}: is {books.kept.get(pk, 0)}, but its journals add up to {books.due[pk]}"
    _, account, *_ = pk.split("#")
    minor = books.kept.get(pk, 0) * (-1 if is_credit(account) else 1)
    if is_somebodys(account) and minor < 0:
        yield f"{pk}: is {minor}, below its floor"


def a_currency(currency: str, books: Books) -> Iterator[str]:
    """Nothing is created or lost, and money covers what is owed."""
    if books.over[currency]:
        yield f"all accounts together are {books.over[currency]} {currency}"
    if books.spare[currency] < 0:
        yield f"money is {-books.spare[currency]} {currency} less than what is owed"


def a_hold(name: str, books: Books, rows: Rows) -> Iterator[str]:
    """Resolved once; what it holds lies in its account until one journal takes it from there, and no longer."""
    row = rows.get((f"HOLD#{name}", "-"))
    before = books.holds.get(name)
    if not row:
        if before:
            yield f"{name}: gone"
        return
    now = books.holds[name] = decode(row)
    if before and before["state"] != "pending" and before != now:
        yield f"{name}: was {before['state']}, and is {now['state']}"
    state, amount, ended = now["state"], now["amount"]["minor"], len(books.ended[name])
    gone = ended if state == "captured" else amount and state in ("voided", "expired")  # captured, it waits to be paid
    if ended > 1 or bool(ended) != bool(gone):
        yield f"{name} is {state}, but ended by {sorted(books.ended[name])}"
    there = books.at(f"hold:{name}", now["amount"]["currency"])
    if there != (0 if gone else amount):
        yield f"{name} is {state} of {amount}, and {there} are set aside"


def a_sale(name: str, books: Books, rows: Rows) -> Iterator[str]:
    """As it was sold, to the unit; whatever is taken back is taken once; its money lies where it says."""
    row = rows.get((f"SALE#{name}", "-"))
    if not row:
        if name in books.sales:
            yield f"{name}: gone"
        return
    now, before = read_sale(decode(row)), books.sales.get(name)
    books.sales[name] = now
    sale, gone = now.sale, now.so_far.sum
    try:
        check_sold(books.sold[name], sale)
        if before and before.so_far != now.so_far:
            check_reversal(sale, before.so_far, now.so_far, _piece(before, now))
    except AssertionError as error:
        yield f"{name}: {error}"
    if before:
        yield from _turns(name, before, now)
    left = 0 if now.released else (sale.net - gone.net).minor
    pending = books.at(f"seller-order:{name}:pending", sale.currency)
    if pending != left:
        yield f"{name}: {left} are left of it, and {pending} pending"


def _turns(name: str, before: Standing, now: Standing) -> Iterator[str]:
    if before.sale != now.sale:
        yield f"{name}: was sold otherwise"
    if before.released and not now.released:
        yield f"{name}: is no longer released"
    if now.released and not before.released and before.freezes:
        yield f"{name}: released although {before.freezes} freeze it"


def _piece(before: Standing, now: Standing) -> Reversal:
    """What was taken back at this moment; below zero would be no amount."""
    names = Reversal.model_fields
    return Reversal(**{one: getattr(now.so_far.sum, one) - getattr(before.so_far.sum, one) for one in names})


def check_sold(part: SellerPart, sale: Sale) -> None:
    check_commission(part, sale)
    lines = [(line.line_id, line.goods, line.tax, line.subsidy) for line in part.lines]
    assert [(line.line_id, line.goods, line.tax, line.subsidy) for line in sale.lines] == lines, "sold otherwise"
    assert (sale.store_id, sale.card + sale.credits) == (part.store_id, sale.value - sale.subsidy), "paid otherwise"


def a_commission(currency: str, books: Books) -> Iterator[str]:
    """Held for what is not released, earned for what is, and nothing of what was taken back."""
    due = Counter[str]()
    for one in books.sales.values():
        if one.sale.currency == currency:
            held = "" if one.released else "_held"
            for figure in ("commission", "commission_tax"):
                left = getattr(one.sale, figure) - getattr(one.so_far.sum, figure)
                due[f"platform:{figure}{held}"] += left.minor
    for account in ("commission", "commission_held", "commission_tax", "commission_tax_held"):
        there = books.at(f"platform:{account}", currency)
        if there != due[f"platform:{account}"]:
            yield f"platform:{account} is {there}, but sales have {due[f'platform:{account}']} of it"
