from datetime import timedelta

import pytest

from functions.identity import rules
from kernel import clock
from tests.builders import identity as an
from tests.builders.identity import NOW, code_of, public, verify


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def kinds(world) -> list[str]:
    return [row["metadata"]["type"] for row in world.envelopes()]


def test_a_sign_up_tells_only_that_a_code_was_requested(world):
    answer = public("POST", "/v1/sign-ups", {"email": "ada@example.com"})
    assert answer.status == 202
    assert sorted(answer.json) == ["expires_at", "id"]
    assert kinds(world) == ["CodeRequested"]


def test_the_code_opens_the_account_and_says_so_once(world):
    answer = verify(an.begin_sign_up("Ada@Example.com"))
    assert answer.status == 201
    assert (answer.json["email"], answer.json["roles"], answer.json["version"]) == ("Ada@Example.com", ["customer"], 2)
    assert kinds(world) == ["CodeRequested", "UserRegistered", "UserVerified"]
    assert "example.com" not in str(world.envelopes()).casefold()  # events carry ids, never a person


def test_verifying_again_gives_the_same_account_and_changes_nothing(world):
    challenge = an.begin_sign_up()
    first, again = verify(challenge), verify(challenge, password="another password altogether")
    assert (again.status, again.json) == (201, first.json)
    assert kinds(world).count("UserRegistered") == 1
    assert an.sign_in().status == 201  # the first password holds


def test_a_wrong_code_opens_nothing(world):
    challenge = an.begin_sign_up()
    answer = verify(challenge, code=wrong(code_of(challenge)))
    assert (answer.status, answer.json["code"]) == (422, "code_refused")
    assert kinds(world) == ["CodeRequested"]


def test_after_five_wrong_codes_the_right_one_is_refused_too(world):
    challenge = an.begin_sign_up()
    for _ in range(rules.CODE_ATTEMPTS):
        assert verify(challenge, code=wrong(code_of(challenge))).status == 422
    assert verify(challenge).json["code"] == "code_refused"
    assert an.sign_in().status == 401


def test_a_code_expires(world):
    with clock.frozen(NOW) as advance:
        challenge = an.begin_sign_up()
        advance(rules.CODE_LIFE)
        assert verify(challenge).json["code"] == "code_refused"


def test_a_challenge_that_never_was_is_refused_like_a_wrong_code(world):
    challenge = an.begin_sign_up()
    missing = verify("cha_00000000000000000000000009", code="123456")
    refused = verify(challenge, code=wrong(code_of(challenge)))
    alike = ("status", "code", "title", "detail")
    assert [missing.json[key] for key in alike] == [refused.json[key] for key in alike]


def test_a_known_address_is_answered_like_an_unknown_one_and_keeps_its_account(world):
    an.an_account("ada@example.com")
    known = public("POST", "/v1/sign-ups", {"email": "ada@example.com"})
    unknown = public("POST", "/v1/sign-ups", {"email": "eve@example.com"})
    assert (known.status, sorted(known.json)) == (unknown.status, sorted(unknown.json))
    taken = verify(known.json["id"], password="the second password")
    assert (taken.status, taken.json["code"]) == (409, "account_exists")
    assert an.sign_in(password="the second password").status == 401
    assert an.sign_in().status == 201


def test_an_address_gets_only_so_many_codes_and_the_answer_does_not_tell(world):
    with clock.frozen(NOW) as advance:
        answers = [
            public("POST", "/v1/sign-ups", {"email": "ada@example.com"}) for _ in range(rules.MAILS_PER_WINDOW + 3)
        ]
        assert {(answer.status, *sorted(answer.json)) for answer in answers} == {(202, "expires_at", "id")}
        assert kinds(world) == ["CodeRequested"] * rules.MAILS_PER_WINDOW
        advance(rules.WINDOW)
        public("POST", "/v1/sign-ups", {"email": "ada@example.com"})
        assert len(kinds(world)) == rules.MAILS_PER_WINDOW + 1


def test_a_weak_password_is_refused_and_the_code_stays_good(world):
    challenge = an.begin_sign_up()
    assert verify(challenge, password="aaaaaaaaaaaa").json["code"] == "password_too_weak"
    assert verify(challenge).status == 201


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/email"),
        ({"email": "no-at-sign"}, "/email"),
        ({"email": "a@b.c" + "x" * 300}, "/email"),
        ({"email": "ada@example.com", "locale": "xx"}, "/locale"),
        ({"email": "ada@example.com", "admin": True}, "/admin"),
        ({"email": ["ada@example.com"]}, "/email"),
        ({"email": "ada@example.com\r\nBcc: eve@example.com"}, "/email"),
    ],
)
def test_bad_input_is_told_field_by_field_and_writes_nothing(world, body, pointer):
    answer = public("POST", "/v1/sign-ups", body)
    assert (answer.status, [fault["pointer"] for fault in answer.json["errors"]]) == (422, [pointer])
    assert world.items() == []


def test_no_password_code_or_token_is_in_the_table_or_the_log(world, capsys):
    challenge = an.begin_sign_up()
    code = code_of(challenge)
    verify(challenge)
    signed_in = an.sign_in().json
    kept = str(world.items()) + capsys.readouterr().out
    for secret in (code, an.PASSWORD, signed_in["access_token"], signed_in["refresh_token"]):
        assert secret not in kept


def test_the_first_admin_is_whom_the_settings_name(world):
    world.set(first_admin="root@example.com")
    assert verify(an.begin_sign_up("root@example.com")).json["roles"] == ["customer", "admin"]


def test_a_spent_challenge_expires_like_any_other(world):
    with clock.frozen(NOW) as advance:
        challenge = an.begin_sign_up()
        assert verify(challenge).status == 201
        advance(rules.CODE_LIFE + timedelta(seconds=1))
        assert verify(challenge).json["code"] == "code_refused"
