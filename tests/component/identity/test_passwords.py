from datetime import timedelta

from pydantic import SecretStr

from functions.identity import accounts, rules
from functions.identity.store import Store, store
from functions.identity.store.passwords import TURN
from kernel import clock
from tests.builders import identity as an
from tests.builders.identity import as_user, code_of, public, sign_in

NEW = "a wholly different phrase"


def begin_reset(email: str = "ada@example.com") -> str:
    return str(public("POST", "/v1/password-resets", {"email": email}).json["id"])


def confirm(reset: str, code: str | None = None, password: str = NEW):
    body = {"code": code or code_of(reset), "password": password}
    return public("POST", f"/v1/password-resets/{reset}/confirm", body)


def changes(world) -> list[str]:
    return [row["data"]["by"] for row in world.envelopes() if row["metadata"]["type"] == "PasswordChanged"]


def test_changing_the_password_needs_the_current_one(world):
    me = as_user(an.an_account())
    refused = me("POST", "/v1/me/password", {"current_password": "not this one", "new_password": NEW})
    assert (refused.status, refused.json["code"], changes(world)) == (401, "sign_in_refused", [])
    assert me("POST", "/v1/me/password", {"current_password": an.PASSWORD, "new_password": NEW}).status == 204
    assert (sign_in().status, sign_in(password=NEW).status, changes(world)) == (401, 201, ["change"])


def test_guessing_the_current_password_is_stopped_like_signing_in(world):
    me = as_user(an.an_account())
    guess = {"current_password": "not this one", "new_password": NEW}
    answers = [me("POST", "/v1/me/password", guess).status for _ in range(rules.SIGN_INS_PER_WINDOW + 1)]
    assert answers == [401] * rules.SIGN_INS_PER_WINDOW + [429]


def test_a_repeated_change_with_one_key_is_answered_like_the_first(world):
    me, key = as_user(an.an_account()), {"Idempotency-Key": "change-01"}
    body = {"current_password": an.PASSWORD, "new_password": NEW}
    assert [me("POST", "/v1/me/password", body, headers=key).status for _ in range(2)] == [204, 204]
    assert changes(world) == ["change"]


def test_a_change_that_was_cut_off_after_cognito_is_completed_by_its_repetition(world):
    user = an.an_account()
    accounts.set_password(user, SecretStr(NEW))  # as far as the first try got
    body = {"current_password": an.PASSWORD, "new_password": NEW}
    assert as_user(user)("POST", "/v1/me/password", body).status == 204
    assert (sign_in(password=NEW).status, changes(world)) == (201, ["change"])


def test_whoever_meets_another_request_that_sets_the_password_waits_and_nothing_has_changed(world):
    user, now = an.an_account(), clock.now()
    reset, body = begin_reset(), {"current_password": an.PASSWORD, "new_password": NEW}
    with store().password_turn(user, store().profile(user), now), clock.frozen(now) as advance:
        refused = [as_user(user)("POST", "/v1/me/password", body), confirm(reset)]
        assert [(one.status, one.json["code"]) for one in refused] == [(409, "password_busy")] * 2
        assert [int(one.headers["Retry-After"]) for one in refused] == [TURN.total_seconds()] * 2
        assert (sign_in().status, changes(world)) == (201, [])
        advance(TURN + timedelta(seconds=1))  # as when that request has died
        assert confirm(reset).status == 204
    assert (sign_in(password=NEW).status, changes(world)) == (201, ["reset"])


def test_a_reset_sets_the_password_and_ends_every_session(world):
    user = an.an_account()
    session = sign_in().json
    reset = begin_reset()
    assert confirm(reset).status == 204
    assert (sign_in().status, sign_in(password=NEW).status, changes(world)) == (401, 201, ["reset"])
    assert public("POST", "/v1/sessions/refresh", {"refresh_token": session["refresh_token"]}).status == 401
    listed = as_user(user)("GET", "/v1/sessions").json["items"]
    assert session["session_id"] not in {item["session_id"] for item in listed}


def test_a_repeated_reset_does_not_set_another_password(world):
    an.an_account()
    reset = begin_reset()
    assert confirm(reset).status == 204
    assert confirm(reset, password="yet another password").status == 204
    assert (sign_in(password="yet another password").status, changes(world)) == (401, ["reset"])


def test_a_late_duplicate_of_a_reset_leaves_the_sessions_begun_since(world):
    user, now = an.an_account(), clock.now()
    with clock.frozen(now) as advance:
        old = sign_in().json["session_id"]
        advance(timedelta(minutes=1))
        reset = begin_reset()
        assert confirm(reset).status == 204
        advance(timedelta(seconds=1))
        new = sign_in(password=NEW).json["session_id"]
        assert confirm(reset).status == 204
    assert [item["session_id"] for item in as_user(user)("GET", "/v1/sessions").json["items"]] == [new]
    ended = [row["data"]["session_id"] for row in world.envelopes() if row["metadata"]["type"] == "UserLoggedOut"]
    assert ended == [old]


def test_a_reset_that_was_cut_off_before_it_ended_the_sessions_is_completed_by_its_repetition(world, monkeypatch):
    def cut_off(*_) -> None:
        raise OSError

    user = an.an_account()
    sign_in()
    reset = begin_reset()
    with monkeypatch.context() as broken:
        broken.setattr(Store, "end", cut_off)
        assert confirm(reset).status == 500
    assert len(as_user(user)("GET", "/v1/sessions").json["items"]) == 1
    assert confirm(reset).status == 204
    assert as_user(user)("GET", "/v1/sessions").json["items"] == []


def test_a_sign_up_code_resets_no_password_and_a_reset_code_opens_no_account(world):
    an.an_account()
    assert confirm(an.begin_sign_up()).json["code"] == "code_refused"
    assert an.verify(begin_reset()).json["code"] == "code_refused"
    assert sign_in().status == 201


def test_a_reset_for_an_unknown_address_is_answered_alike_and_leads_nowhere(world):
    an.an_account()
    known = public("POST", "/v1/password-resets", {"email": "ada@example.com"})
    unknown = public("POST", "/v1/password-resets", {"email": "eve@example.com"})
    assert (known.status, sorted(known.json)) == (unknown.status, sorted(unknown.json)) == (202, ["expires_at", "id"])
    assert confirm(unknown.json["id"], code="000000").json["code"] == "code_refused"
