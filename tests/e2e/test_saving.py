from local.stack import Stack
from tests.e2e.saving_walk import walk_saving
from tests.e2e.walk import Person


def test_cards_are_saved_and_removed_and_accounts_opened(stack: Stack):
    walk_saving(Person(stack, patience_s=90))
