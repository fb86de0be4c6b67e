import json

from functions.identity import consumers, rules
from kernel import clock
from tests.builders import identity as an
from tests.builders.http import Context
from tests.builders.identity import NOW, code_of, public


def deliver(envelope, times: int = 1):
    body = {"source": "metco.identity", "detail-type": "CodeRequested.v1", "detail": envelope}
    records = [{"messageId": f"m{n}", "body": json.dumps(body)} for n in range(times)]
    return consumers.handler({"Records": records}, Context())


def texts(world) -> list[str]:
    return [f"{mail['subject']}\n{mail['body']}" for mail in world.mails()]


def test_the_code_is_mailed_to_whoever_asked(world):
    challenge = an.begin_sign_up()
    assert deliver(world.envelopes()[0]) == {"batchItemFailures": []}
    [text] = texts(world)
    assert code_of(challenge) in text


def test_a_repeated_event_mails_the_same_code(world):
    challenge = an.begin_sign_up()
    deliver(world.envelopes()[0], times=2)
    assert [code_of(challenge) in text for text in texts(world)] == [True, True]


def test_whoever_has_an_account_is_told_so_instead(world):
    an.an_account()
    challenge = an.begin_sign_up()
    deliver(world.envelopes()[-1])
    [text] = texts(world)
    assert code_of(challenge) not in text
    assert "already" in text


def test_a_stranger_gets_no_mail_about_passwords(world):
    public("POST", "/v1/password-resets", {"email": "eve@example.com"})
    deliver(world.envelopes()[-1])
    assert texts(world) == []


def test_a_code_that_is_too_late_is_not_sent(world):
    with clock.frozen(NOW) as advance:
        an.begin_sign_up()
        advance(rules.CODE_LIFE)
        assert deliver(world.envelopes()[0]) == {"batchItemFailures": []}
    assert texts(world) == []
