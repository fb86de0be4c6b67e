import json
from datetime import timedelta

from functions.identity import consumers, rules
from functions.identity.rules import contacts
from kernel import clock
from tests.builders import identity as an
from tests.builders.http import Context
from tests.builders.identity import NOW, as_user, code_of, public

NEW = "ada@new.example"
PHONE, SECOND = an.a_number(), an.a_number("second")


def begin(me, kind: str = "email", to: str = NEW) -> str:
    answer = me("POST", f"/v1/me/{kind}-changes", {kind: to})
    assert answer.status == 202, answer.text
    return str(answer.json["id"])


def confirm(me, change: str, kind: str = "email", code: str | None = None, **options):
    return me("POST", f"/v1/me/{kind}-changes/{change}/confirm", {"code": code or code_of(change)}, **options)


def standing(world):
    return [item for item in world.items() if item["pk"]["S"].startswith(("USER#", "EMAIL#", "PHONE#"))]


def deliver(world, kind: str) -> None:
    """The newest event of this kind, brought to the consumer twice."""
    envelope = [row for row in world.envelopes() if row["metadata"]["type"] == kind][-1]
    body = json.dumps({"source": "metco.identity", "detail-type": f"{kind}.v1", "detail": envelope})
    for n in range(2):
        answer = consumers.handler({"Records": [{"messageId": f"m{n}", "body": body}]}, Context())
        assert answer == {"batchItemFailures": []}


def kinds(world) -> list[str]:
    return [row["metadata"]["type"] for row in world.envelopes()]


def test_the_new_address_counts_once_it_is_proven_and_the_old_one_is_free(world):
    me = an.signed_in()
    change = begin(me)
    assert me("GET", "/v1/me").json["email"] == "ada@example.com"
    answer = confirm(me, change)
    assert (answer.status, answer.json["email"], answer.json["version"]) == (200, NEW, 3)
    assert (an.sign_in(NEW).status, an.sign_in("ada@example.com").status) == (201, 401)
    assert kinds(world)[-3:-1] == ["ContactChanged", "UserVerified"]
    an.an_account("ada@example.com", "somebody else's password")


def test_the_old_and_the_new_address_are_both_told(world):
    me = an.signed_in()
    confirm(me, begin(me))
    deliver(world, "ContactChanged")
    told = {(to, mail["subject"]) for mail in world.mails() for to in mail["destinations"]["ToAddresses"]}
    assert {to for to, _ in told} == {"ada@example.com", NEW}
    [text] = {mail["body"] for mail in world.mails()}
    assert "a…@example.com" in text
    assert "a…@new.example" in text


def test_a_repeated_confirmation_changes_nothing_more(world):
    me = an.signed_in()
    change, key = begin(me), {"Idempotency-Key": "change-01"}
    first, again, without = confirm(me, change, headers=key), confirm(me, change, headers=key), confirm(me, change)
    assert first.json == again.json == without.json
    assert kinds(world).count("ContactChanged") == 1


def test_a_wrong_code_changes_nothing_and_guessing_is_stopped(world):
    me = an.signed_in()
    change, before = begin(me), standing(world)
    wrong = "000000" if code_of(change) != "000000" else "111111"
    for _ in range(rules.CODE_ATTEMPTS):
        assert confirm(me, change, code=wrong).json["code"] == "code_refused"
    assert confirm(me, change).json["code"] == "code_refused"
    assert standing(world) == before


def test_someone_elses_change_is_not_found_and_goes_on(world):
    me, eve = an.signed_in(), an.signed_in("eve@example.com")
    change, before = begin(me), standing(world)
    assert confirm(eve, change).status == 404
    assert standing(world) == before
    assert confirm(me, change).status == 200


def test_codes_for_one_thing_confirm_no_other(world):
    me = an.signed_in()
    by_email, by_phone = begin(me), begin(me, "phone", PHONE)
    before = standing(world)
    assert confirm(me, by_email, "phone").json["code"] == "code_refused"
    assert confirm(me, by_phone).json["code"] == "code_refused"
    assert me("POST", f"/v1/me/email-changes/{an.begin_sign_up(NEW)}/confirm", {"code": "000000"}).status == 404
    assert standing(world) == before


def test_an_old_session_and_a_caller_without_one_must_sign_in_again(world):
    with clock.frozen(NOW) as advance:
        me = an.signed_in()
        advance(contacts.FRESH + timedelta(seconds=1))
        before = world.items()
        for one in (me, as_user(me("GET", "/v1/me").json["user_id"])):
            for path, body in (("email-changes", {"email": NEW}), ("phone-changes", {"phone": PHONE})):
                answer = one("POST", f"/v1/me/{path}", body)
                assert (answer.status, answer.json["code"]) == (401, "sign_in_again")
            assert one("DELETE", "/v1/me/phone").json["code"] == "sign_in_again"
        assert world.items() == before


def test_an_address_of_another_account_is_answered_alike_and_its_owner_is_told(world):
    an.an_account("eve@example.com")
    me = an.signed_in()
    change = begin(me, to="eve@example.com")
    deliver(world, "CodeRequested")
    assert all(code_of(change) not in mail["body"] + mail["subject"] for mail in world.mails())
    assert confirm(me, change).json["code"] == "contact_taken"  # even with the code that was never sent
    assert me("GET", "/v1/me").json["email"] == "ada@example.com"


def test_of_two_who_prove_one_number_one_gets_it(world):
    ada, eve = an.signed_in(), an.signed_in("eve@example.com")
    first, second = begin(ada, "phone", PHONE), begin(eve, "phone", PHONE)
    assert confirm(ada, first, "phone").json["phone"] == PHONE
    taken = confirm(eve, second, "phone")
    assert (taken.status, taken.json["code"]) == (409, "contact_taken")
    assert eve("GET", "/v1/me").json["phone"] == ""


def test_a_number_is_proven_by_sms_and_the_old_and_new_numbers_and_the_address_are_told(world):
    me = an.signed_in()
    change = begin(me, "phone", PHONE)
    deliver(world, "CodeRequested")
    assert [(to, code_of(change) in text) for to, text in world.texts()] == [(PHONE, True)] * 2
    assert confirm(me, change, "phone").status == 200
    an.with_phone(me, SECOND)
    deliver(world, "ContactChanged")
    assert {to for to, _ in world.texts()[2:]} == {PHONE, SECOND}
    assert {to for mail in world.mails() for to in mail["destinations"]["ToAddresses"]} == {"ada@example.com"}


def test_a_number_that_was_removed_signs_nobody_in_and_is_told(world):
    me = an.signed_in()
    an.with_phone(me, PHONE)
    assert [me("DELETE", "/v1/me/phone").status for _ in range(2)] == [204, 204]
    assert kinds(world).count("ContactChanged") == 2
    deliver(world, "ContactChanged")
    assert {to for to, _ in world.texts()} == {PHONE}
    code_id = public("POST", "/v1/sign-in-codes", {"to": PHONE}).json["id"]
    assert public("POST", f"/v1/sign-in-codes/{code_id}/confirm", {"code": code_of(code_id)}).status == 422
    an.with_phone(an.signed_in("eve@example.com"), PHONE)


def test_codes_to_one_number_are_limited_and_its_owner_is_told_to_wait(world):
    me = an.signed_in()
    answers = [me("POST", "/v1/me/phone-changes", {"phone": PHONE}) for _ in range(rules.MAILS_PER_WINDOW + 1)]
    assert [answer.status for answer in answers] == [202] * rules.MAILS_PER_WINDOW + [429]
    assert answers[-1].json["code"] == "mail_share_used"


def test_what_is_spent_on_sms_in_a_day_is_limited(world):
    world.set(sms_per_day=3)
    me = an.signed_in()
    for n in range(4):
        begin(me, "phone", an.a_number(str(n)))
        deliver(world, "CodeRequested")
    assert len(world.texts()) == 3


def test_a_strangers_number_gets_no_sms(world):
    code_id = public("POST", "/v1/sign-in-codes", {"to": PHONE}).json["id"]
    deliver(world, "CodeRequested")
    assert (world.texts(), world.mails()) == ([], [])
    assert public("POST", f"/v1/sign-in-codes/{code_id}/confirm", {"code": code_of(code_id)}).status == 422
