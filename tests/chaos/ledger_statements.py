"""What must hold of statements at rest: every line once, all of them add up, and the last is the balance."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from kernel.changes import decode
from tests.chaos.expressions import Item
from tests.chaos.ledger_checks import Books
from tests.chaos.memory_table import Key

Line = Mapping[str, Any]
Sums = Counter[tuple[str, str]]  # by currency and place
PLACES = {"withdrawal": "in_transit", "ad": "advertising", "hold": "held"}


def kept(rows: Mapping[Key, Item], books: Books) -> Iterator[str]:
    lines: defaultdict[str, list[Line]] = defaultdict(list)
    totals: dict[str, Line] = {}
    for (pk, sk), row in sorted(rows.items()):
        kind, _, owner = pk.partition("#")
        if kind == "STATEMENT" and sk.startswith("LINE#"):
            lines[owner].append(decode(row))
        elif kind == "STATEMENT" and sk == "TOTALS":
            totals[owner] = decode(row)
    due = balances(books)
    for owner in sorted(due.keys() | lines.keys()):
        yield from a_statement(owner, lines[owner], totals.get(owner, {"sums": {}}), due[owner])


def a_statement(owner: str, lines: list[Line], totals: Line, due: Sums) -> Iterator[str]:
    if [line["number"] for line in lines] != list(range(1, len(lines) + 1)):
        yield f"{owner}: has the lines {[line['number'] for line in lines]}"
    named = Counter((line["journal_id"], line["currency"]) for line in lines)
    twice = [one for one, times in named.items() if times > 1]
    if twice:
        yield f"{owner}: told twice of {twice}"
    sums: Sums = Counter()
    for line in lines:
        for place, by in line["changes"].items():
            sums[line["currency"], place] += by
        shown = {place: minor for place, minor in line["totals"].items() if minor}
        added = {place: minor for (currency, place), minor in sums.items() if currency == line["currency"] and minor}
        if shown != added:
            yield f"{owner}: line {line['number']} shows {shown}, and adds up to {added}"
    last = {(currency, place): minor for currency, of in totals["sums"].items() for place, minor in of.items() if minor}
    now = {key: minor for key, minor in due.items() if minor}
    if last != now:
        yield f"{owner}: the statement ends with {last}, and there is {now}"


def balances(books: Books) -> defaultdict[str, Sums]:
    """By owner and place, from the balances themselves. Whose an ad is, its own journals say."""
    found: defaultdict[str, Sums] = defaultdict(Counter)
    owner_of = {f"seller-order:{name}": f"store:{one.sale.store_id}" for name, one in books.sales.items()}
    owner_of |= {f"withdrawal:{name}": f"store:{one['store_id']}" for name, one in books.withdrawals.items()}
    owner_of |= {f"hold:{name}": f"buyer:{one['buyer_id']}" for name, one in books.holds.items()}
    for journal in books.journals.values():
        for leg in journal["legs"]:
            if leg["account"].startswith("ad:"):
                owner_of[leg["account"]] = f"store:{journal['refs']['store_ids'][0]}"
    for (account, currency), minor in books.accounts.items():
        kind, _, rest = account.partition(":")
        name, _, place = rest.partition(":")
        owner = owner_of.get(f"{kind}:{name}") or (f"{kind}:{name}" if kind in ("store", "buyer") else "")
        if owner and minor:
            found[owner][currency, place or PLACES[kind]] += books.at(account, currency)
    for one in books.withdrawals.values():
        if one["state"] == "sent" and one["way"] != "stripe":  # with another provider, and not there yet
            found[f"store:{one['store_id']}"][one["amount"]["currency"], "in_transit"] += one["amount"]["minor"]
    return found
