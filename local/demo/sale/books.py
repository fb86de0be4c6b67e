"""What the sale did to everybody, read from the books: one row for each kind of thing, one column for each party."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from local.demo.sale.checks import Checks, amount
from local.demo.sale.people import PAUSE_S, Person
from local.demo.sale.reckoning import Figures
from local.demo.sale.story import Sale

TAX = ("tax:payable", "platform:commission_tax")
CASH = ("stripe:", "bank", "refunds:in_transit", "payouts:in_transit", "disputes:")
CLOSED_WITHIN_S = 20
ROWS = {"credits_granted": "credits given", "withdrawal_sent": "paid out", "order_paid": "paid"}

Journal = dict[str, Any]


class Books:
    def __init__(self, sale: Sale) -> None:
        self.sale = sale
        self.names = {store.store_id: name for name, store in sale.stores.items()}
        self.parts = {
            part["seller_order_id"]: self.names[part["store_id"]]
            for order_id in (sale.first, sale.second)
            for part in sale.look(order_id)["seller_orders"]
        }
        self.journals = {one["journal_id"]: one for one in self._read()}
        self.statements = {
            name: listed(store.owner, f"/stores/{store.store_id}/statement") for name, store in sale.stores.items()
        }

    def _read(self) -> Iterator[Journal]:
        sale = self.sale
        asked: list[dict[str, str]] = [{"order_id": one} for one in (sale.first, sale.second)]
        asked += [{"payment_id": one} for one in sale.payments]
        asked += [{"store_id": one} for one in self.names]
        asked += [{"buyer_id": sale.buyer.user_id}]
        found = {one["journal_id"] for by in asked for one in listed(sale.finance, "/ledger/journals", **by)}
        for journal_id in sorted(found):
            yield dict(sale.finance("GET", f"/ledger/journals/{journal_id}"))

    def party(self, account: str, journal: Journal) -> str:
        """Whose an account is. Commission and tax that are held belong to whoever gets them in the end."""
        kind, _, rest = account.partition(":")
        if kind == "store":
            return self.names[rest.partition(":")[0]]
        if kind == "seller-order":
            return self.parts[rest.partition(":")[0]]
        if kind == "withdrawal":
            [store_id] = journal["refs"]["store_ids"]
            return self.names[store_id]
        if kind in ("buyer", "hold"):
            return "Bela"
        if account in TAX or account == "platform:commission_tax_held":
            return "Tax office"
        return "Cash" if account.startswith(CASH) else "Metco"

    def rows(self) -> dict[str, Counter[str]]:
        """What each has more by it: money that Metco has is minus what it is owed for."""
        rows: dict[str, Counter[str]] = {}
        for one in sorted(self.journals.values(), key=lambda journal: str(journal["occurred_at"])):
            row = rows.setdefault(one["kind"], Counter())
            for leg in one["legs"]:
                row[self.party(leg["account"], one)] -= leg["amount"]["minor"]
        return rows

    def accounts(self) -> Counter[str]:
        legs = [leg for one in self.journals.values() for leg in one["legs"]]
        sums: Counter[str] = Counter()
        for leg in legs:
            sums[leg["account"]] += leg["amount"]["minor"]
        return sums


def closed(sale: Sale, figures: Figures) -> Books:
    """What is told last, such as Stripe's fee, is in the books a moment later. What never comes is missing."""
    until = time.monotonic() + CLOSED_WITHIN_S
    while True:
        books = Books(sale)
        rows = books.rows().values()
        if time.monotonic() > until or all(
            sum(row[name] for row in rows) == due for name, due in figures.parties.items()
        ):
            return books
        time.sleep(PAUSE_S)


def listed(person: Person, path: str, **by: str) -> list[dict[str, Any]]:
    items, cursor = list[dict[str, Any]](), ""
    while True:
        page = person("GET", f"{path}?{urlencode({**by, 'limit': '50', **({'cursor': cursor} if cursor else {})})}")
        items += page["items"]
        cursor = page["cursor"]
        if not cursor:
            return items


def table(rows: Mapping[str, Mapping[str, int]], parties: Sequence[str]) -> list[str]:
    """Every row and the last line add up to zero: nothing was created, and nothing lost."""
    width = max(len(one) for one in (*rows, *parties)) + 2
    rows = {kind: row for kind, row in rows.items() if any(row.values())}  # others move within one party's money
    lines = ["".ljust(width) + "".join(one.rjust(12) for one in (*parties, "sum"))]
    lines += [_line(ROWS.get(kind, kind.replace("_", " ")), row, parties, width) for kind, row in rows.items()]
    total = {name: sum(row.get(name, 0) for row in rows.values()) for name in parties}
    in_all = "".join(amount(one).rjust(12) for one in (*total.values(), sum(total.values())))
    return [*lines, "─" * len(lines[0]), "in all".ljust(width) + in_all]


def _line(what: str, row: Mapping[str, int], parties: Sequence[str], width: int) -> str:
    return (
        what.ljust(width) + "".join(_cell(row.get(name, 0)) for name in parties) + amount(sum(row.values())).rjust(12)
    )


def statement(name: str, lines: Sequence[Mapping[str, Any]]) -> list[str]:
    """A store's own, the oldest line first: what came to each of its accounts, and what is there in the end."""
    changes = [{account: of["minor"] for account, of in one["changes"].items()} for one in reversed(lines)]
    accounts = [account for account in changes[0] if any(one[account] for one in changes)]
    head = f"{name}'s statement".ljust(30) + "".join(one.replace("_", " ").rjust(12) for one in accounts)
    told = [
        f"{one['number']:>4}  {one['kind'].replace('_', ' '):<24}"
        + "".join(_cell(changed[account]) for account in accounts)
        for one, changed in zip(reversed(lines), changes, strict=True)
    ]
    left = "".join(amount(sum(one[account] for one in changes)).rjust(12) for account in accounts)
    return [head, *told, "─" * len(head), "in all".ljust(30) + left]


def _cell(minor: int) -> str:
    return (amount(minor) if minor else "·").rjust(12)


def compare(checks: Checks, books: Books, figures: Figures) -> None:
    """Each journal, each party, and what everybody is shown, against what was reckoned from the prices."""
    rows, sale = books.rows(), books.sale
    for one in books.journals.values():
        checks.equal(f"{one['kind']} adds up", sum(leg["amount"]["minor"] for leg in one["legs"]), 0)
    for name, due in figures.parties.items():
        checks.equal(f"{name} in all", sum(row[name] for row in rows.values()), due)
    accounts = books.accounts()
    for account in accounts:
        if account.startswith(("seller-order:", "withdrawal:", "hold:", "store:")) or "_held" in account:
            checks.equal(f"nothing is left on {account}", accounts[account], 0)
    for account in ("refunds:in_transit", "payouts:in_transit", "disputes:open"):
        checks.equal(f"nothing is left on {account}", accounts[account], 0)
    for name, lines in books.statements.items():
        for account in ("pending", "available", "in_transit", "debt"):
            changes = sum(one["changes"][account]["minor"] for one in lines)
            checks.equal(f"{name}'s statement adds up ({account})", changes, lines[0]["totals"][account]["minor"])
            checks.equal(f"{name} has nothing {account}", changes, 0)
        checks.equal(f"{name} was paid", -rows["withdrawal_sent"][name], figures.paid_out[name])
    hers = sum(one["credits"]["minor"] for one in sale.buyer("GET", "/me/credits")["items"])
    checks.equal("Bela's credits", hers, figures.parties["Bela"])
    checks.equal("all of it", sum(sum(row.values()) for row in rows.values()), 0)
