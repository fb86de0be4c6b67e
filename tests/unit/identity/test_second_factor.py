from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from functions.identity.model.second_factor import SecondFactorRefused
from functions.identity.rules import second_factor as rules
from tests.builders.identity import NOW, OTHER, USER

KEY = b"a key of the test"
ENROLMENT = "enr_00000000000000000000000000"
SECRET = rules.secret(USER, ENROLMENT, KEY)


def code(now: datetime = NOW) -> str:
    return rules.code_at(SECRET, rules.step_of(now))


def factor(now: datetime = NOW - timedelta(minutes=5)):
    return rules.confirmed(USER, ENROLMENT, code(now), KEY, now)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_standards_own_examples(seconds, expected):
    moment = datetime.fromtimestamp(seconds, UTC)
    assert rules.code_at(b"12345678901234567890", rules.step_of(moment)) == expected


def test_every_enrolment_of_everybody_has_a_secret_of_its_own():
    secrets = {
        rules.secret(user, enrolment, key)
        for user in (USER, OTHER)
        for enrolment in (ENROLMENT, ENROLMENT[:-1] + "1")
        for key in (KEY, b"another")
    }
    assert len(secrets) == 8


def test_an_app_can_read_the_uri():
    uri = urlsplit(rules.uri(SECRET, "ada+shop@example.com"))
    assert (uri.scheme, uri.netloc, uri.path) == ("otpauth", "totp", "/Metco:ada%2Bshop%40example.com")
    assert parse_qs(uri.query) == {"secret": [rules.spelled(SECRET)], "issuer": ["Metco"]}


@pytest.mark.parametrize(("late_s", "right"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_may_be_half_a_minute_wrong(late_s, right):
    assert (rules.step_for(SECRET, code(NOW + timedelta(seconds=late_s)), NOW) is not None) is right


def test_a_code_is_good_once_and_none_before_it_is_good_any_more():
    used = rules.use(factor(), code(), KEY, NOW)
    after = factor().model_copy(update={"step": used.step})
    for old in (code(), code(NOW - timedelta(seconds=30))):
        with pytest.raises(SecondFactorRefused):
            rules.use(after, old, KEY, NOW)
    assert rules.use(after, code(NOW + timedelta(seconds=30)), KEY, NOW).step == used.step + 1


def test_each_recovery_code_is_good_once():
    codes = rules.recovery_codes(USER, ENROLMENT, KEY)
    assert len(set(codes)) == rules.RECOVERY_CODES
    spent = factor()
    for number, one in enumerate(codes):
        use = rules.use(spent, f" {one.upper()} ", KEY, NOW)
        assert use.recovery == number
        spent = spent.model_copy(update={"used": spent.used | 1 << number})
        with pytest.raises(SecondFactorRefused):
            rules.use(spent, one, KEY, NOW)
    assert rules.codes_left(spent) == 0


@pytest.mark.parametrize("given", ["", "000000", "12345", "aaaaa-aaaaa", "१२३४५६"])
def test_anything_else_is_refused(given):
    with pytest.raises(SecondFactorRefused):
        rules.use(factor(), given, KEY, NOW)
