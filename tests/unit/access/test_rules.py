from functions.access import rules
from functions.access.model import Caller, Standing
from kernel.authz import Principal

CALLER = Caller("usr_1", "session-1")


def test_a_caller_with_a_live_session_is_admitted_with_their_roles():
    admitted = rules.admit(CALLER, Standing(roles=frozenset({"customer", "admin"})))
    assert admitted == Principal("usr_1", "session-1", frozenset({"customer", "admin"}))


def test_someone_the_events_have_not_told_of_yet_is_a_customer():
    assert rules.admit(CALLER, Standing()) == Principal("usr_1", "session-1", frozenset({"customer"}))


def test_an_ended_session_is_not_admitted_whatever_its_roles():
    assert rules.admit(CALLER, Standing(frozenset({"admin"}), session_ended=True)) == rules.SESSION_ENDED


def test_a_caller_has_what_their_stores_give_them():
    may = {"sto_1": frozenset({"view_orders"}), "sto_2": frozenset({"manage_staff"})}
    assert rules.admit(CALLER, Standing(stores=may)) == Principal("usr_1", "session-1", frozenset({"customer"}), may)


def test_nobody_may_anything_in_a_suspended_store():
    may = {"sto_1": frozenset({"withdraw_funds"}), "sto_2": frozenset({"edit_store"})}
    admitted = rules.admit(CALLER, Standing(stores=may, suspended=frozenset({"sto_1"})))
    assert isinstance(admitted, Principal)
    assert admitted.stores == {"sto_2": frozenset({"edit_store"})}
