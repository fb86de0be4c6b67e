import inspect
import re
from pathlib import Path

import pytest

from functions.ledger.model import facts
from functions.ledger.model.accounts import CHART
from functions.ledger.model.facts.base import Fact
from functions.ledger.rules import commission, withdrawals
from functions.ledger.rules.journals import FLOWS, journal_of
from kernel.money import Money
from tests.builders import ledger as a
from tests.unit.ledger.flows import EXAMPLES, NAMES

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "ledger.md").read_text(encoding="utf-8")
FLOWS_TOLD = PAGE.partition("\n## The flows\n")[2].partition("\n## ")[0]
TOLD = dict(re.findall(r"^### (.+)\n((?:(?!^#).*\n?)+)", FLOWS_TOLD, re.MULTILINE))


def rows(text: str) -> list[list[str]]:
    """A table's cells, without its head."""
    table = [
        [cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in text.splitlines() if "|" in line
    ]
    return table[2:]


def booked(heading: str) -> list[list[str]]:
    """The example's journal as the page writes it."""
    return [row(leg.account, leg.amount) for leg in journal_of(EXAMPLES[heading]).legs]


def row(account: str, amount: Money) -> list[str]:
    for long, short in NAMES.items():
        account = account.replace(long, short)
    text = str(amount if amount.minor > 0 else -amount).removesuffix(" USD")
    return [account, text, ""] if amount.minor > 0 else [account, "", text]


def test_every_flow_has_an_example_and_every_example_is_a_flow():
    assert list(TOLD) == list(EXAMPLES)
    assert {type(fact) for fact in EXAMPLES.values()} == set(FLOWS)


def test_every_fact_is_booked():
    modules = Path(facts.__file__).parent.glob("*.py")
    named = {name for path in modules for name in re.findall(r"^class ([A-Z]\w+)\(", path.read_text(), re.MULTILINE)}
    abstract = {"Fact", "OfSale", "Captured"}
    assert {fact.__name__ for fact in FLOWS} == named - abstract
    assert all(inspect.getdoc(fact) and issubclass(fact, Fact) for fact in FLOWS)


@pytest.mark.parametrize("heading", EXAMPLES)
def test_the_page_says_what_the_rules_book(heading):
    told = TOLD[heading]
    assert rows(told) == booked(heading)
    assert re.findall(r"^`([A-Z]\w+)`", told, re.MULTILINE) == [type(EXAMPLES[heading]).__name__]


@pytest.mark.parametrize("heading", EXAMPLES)
def test_a_table_of_the_page_adds_up_by_itself(heading):
    sums: dict[str, int] = {}
    for _, debit, credit in rows(TOLD[heading]):
        number, _, currency = (debit or credit).partition(" ")
        money = Money.parse(number, currency or "USD")
        sums[money.currency] = sums.get(money.currency, 0) + (money.minor if debit else -money.minor)
    assert sums
    assert not any(sums.values())


def test_the_page_has_the_chart_of_accounts():
    told = rows(PAGE.partition("\n## The accounts\n")[2].partition("\n## ")[0])
    chart = [
        [
            kind.pattern,
            kind.means,
            kind.nature,
            "" if kind.owed_to == "nobody" else kind.owed_to,
            kind.side,
            "0" if kind.floor else "",
            "yes" if kind.sharded else "",
        ]
        for kind in CHART
    ]
    assert told == chart


def test_the_page_explains_a_commission_as_the_rules_do():
    told = PAGE.partition("\n## Commission\n")[2].partition("\n## ")[0]
    explained = commission.explain(RULES, a.a_line_to_rate(a.usd(120_00), categories=[a.an_id("cat")]), a.NOON)
    names = {rule.rule_id: name for name, rule in zip(RULE_NAMES, RULES, strict=True)}
    assert rows(told) == [[names[one.rule_id], one.scope, one.why] for one in explained.considered]
    assert f"*{', '.join(explained.steps)}: {str(explained.commission).removesuffix(' USD')}*" in told


RULE_NAMES = ("everything", "cameras", "spring", "old")
RULES = [
    a.a_rule(0),
    a.a_rule(1, "category", 800, target=a.an_id("cat"), currency="USD", fixed=30, maximum=9_00, tax_bps=2_000),
    a.a_rule(2, "campaign", 300, target=a.an_id("cmp")),
    a.a_rule(3, "category", 900, target=a.an_id("cat"), ends_at=a.NOON),
]


def test_the_page_says_what_may_become_of_a_withdrawal():
    told = rows(PAGE.partition("\n## Withdrawals\n")[2].partition("\n## ")[0])
    assert told == [[state, ", ".join(sorted(after))] for state, after in withdrawals.NEXT.items()]
