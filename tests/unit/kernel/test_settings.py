import json
from datetime import UTC, datetime, timedelta

import pytest

from kernel import aws, clock, settings

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


class FakeParameters:
    def __init__(self, **values):
        self.values, self.reads = values, 0

    def get_parameter(self, Name):  # noqa: N803  # the name that boto3 has
        self.reads += 1
        assert Name == "/metco/test/things/settings"
        return {"Parameter": {"Value": json.dumps(self.values)}}


class FakeSecrets:
    reads = 0

    def get_secret_value(self, SecretId):  # noqa: N803  # the name that boto3 has
        self.reads += 1
        return {"SecretString": f"value of {SecretId}"}


@pytest.fixture(autouse=True)
def things(monkeypatch):
    monkeypatch.setenv("SETTINGS_PATH", "/metco/test/things/settings")
    monkeypatch.setenv("SECRET_ID", "things")
    settings.forget()
    yield
    settings.forget()
    for service in ("ssm", "secretsmanager"):
        aws.use(service, None)


def test_a_missing_environment_variable_says_who_must_set_it(monkeypatch):
    monkeypatch.delenv("TABLE", raising=False)
    with pytest.raises(RuntimeError, match="lacks TABLE; its CDK stack must set it"):
        settings.env("TABLE")


def test_a_setting_is_read_once_in_a_while_and_has_a_default():
    parameters = FakeParameters(limit=5)
    aws.use("ssm", parameters)
    with clock.frozen(NOW) as advance:
        assert (settings.setting("limit", 1), settings.setting("other", 1)) == (5, 1)
        parameters.values["limit"] = 9
        advance(settings.FRESH_FOR)
        assert settings.setting("limit", 1) == 5
        advance(timedelta(seconds=1))
        assert settings.setting("limit", 1) == 9
    assert parameters.reads == 2


def test_a_feature_is_off_until_it_is_turned_on():
    aws.use("ssm", FakeParameters(new_checkout=True))
    assert settings.flag("new_checkout") is True
    assert settings.flag("unheard_of") is False


def test_each_purpose_has_a_key_of_its_own_from_one_secret_read_once():
    secrets = FakeSecrets()
    aws.use("secretsmanager", secrets)
    assert settings.key("cursor") == settings.key("cursor") != settings.key("code")
    assert len(settings.key("cursor")) == 32
    assert secrets.reads == 1


def test_a_secret_that_others_gave_us_is_read_again_where_it_may_be_replaced(monkeypatch):
    monkeypatch.setenv("THEIRS_ID", "theirs")
    secrets = FakeSecrets()
    aws.use("secretsmanager", secrets)
    fresh_for = timedelta(minutes=5)
    with clock.frozen(NOW) as advance:
        settings.secret("THEIRS_ID", fresh_for=fresh_for)
        advance(fresh_for)
        assert settings.secret("THEIRS_ID", fresh_for=fresh_for) == "value of theirs"
        assert secrets.reads == 1
        advance(timedelta(seconds=1))
        settings.secret("THEIRS_ID", fresh_for=fresh_for)
        assert secrets.reads == 2
        advance(timedelta(days=1))
        assert settings.secret("THEIRS_ID") == "value of theirs"
        assert secrets.reads == 2
