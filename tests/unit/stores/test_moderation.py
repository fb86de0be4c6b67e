import pytest

from functions.stores.model.moderation import NotYourOwnStore, StandsSo
from functions.stores.rules import moderation as rules
from tests.builders.stores import a_member, a_store


def test_a_suspension_says_why_and_a_restored_store_is_as_it_was():
    suspended = rules.suspended(a_store(), "Sells air")
    assert (suspended.standing, suspended.standing_reason, suspended.version) == ("suspended", "Sells air", 2)
    assert rules.restored(suspended) == a_store(version=3)


def test_a_store_is_suspended_once_and_restored_once():
    with pytest.raises(StandsSo):
        rules.suspended(a_store(standing="suspended"), "Sells air")
    with pytest.raises(StandsSo):
        rules.restored(a_store())


def test_nobody_judges_a_store_they_work_in():
    rules.check_distance(None)
    with pytest.raises(NotYourOwnStore):
        rules.check_distance(a_member())
