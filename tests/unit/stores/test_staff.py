from datetime import timedelta

import pytest

from functions.stores.model.names import StorePermission
from functions.stores.model.staff import (
    InvitationClosed,
    InvitationRefused,
    NewInvitation,
    NotInYourHands,
    PermissionsOfTheRole,
    TransferRefused,
)
from functions.stores.rules import staff as rules
from functions.stores.rules.stores import ALL_PERMISSIONS
from kernel import ids
from kernel.errors import NotFound
from tests.builders.staff import KIM, LEE
from tests.builders.stores import NOON, OWNER, STORE, a_member

KEY = b"for tests only"


def a_manager(user_id: str = LEE):
    return a_member(user_id=user_id, role="manager", permissions=rules.permissions_of("manager", None))


def a_custom(*permissions: StorePermission, user_id: str = KIM):
    return a_member(user_id=user_id, role="custom", permissions=sorted(permissions))


def an_invitation(actor=None, **said):
    request = NewInvitation(**{"email": "kim@example.com", "role": "cashier"} | said)
    return rules.invitation(ids.derived_id("inv", "1"), STORE, actor or a_member(), request, "address", NOON)


# Roles


@pytest.mark.parametrize(
    ("role", "lacks"),
    [("owner", set()), ("manager", {"withdraw_funds"}), ("cashier", set(ALL_PERMISSIONS) - {"view_orders"})],
)
def test_a_role_brings_its_permissions(role, lacks):
    assert set(ALL_PERMISSIONS) - set(rules.permissions_of(role, None)) == lacks


def test_a_custom_role_is_told_its_permissions():
    assert rules.permissions_of("custom", ["view_orders", "edit_products", "view_orders"]) == [
        "edit_products",
        "view_orders",
    ]


@pytest.mark.parametrize(("role", "said"), [("custom", None), ("custom", []), ("cashier", ["withdraw_funds"])])
def test_only_a_custom_role_is_told_them_and_it_must_be(role, said):
    with pytest.raises(PermissionsOfTheRole):
        rules.permissions_of(role, said)


@pytest.mark.parametrize("permission", ALL_PERMISSIONS)
def test_nobody_hands_out_what_they_do_not_hold(permission):
    everything_else = [one for one in ALL_PERMISSIONS if one != permission]
    assert not rules.holds(a_custom(*everything_else), "custom", [permission])
    assert rules.holds(a_member(), "custom", [permission])


def test_who_may_do_everything_but_is_no_owner_makes_no_owners():
    assert not rules.holds(a_custom(*ALL_PERMISSIONS), "owner", ALL_PERMISSIONS)


def test_nobody_takes_away_what_they_do_not_hold():
    with pytest.raises(NotInYourHands):
        rules.changed(a_manager(), a_member(), "cashier", None)
    with pytest.raises(NotInYourHands):
        rules.check_removal(a_custom("manage_staff"), a_manager())


def test_a_manager_cannot_make_themself_an_owner():
    with pytest.raises(NotInYourHands):
        rules.changed(a_manager(), a_manager(), "owner", None)


def test_a_change_is_the_next_version():
    changed = rules.changed(a_member(), a_manager(), "custom", ["edit_products"])
    assert changed == a_manager().model_copy(update={"role": "custom", "permissions": ["edit_products"], "version": 2})


@pytest.mark.parametrize(
    ("before", "after", "more"),
    [
        (None, a_member(), 1),
        (a_member(), None, -1),
        (a_member(), a_manager(), -1),
        (a_manager(), a_member(), 1),
        (a_member(), a_member(), 0),
        (None, a_manager(), 0),
    ],
)
def test_owners_are_counted_by_what_changes(before, after, more):
    assert rules.more_owners(before, after) == more


# Invitations


def test_an_invitation_gives_what_its_role_gives_and_ends_after_a_week():
    invitation = an_invitation()
    assert (invitation.permissions, invitation.expires_at) == (["view_orders"], NOON + timedelta(days=7))


def test_nobody_invites_into_more_than_they_hold():
    with pytest.raises(NotInYourHands):
        an_invitation(a_manager(), role="owner")
    with pytest.raises(NotInYourHands):
        an_invitation(a_manager(), role="custom", permissions=["withdraw_funds"])


def test_the_right_code_in_time_is_let_pass():
    invitation = an_invitation()
    rules.check_invitation(invitation, rules.code_for(invitation, KEY), KEY, NOON)


@pytest.mark.parametrize(
    ("said", "code", "later"),
    [
        ({}, "0" * 32, timedelta()),
        ({}, None, rules.INVITATION_LIFE),
        ({"state": "revoked"}, None, timedelta()),
        ({"state": "accepted"}, None, timedelta()),
        ({"state": "rejected"}, None, timedelta()),
    ],
)
def test_wrong_late_and_closed_are_refused_alike(said, code, later):
    invitation = an_invitation().model_copy(update=said)
    with pytest.raises(InvitationRefused) as refused:
        rules.check_invitation(invitation, code or rules.code_for(invitation, KEY), KEY, NOON + later)
    assert refused.value.detail == InvitationRefused.advice


def test_sending_again_ends_the_code_sent_before_and_begins_another_week():
    first, later = an_invitation(), NOON + timedelta(days=6)
    again = rules.sent_again(a_member(), first, later)
    assert (again.sent, again.expires_at) == (2, later + rules.INVITATION_LIFE)
    with pytest.raises(InvitationRefused):
        rules.check_invitation(again, rules.code_for(first, KEY), KEY, later)
    rules.check_invitation(again, rules.code_for(again, KEY), KEY, later)


@pytest.mark.parametrize(
    "act", [lambda one: rules.revoked(a_member(), one), lambda one: rules.sent_again(a_member(), one, NOON)]
)
def test_a_closed_invitation_stays_closed(act):
    with pytest.raises(InvitationClosed):
        act(rules.rejected(an_invitation()))


def test_an_answered_invitation_forgets_the_address():
    closed, joined = rules.accepted(an_invitation(), a_member(), KIM, 0, NOON)
    assert (closed.state, closed.email) == ("accepted", "")
    assert (joined.role, joined.permissions, joined.version) == ("cashier", ["view_orders"], 1)
    assert rules.rejected(an_invitation()).email == rules.revoked(a_member(), an_invitation()).email == ""


def test_whoever_comes_back_goes_on_counting():
    _, joined = rules.accepted(an_invitation(), a_member(), KIM, 4, NOON)
    assert joined.version == 5


def test_what_somebody_handed_out_ends_with_their_own_right_to():
    with pytest.raises(InvitationRefused):
        rules.accepted(an_invitation(a_manager()), a_custom("manage_staff", user_id=LEE), KIM, 0, NOON)


def test_a_late_message_about_an_earlier_sending_mails_nothing():
    again = rules.sent_again(a_member(), an_invitation(), NOON)
    assert not rules.awaits_mail(again, 1, NOON)
    assert rules.awaits_mail(again, 2, NOON)
    assert not rules.awaits_mail(again, 2, again.expires_at)
    assert not rules.awaits_mail(rules.rejected(again), 2, NOON)


def test_an_invitation_nobody_answered_is_seen_to_have_expired():
    assert rules.view(an_invitation(), NOON).state == "pending"
    assert rules.view(an_invitation(), NOON + rules.INVITATION_LIFE).state == "expired"
    assert rules.view(rules.rejected(an_invitation()), NOON + rules.INVITATION_LIFE).state == "rejected"


# Handing over


def a_transfer(giver=None, taker=None):
    return rules.transfer(ids.derived_id("trf", "1"), giver or a_member(), taker or a_manager(), NOON)


def test_a_store_goes_from_an_owner_to_somebody_who_works_there():
    giver, taker = rules.handed_over(a_transfer(), a_member(), a_manager(), NOON)
    assert (giver.user_id, giver.role, giver.version) == (OWNER, "manager", 2)
    assert (taker.user_id, taker.role, taker.permissions, taker.version) == (LEE, "owner", list(ALL_PERMISSIONS), 2)


@pytest.mark.parametrize(
    ("giver", "taker"),
    [(a_manager(KIM), a_manager()), (a_member(), None), (None, a_manager()), (a_member(), a_member(user_id=LEE))],
)
def test_it_goes_no_other_way(giver, taker):
    with pytest.raises(TransferRefused):
        rules.transfer("trf", giver, taker, NOON)
    with pytest.raises(TransferRefused):
        rules.handed_over(a_transfer(), giver, taker, NOON)


def test_an_offer_ends_after_a_week():
    with pytest.raises(TransferRefused):
        rules.handed_over(a_transfer(), a_member(), a_manager(), NOON + rules.TRANSFER_LIFE)


def test_an_offer_is_for_the_two_it_is_about():
    rules.check_party(a_transfer(), a_member())
    rules.check_party(a_transfer(), a_manager())
    with pytest.raises(NotFound):
        rules.check_party(a_transfer(), a_custom("manage_staff"))
    with pytest.raises(NotFound):
        rules.check_taker(a_transfer(), a_member())
