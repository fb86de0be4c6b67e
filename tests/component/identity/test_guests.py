import pytest

from functions.identity import api
from functions.identity.rules import guests as rules
from kernel import clock
from kernel.authz import Principal
from permissions import PERMISSIONS
from tests.builders import identity as an
from tests.builders.http import Caller
from tests.builders.identity import NOW, as_user, id_of, public


def as_guest(guest_id="gst_00000000000000000000000000"):
    return Caller(api.api, Principal(guest_id, "", frozenset({"guest"})))


def absorbed(world):
    return [row["data"] for row in world.envelopes() if row["metadata"]["type"] == "GuestAbsorbed"]


def test_anybody_can_begin_as_a_guest_and_nothing_is_stored(world, capsys):
    before = world.items()
    begun = [public("POST", "/v1/guests").json for _ in range(2)]
    assert begun[0]["guest_id"] != begun[1]["guest_id"]
    assert begun[0]["access_token"].startswith("mg_gst_")
    assert begun[0]["access_token"] not in capsys.readouterr().out
    assert world.items() == before


def test_whoever_signs_in_takes_the_guest_over_once(world):
    me, guest = as_user(an.an_account()), public("POST", "/v1/guests").json
    answers = [me("POST", "/v1/me/guests", {"guest_token": guest["access_token"]}) for _ in range(2)]
    assert [(answer.status, answer.json) for answer in answers] == [(200, {"guest_id": guest["guest_id"]})] * 2
    assert absorbed(world) == [{"guest_id": guest["guest_id"], "user_id": id_of(me)}]


def test_of_two_accounts_one_gets_the_guest(world):
    first, second = (as_user(an.an_account(email)) for email in ("ada@example.com", "eve@example.com"))
    body = {"guest_token": an.a_guest()}
    assert first("POST", "/v1/me/guests", body).status == 200
    before = world.items()
    late = second("POST", "/v1/me/guests", body)
    assert (late.status, late.json["code"]) == (409, "guest_taken")
    assert world.items() == before


def test_a_token_that_is_wrong_or_late_takes_nothing_over(world):
    me = as_user(an.an_account())
    before = world.items()
    with clock.frozen(NOW) as advance:
        token = an.a_guest()
        for wrong in ("mg_", token[:-1], token.removeprefix("mg_"), token.replace("gst_0", "gst_1")):
            answer = me("POST", "/v1/me/guests", {"guest_token": wrong})
            assert (answer.status, answer.json["code"]) == (422, "guest_token_wrong")
        advance(rules.LIFE)
        assert me("POST", "/v1/me/guests", {"guest_token": token}).status == 422
    assert world.items() == before


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/me", None),
        ("POST", "/v1/me/addresses", an.an_address()),
        ("POST", "/v1/me/api-keys", {"name": "x", "scopes": ["profile:read"]}),
        ("POST", "/v1/me/guests", {"guest_token": "mg_x"}),
        ("POST", "/v1/me/erasure", None),
        ("DELETE", "/v1/sessions", None),
    ],
)
def test_a_guest_owns_nothing_that_needs_an_account_and_a_denial_changes_nothing(world, method, path, body):
    before = world.items()
    answer = as_guest()(method, path, body)
    assert (answer.status, answer.json["detail"]) == (401, "Sign in first: a guest cannot do this.")
    assert world.items() == before


def test_what_guests_may_do_is_a_short_list():
    of_their_own = {"add_activity", "read_recently_viewed", "clear_recently_viewed"}  # what they looked at
    to_buy = {"read_basket", "edit_basket", "say_codes", "quote_basket", "check_out", "read_order", "list_orders"}
    bought = {"cancel_order", "read_payments", "cancel_payment", "change_order", "receive_order", "read_downloads"}
    back = {"return_goods", "return_download"}
    assert {action for action, rule in PERMISSIONS.items() if rule.guest} == {
        "read_caller",
        "query_catalog",
        *of_their_own,
        *to_buy,
        *bought,
        *back,
    }


def test_everybody_can_ask_who_they_are(world):
    key = Caller(api.api, Principal(an.USER, "", frozenset({"customer"}), scopes=frozenset({"profile:read"})))
    kinds = [caller("GET", "/v1/caller").json["kind"] for caller in (as_user(an.USER), as_guest(), key)]
    assert kinds == ["person", "guest", "api_key"]
