import pytest

from functions.identity import rules
from functions.identity.model import CodeRefused
from functions.identity.rules import contacts
from functions.identity.store import store
from kernel import clock
from tests.builders import identity as an
from tests.builders.identity import NOW, code_of, public

PHONE = an.a_number()


def ask(to: str = "ada@example.com", **options) -> str:
    answer = public("POST", "/v1/sign-in-codes", {"to": to}, **options)
    assert answer.status == 202, answer.text
    return str(answer.json["id"])


def confirm(code_id: str, code: str | None = None):
    return public("POST", f"/v1/sign-in-codes/{code_id}/confirm", {"code": code or code_of(code_id)})


def reset() -> str:
    return str(public("POST", "/v1/password-resets", {"email": "ada@example.com"}).json["id"])


def sessions(world) -> list[str]:
    return [row["data"]["session_id"] for row in world.envelopes() if row["metadata"]["type"] == "UserLoggedIn"]


def test_the_code_from_the_mail_signs_in(world):
    user = an.an_account()
    answer = confirm(ask("ADA@example.com"))
    assert (answer.status, sessions(world)) == (201, [answer.json["session_id"]])
    listed = an.as_user(user)("GET", "/v1/sessions").json["items"]
    assert [item["session_id"] for item in listed] == [answer.json["session_id"]]
    refresh = {"refresh_token": answer.json["refresh_token"]}
    assert public("POST", "/v1/sessions/refresh", refresh).json["session_id"] == answer.json["session_id"]


def test_the_code_from_the_telephone_signs_in(world):
    an.with_phone(an.signed_in(), PHONE)
    assert confirm(ask(f"{PHONE[:6]} {PHONE[6:]}")).status == 201


def test_a_code_is_good_once(world):
    an.an_account()
    code_id = ask()
    assert [confirm(code_id).status for _ in range(2)] == [201, 422]
    assert len(sessions(world)) == 1


def test_of_two_whose_code_was_found_right_at_once_one_is_signed_in(world):
    user = an.an_account()
    challenge = store().challenge(ask())
    first, second = (an.a_session(id=f"session-{n}", user_id=user) for n in range(2))
    store().start(first, challenge.address, NOW, challenge=challenge)
    with pytest.raises(CodeRefused):
        store().start(second, challenge.address, NOW, challenge=challenge)
    assert sessions(world) == [first.id]


def test_guessing_is_stopped_after_a_few_codes_even_with_the_right_one(world):
    an.an_account()
    code_id = ask()
    wrong = "000000" if code_of(code_id) != "000000" else "111111"
    answers = [confirm(code_id, wrong).json["code"] for _ in range(rules.CODE_ATTEMPTS)]
    assert {*answers, confirm(code_id).json["code"]} == {"code_refused"}
    assert sessions(world) == []


def test_a_stranger_is_answered_like_an_account_at_every_step(world):
    an.an_account()
    known, unknown = (public("POST", "/v1/sign-in-codes", {"to": to}) for to in ("ada@example.com", "eve@example.com"))
    assert (known.status, sorted(known.json)) == (unknown.status, sorted(unknown.json)) == (202, ["expires_at", "id"])
    refused = [confirm(one.json["id"], "000000") for one in (known, unknown)]
    assert {(one.status, one.json["code"], one.json["detail"]) for one in refused} == {
        (422, "code_refused", refused[0].json["detail"])
    }
    assert confirm(unknown.json["id"]).json["code"] == "code_refused"  # even the code that nobody was sent


@pytest.mark.parametrize("begin", [lambda: an.begin_sign_up("new@example.com"), reset])
def test_a_code_for_something_else_signs_nobody_in(world, begin):
    an.an_account()
    assert confirm(begin()).json["code"] == "code_refused"
    assert sessions(world) == []


def test_a_code_to_sign_in_opens_no_account_and_resets_no_password(world):
    an.an_account()
    code_id = ask()
    assert an.verify(code_id).json["code"] == "code_refused"
    body = {"code": code_of(code_id), "password": "another good one"}
    assert public("POST", f"/v1/password-resets/{code_id}/confirm", body).json["code"] == "code_refused"
    assert an.sign_in().status == 201


def test_a_code_that_is_too_late_signs_nobody_in(world):
    with clock.frozen(NOW) as advance:
        an.an_account()
        code_id = ask()
        advance(rules.CODE_LIFE)
        assert confirm(code_id).json["code"] == "code_refused"
    assert sessions(world) == []


def requested(world) -> int:
    return sum(row["metadata"]["type"] == "CodeRequested" for row in world.envelopes())


def test_a_flood_to_one_address_is_cut_by_the_window_and_by_the_day_and_the_answer_does_not_tell(world):
    with clock.frozen(NOW) as advance:
        for _ in range(6):
            for _ in range(rules.MAILS_PER_WINDOW + 2):
                ask()
            advance(rules.WINDOW)
        assert requested(world) == contacts.CODES_PER_DAY
        advance(contacts.DAY)
        ask()
        assert requested(world) == contacts.CODES_PER_DAY + 1


def test_a_spray_over_many_addresses_from_one_network_is_stopped_and_others_go_on(world):
    with clock.frozen(NOW):
        for n in range(contacts.CODES_PER_CALLER):
            ask(f"person{n}@example.com", ip=f"2001:db8::{n:x}")
        blocked = public("POST", "/v1/sign-in-codes", {"to": "one.more@example.com"}, ip="2001:db8::ffff")
        assert (blocked.status, blocked.json["code"]) == (429, "codes_blocked")
        assert requested(world) == contacts.CODES_PER_CALLER
        ask("one.more@example.com", ip="2001:db8:0:1::1")


def test_failures_from_one_network_are_stopped_whichever_account_they_are_for(world):
    with clock.frozen(NOW):
        an.an_account()
        bodies = [{"email": f"person{n}@example.com", "password": "guess"} for n in range(contacts.FAILURES_PER_CALLER)]
        right = {"email": "ada@example.com", "password": an.PASSWORD}
        for body in bodies[:-1]:
            public("POST", "/v1/sessions", body, ip="192.0.2.7")
        assert public("POST", "/v1/sessions", right, ip="192.0.2.7").status == 201  # a success is not counted
        public("POST", "/v1/sessions", bodies[-1], ip="192.0.2.7")
        blocked = public("POST", "/v1/sessions", right, ip="192.0.2.7")
        assert (blocked.status, blocked.json["code"]) == (429, "sign_in_blocked")
        assert public("POST", "/v1/sessions", right, ip="192.0.2.8").status == 201


def test_no_address_of_a_caller_is_kept(world):
    ask(ip="192.0.2.7")
    assert "192.0.2.7" not in str(world.items())


@pytest.mark.parametrize(
    ("to", "code"),
    [("+380 44 123 4567", "phone_not_served"), ("+1 900 555 0199", "phone_not_served"), ("067123", "invalid")],
)
def test_numbers_that_take_no_sms_are_refused_and_nothing_is_written(world, to, code):
    answer = public("POST", "/v1/sign-in-codes", {"to": to})
    assert (answer.status, answer.json["code"], world.items()) == (422, code, [])


def test_codes_go_only_to_the_countries_that_the_settings_name(world):
    world.set(sms_countries=["PL"])
    assert public("POST", "/v1/sign-in-codes", {"to": PHONE}).json["code"] == "phone_not_served"
    ask("+48 512 345 678")
