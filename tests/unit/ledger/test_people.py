from datetime import timedelta

import pytest

from functions.ledger.model.people import Person, Place
from functions.ledger.rules import people as rules
from tests.builders import ledger as a

FINN = a.an_id("usr", 20)
FINANCE = frozenset({"customer", "finance"})


@pytest.mark.parametrize(
    ("person", "may"),
    [
        (Person(FINN, FINANCE, sequence=1), True),
        (Person(FINN, frozenset({"customer", "admin"}), sequence=1), False),
        (Person(FINN, FINANCE, erased=True, sequence=1), False),
        (Person(FINN, FINANCE), False),  # nobody told of them
        (Person(FINN), False),
    ],
)
def test_whoever_is_known_to_be_in_finance_decides(person, may):
    assert rules.deciding([person]) == ({FINN} if may else set())


@pytest.mark.parametrize(
    ("place", "involved"),
    [
        (Place(), False),
        (Place(works=True, sequence=1), True),
        (Place(left_at=a.NOON - timedelta(seconds=1), sequence=2), False),
        (Place(left_at=a.NOON, sequence=2), True),
        (Place(left_at=a.NOON + timedelta(days=1), sequence=2), True),
        (Place(works=True, left_at=a.NOON - timedelta(days=1), sequence=3), True),
    ],
)
def test_whoever_works_in_a_store_or_did_since_is_involved(place, involved):
    assert rules.involved([Person(FINN, FINANCE, place=place)], a.NOON) == ({FINN} if involved else set())
