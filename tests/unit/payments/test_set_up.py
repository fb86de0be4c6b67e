import pytest

from functions.payments.rules import set_up

SAID = {"publishable_key": "pk_test_1"}
KEYS = {"secret_key": "sk_test_1", "webhook_secret": "whsec_1", "connect_webhook_secret": ["whsec_2", "whsec_3"]}


def test_what_fits_together_has_no_fault():
    assert set_up.faults(SAID, KEYS) == []
    assert set_up.faults({**SAID, "url": "http://127.0.0.1:12111", "mode": "test"}, KEYS) == []
    live = {"secret_key": "rk_live_1"}
    assert set_up.faults({"mode": "live", "publishable_key": "pk_live_1"}, KEYS | live) == []


def test_without_any_key_nothing_is_begun():
    assert not set_up.is_begun({})
    assert set_up.is_begun(KEYS)


@pytest.mark.parametrize(
    ("said", "keys", "told"),
    [
        ({}, {"secret_key": "sk_live_1"}, "for live money, and the setting stripe says mode test"),
        ({"mode": "live"}, {}, "for test money, and the setting stripe says mode live"),
        ({"mode": "prod"}, {}, "neither test nor live"),
        ({}, {"secret_key": "pk_test_1"}, "no secret key"),
        ({"publishable_key": "pk_live_1"}, {}, "not the one beside secret_key"),
        ({"publishable_key": "sk_test_1"}, {}, "not the one beside secret_key"),
        ({"url": "http://127.0.0.1:1", "mode": "live"}, {"secret_key": "sk_live_1"}, "only a test key"),
        ({"url": "127.0.0.1:12111"}, {}, "no address of a server"),
        ({"url": "http://127.0.0.1:12111/v1"}, {}, "no address of a server"),
        ({}, {"webhook_secret": ""}, "the platform's endpoint"),
        ({}, {"connect_webhook_secret": ["whsec_2", "sk_test_1"]}, "the sellers' endpoint"),
        ({}, {"connect_webhook_secret": "whsec_1"}, "are the same"),
    ],
)
def test_each_wrong_set_up_is_told(said: dict[str, str], keys: dict[str, object], told: str):
    found = set_up.faults(SAID | said, KEYS | keys)
    assert any(told in fault for fault in found), found


def test_no_fault_shows_a_key():
    secrets = {"secret_key": "sk_live_precious", "webhook_secret": "precious", "connect_webhook_secret": ["precious"]}
    found = set_up.faults({"publishable_key": "sk_live_precious", "url": "precious"}, secrets)
    assert found
    assert not any("precious" in fault for fault in found)
