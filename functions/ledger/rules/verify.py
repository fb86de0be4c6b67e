"""The proof of the books: every balance again from the journals, and what must be true of all of them together."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from functions.ledger.model.accounts import Creditor, kind_of
from functions.ledger.model.journals import Journal
from functions.ledger.model.verify import Cover, Crossed, Differs, Report
from kernel.money import Money

Key = tuple[str, str]  # account, currency
Balances = Mapping[Key, int]


def recomputed(journals: Iterable[Journal]) -> dict[Key, int]:
    sums: dict[Key, int] = defaultdict(int)
    for journal in journals:
        for leg in journal.legs:
            sums[leg.account, leg.amount.currency] += leg.amount.minor
    return {key: minor for key, minor in sums.items() if minor}


def verified(journals: Iterable[Journal], kept: Balances) -> Report:
    """`kept` are the balances that were written with the journals, shards summed."""
    listed = list(journals)
    truth = recomputed(listed)
    keys = sorted({*truth, *kept})
    differing = [
        Differs(account=account, kept=Money(kept.get(key, 0), currency), due=Money(truth.get(key, 0), currency))
        for key in keys
        if kept.get(key, 0) != truth.get(key, 0)
        for account, currency in [key]
    ]
    return Report(
        journals=len(listed),
        twice=sorted(one for one, times in Counter(journal.journal_id for journal in listed).items() if times > 1),
        differing=differing,
        out_of_zero=out_of_zero(kept),
        crossed=crossed(kept),
        covers=covers(kept),
    )


def out_of_zero(balances: Balances) -> list[Money]:
    """The first invariant: nothing is created or lost. Currencies that do not sum to zero, with what is over."""
    sums: dict[str, int] = defaultdict(int)
    for (_, currency), minor in balances.items():
        sums[currency] += minor
    return [Money(minor, currency) for currency, minor in sorted(sums.items()) if minor]


def covers(balances: Balances) -> list[Cover]:
    """The second invariant: what Metco has at Stripe and in the bank pays all that it owes, in each currency.

    What others owe to Metco is not counted: nobody can be paid with it.
    """
    money: dict[str, int] = defaultdict(int)
    owed: dict[str, dict[Creditor, int]] = defaultdict(lambda: defaultdict(int))
    for (account, currency), minor in balances.items():
        kind = kind_of(account)
        if kind.nature == "money":
            money[currency] += minor
        elif kind.nature == "owed":
            owed[currency][kind.owed_to] -= minor
    return [
        Cover(
            money=Money(money[currency], currency),
            buyers=Money(owed[currency]["buyers"], currency),
            sellers=Money(owed[currency]["sellers"], currency),
            tax_office=Money(owed[currency]["tax office"], currency),
        )
        for currency in sorted({*money, *owed})
    ]


def crossed(balances: Balances) -> list[Crossed]:
    """Accounts below their floor."""
    return [
        Crossed(account=account, balance=Money(minor, currency))
        for (account, currency), minor in sorted(balances.items())
        if below_floor(account, minor)
    ]


def below_floor(account: str, minor: int) -> bool:
    kind = kind_of(account)
    return kind.floor and kind.normal(minor) < 0
