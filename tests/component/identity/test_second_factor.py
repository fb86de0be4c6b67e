import json
from datetime import timedelta

import pytest

from functions.identity import consumers
from functions.identity.model.second_factor import SecondFactorNeeded, SecondFactorRefused
from functions.identity.rules import contacts
from functions.identity.rules import second_factor as rules
from functions.identity.store import store
from kernel import clock, settings
from tests.builders import identity as an
from tests.builders.http import Context
from tests.builders.identity import NOW, code_of, public


@pytest.fixture(autouse=True)
def advance():
    """Time stands still: a code is good for half a minute only."""
    with clock.frozen(NOW) as advance:
        yield advance


def app_code(offer: dict, late_s: int = 0) -> str:
    return an.app_code(offer["user_id"], offer["id"], late=timedelta(seconds=late_s))


def enrol(me) -> dict:
    offered = me("POST", "/v1/me/second-factor-enrolments")
    assert offered.status == 201, offered.text
    return {**offered.json, "user_id": me("GET", "/v1/me").json["user_id"]}


def confirm(me, offer: dict, code: str | None = None):
    body = {"enrolment_id": offer["id"], "code": code or app_code(offer)}
    return me("PUT", "/v1/me/second-factor", body)


@pytest.fixture
def guarded(world, advance):
    """An account with a second factor: who it is, what the app knows, the recovery codes."""
    me = an.signed_in()
    offer = enrol(me)
    codes = confirm(me, offer).json["codes"]
    advance(timedelta(seconds=60))
    return me, offer, codes


def sign_in(second: str | None = None):
    body = {"email": "ada@example.com", "password": an.PASSWORD} | ({"second_factor": second} if second else {})
    return public("POST", "/v1/sessions", body)


def kinds(world) -> list[str]:
    return [row["metadata"]["type"] for row in world.envelopes()]


def test_signing_in_asks_for_it_once_it_is_on(world, guarded):
    _, offer, _ = guarded
    before = kinds(world).count("UserLoggedIn")
    needed = sign_in()
    assert (needed.status, needed.json["code"]) == (401, "second_factor_needed")
    assert kinds(world).count("UserLoggedIn") == before
    assert sign_in(app_code(offer)).status == 201


def test_an_offer_alone_changes_nothing(world):
    me = an.signed_in()
    before = world.items()
    enrol(me)
    assert world.items() == before
    assert sign_in().status == 201
    assert me("GET", "/v1/me/second-factor").json == {"on": False, "since": None, "recovery_codes_left": 0}


def test_a_repeated_offer_under_one_key_is_the_same_and_nothing_keeps_its_secret(world):
    me, key = an.signed_in(), {"Idempotency-Key": "enrol-01"}
    first, again = (me("POST", "/v1/me/second-factor-enrolments", headers=key).json for _ in range(2))
    assert first == again
    assert first["secret"] not in str(world.items())


def test_a_wrong_first_code_does_not_turn_it_on(world):
    me = an.signed_in()
    offer = enrol(me)
    wrong = "000000" if app_code(offer) != "000000" else "111111"
    assert confirm(me, offer, wrong).json["code"] == "second_factor_refused"
    assert sign_in().status == 201


def test_a_repeated_confirmation_gives_the_same_codes_and_tells_once(world):
    me = an.signed_in()
    offer = enrol(me)
    assert confirm(me, offer).json == confirm(me, offer).json
    assert kinds(world).count("SecondFactorTurned") == 1


@pytest.mark.parametrize("pick", [lambda offer, codes: app_code(offer), lambda offer, codes: codes[0]])
def test_of_two_who_were_let_pass_at_once_by_one_code_one_is_signed_in(world, guarded, pick):
    _, offer, codes = guarded
    factor = store().second_factor(offer["user_id"])
    assert factor
    use = rules.use(factor, pick(offer, codes), settings.key("second-factor"), clock.now())
    first, second = (an.a_session(id=f"session-{n}", user_id=factor.user_id) for n in range(2))
    store().start(first, "address", clock.now(), second=use)
    with pytest.raises(SecondFactorRefused):
        store().start(second, "address", clock.now(), second=use)
    assert store().session(factor.user_id, second.id) is None


def test_whoever_was_let_pass_before_it_was_on_is_asked_after_all(world):
    me = an.signed_in()
    session = an.a_session(user_id=me("GET", "/v1/me").json["user_id"])
    an.with_second_factor(me)
    with pytest.raises(SecondFactorNeeded):
        store().start(session, "address", clock.now())


def test_a_code_of_the_app_signs_in_once(world, guarded):
    code = app_code(guarded[1])
    assert [sign_in(code).status for _ in range(2)] == [201, 401]


def test_a_recovery_code_signs_in_once(world, guarded):
    me, _, codes = guarded
    assert [sign_in(codes[3]).status, sign_in(codes[3]).status, sign_in(codes[4]).status] == [201, 401, 201]
    assert me("GET", "/v1/me/second-factor").json["recovery_codes_left"] == rules.RECOVERY_CODES - 2


def test_guessing_is_stopped_even_with_the_right_code(world, guarded, advance):
    _, offer, _ = guarded
    answers = [sign_in("000000").json["code"] for _ in range(rules.TRIES_PER_WINDOW)]
    blocked = sign_in(app_code(offer))
    assert set(answers) == {"second_factor_refused"}
    assert (blocked.status, blocked.json["code"]) == (429, "second_factor_blocked")
    advance(timedelta(minutes=15))
    assert sign_in(app_code(offer)).status == 201


def test_whoever_lacks_the_password_learns_nothing_of_it(world, guarded):
    body = {"email": "ada@example.com", "password": "not the password", "second_factor": app_code(guarded[1])}
    assert public("POST", "/v1/sessions", body).json["code"] == "sign_in_refused"
    assert sign_in(app_code(guarded[1])).status == 201  # and the code was not spent


def test_a_code_by_mail_does_not_go_around_it(world, guarded):
    _, offer, _ = guarded
    code_id = public("POST", "/v1/sign-in-codes", {"to": "ada@example.com"}).json["id"]
    body = {"code": code_of(code_id)}
    refused = public("POST", f"/v1/sign-in-codes/{code_id}/confirm", body)
    assert (refused.status, refused.json["code"]) == (401, "second_factor_needed")
    body["second_factor"] = app_code(offer)
    assert public("POST", f"/v1/sign-in-codes/{code_id}/confirm", body).status == 201


def test_a_new_app_replaces_the_old_one(world, guarded):
    me, old, codes = guarded
    new = enrol(me)
    assert confirm(me, new).status == 200
    for stale in (app_code(old, 30), codes[0]):
        assert sign_in(stale).json["code"] == "second_factor_refused"
    assert sign_in(app_code(new, 30)).status == 201


def test_turned_off_it_is_asked_for_no_more(world, guarded):
    me, _, _ = guarded
    assert [me("DELETE", "/v1/me/second-factor").status for _ in range(2)] == [204, 204]
    assert sign_in().status == 201
    assert kinds(world).count("SecondFactorTurned") == 2


def test_an_old_session_can_turn_nothing_on_or_off(world, guarded, advance):
    me, offer, _ = guarded
    advance(contacts.FRESH)
    before = world.items()
    for answer in (
        me("POST", "/v1/me/second-factor-enrolments"),
        confirm(me, offer),
        me("DELETE", "/v1/me/second-factor"),
    ):
        assert (answer.status, answer.json["code"]) == (401, "sign_in_again")
    assert world.items() == before


def test_the_person_is_told_by_mail(world, guarded):
    me, _, _ = guarded
    me("DELETE", "/v1/me/second-factor")
    for envelope in (row for row in world.envelopes() if row["metadata"]["type"] == "SecondFactorTurned"):
        body = json.dumps({"source": "metco.identity", "detail-type": "SecondFactorTurned.v1", "detail": envelope})
        consumers.handler({"Records": [{"messageId": "m", "body": body}]}, Context())
    assert [mail["subject"] for mail in world.mails()] == [
        "Your Metco account asks for a second factor now",
        "Your Metco account asks for no second factor any more",
    ]


def deliver(row: dict) -> None:
    body = {"source": "metco.identity", "detail-type": f"{row['metadata']['type']}.v1", "detail": row}
    assert not consumers.handler({"Records": [{"messageId": "m", "body": json.dumps(body)}]}, Context())[
        "batchItemFailures"
    ]


def renew(me, code: str, **headers):
    return me("POST", "/v1/me/recovery-codes", {"code": code}, headers=headers)


def test_new_recovery_codes_void_the_old_ones_and_their_owner_is_told(world, guarded, advance):
    me, offer, old = guarded
    assert sign_in(old[0]).status == 201
    renewed = renew(me, app_code(offer))
    assert renewed.status == 201, renewed.text
    new = renewed.json["codes"]
    assert (len(new), set(new) & set(old)) == (rules.RECOVERY_CODES, set())
    assert me("GET", "/v1/me/second-factor").json["recovery_codes_left"] == rules.RECOVERY_CODES
    assert sign_in(old[1]).json["code"] == "second_factor_refused"
    assert sign_in(new[0]).status == 201
    told = [row for row in world.envelopes() if row["metadata"]["type"] == "RecoveryCodesDrawn"]
    assert [row["data"] for row in told] == [{"user_id": offer["user_id"]}]
    assert all(code not in str(world.items()) for code in new)
    deliver(told[0])
    assert "new recovery codes" in world.mails()[-1]["subject"]


def test_new_recovery_codes_take_a_code_of_the_app_that_was_not_used(guarded, world):
    me, offer, codes = guarded
    spent = app_code(offer)
    assert sign_in(spent).status == 201
    before = me("GET", "/v1/me/second-factor").json
    for wrong in (spent, "000000"):
        assert renew(me, wrong).json["code"] == "second_factor_refused"
    assert renew(me, codes[0]).status == 422
    assert me("GET", "/v1/me/second-factor").json == before
    assert "RecoveryCodesDrawn" not in kinds(world)
    assert sign_in(codes[0]).status == 201


def test_new_recovery_codes_under_one_key_are_drawn_once(guarded, world):
    me, offer, _ = guarded
    code = app_code(offer)
    first, again = (renew(me, code, **{"Idempotency-Key": "renew-01"}) for _ in range(2))
    assert (first.status, first.json) == (again.status, again.json)
    assert kinds(world).count("RecoveryCodesDrawn") == 1
    assert renew(me, code).json["code"] == "second_factor_refused"


def test_a_recovery_code_of_the_void_set_loses_the_race_against_its_renewal(guarded, world):
    me, offer, codes = guarded
    factor = store().second_factor(offer["user_id"])
    assert factor
    used = rules.use(factor, codes[0], settings.key("second-factor"), clock.now())  # looked at, not yet spent
    assert renew(me, app_code(offer)).status == 201
    with pytest.raises(SecondFactorRefused):
        store().start(an.a_session(user_id=offer["user_id"]), "x", clock.now(), second=used)


def test_without_a_second_factor_there_are_no_recovery_codes_to_renew(world):
    assert renew(an.signed_in(), "123456").json["code"] == "second_factor_off"


def an_admin(world):
    return an.as_user(
        an.an_account("boss@example.com"), session=an.sign_in("boss@example.com").json["session_id"], roles=("admin",)
    )


def remove(operator, offer: dict, reason: str = "Lost the telephone, showed a passport", **headers):
    return operator("POST", f"/v1/users/{offer['user_id']}/second-factor/remove", {"reason": reason}, headers=headers)


def test_an_operator_takes_off_a_lost_second_factor_with_a_reason_and_its_owner_is_told(world, guarded):
    _, offer, _ = guarded
    admin, key = an_admin(world), {"Idempotency-Key": "remove-01"}
    assert [remove(admin, offer, **key).status for _ in range(2)] == [204, 204]
    assert sign_in().status == 201
    acted = [row["data"] for row in world.envelopes() if row["metadata"]["type"] == "OperatorActed"]
    assert acted == [
        {
            "operator_id": an.id_of(admin),
            "action": "remove_second_factor",
            "subject": offer["user_id"],
            "reason": "Lost the telephone, showed a passport",
        }
    ]
    turned = [row for row in world.envelopes() if row["metadata"]["type"] == "SecondFactorTurned"]
    assert [row["data"]["on"] for row in turned] == [True, False]
    deliver(turned[-1])
    assert world.mails()[-1]["destinations"]["ToAddresses"] == ["ada@example.com"]
    assert "no second factor any more" in world.mails()[-1]["subject"]
    assert remove(admin, offer).status == 204  # nothing is on
    assert kinds(world).count("OperatorActed") == 1


def test_a_second_factor_stays_on_without_reason_right_or_a_fresh_sign_in(world, guarded, advance):
    me, offer, _ = guarded
    admin = an_admin(world)
    moderator = an.as_user(an.id_of(admin), session="x", roles=("moderator",))
    assert remove(admin, offer, reason=" ").status == 422
    assert remove(moderator, offer).status == 403
    assert remove(me, offer).status == 403
    advance(contacts.FRESH + timedelta(minutes=1))
    assert remove(admin, offer).json["code"] == "sign_in_again"
    assert sign_in().json["code"] == "second_factor_needed"
    assert "OperatorActed" not in kinds(world)
