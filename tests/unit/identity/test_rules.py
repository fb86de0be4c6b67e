from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.identity import rules
from functions.identity.model import CodeRefused, LastAdmin, PasswordTooWeak, ProfileChange, Purpose
from tests.builders.identity import NOW, OTHER, USER, a_challenge, a_profile

KEY = b"k" * 32


def test_an_address_is_the_same_in_any_letter_case():
    assert rules.address_key(" Ada@Example.COM ") == rules.address_key("ada@example.com")


def test_an_address_key_does_not_show_the_address():
    assert "ada" not in rules.address_key("ada@example.com")
    assert rules.address_key("ada@example.com") != rules.address_key("eve@example.com")


@given(st.text(min_size=1))
def test_a_code_is_always_six_digits_and_always_the_same(challenge_id):
    code = rules.code_for(challenge_id, KEY)
    assert (len(code), code.isdigit(), code) == (6, True, rules.code_for(challenge_id, KEY))


def test_the_right_code_in_time_passes():
    challenge = a_challenge()
    rules.check_code(challenge, Purpose.SIGN_UP, rules.code_for(challenge.id, KEY), KEY, NOW)


@pytest.mark.parametrize(
    ("code", "purpose", "after"),
    [
        ("000000", Purpose.SIGN_UP, timedelta()),
        (None, Purpose.SIGN_UP, rules.CODE_LIFE),
        (None, Purpose.PASSWORD_RESET, timedelta()),
    ],
    ids=["wrong", "late", "for another purpose"],
)
def test_every_other_code_is_refused_in_the_same_words(code, purpose, after):
    challenge = a_challenge()
    with pytest.raises(CodeRefused) as refused:
        rules.check_code(challenge, purpose, code or rules.code_for(challenge.id, KEY), KEY, NOW + after)
    assert refused.value.detail == CodeRefused().detail


def test_a_window_lasts_as_long_as_it_says():
    start = rules.window(NOW)
    assert rules.window(NOW + rules.WINDOW) == start + rules.WINDOW.total_seconds()
    assert rules.window(NOW + rules.WINDOW - timedelta(seconds=1)) == start


@pytest.mark.parametrize(
    "password", ["aaaaaaaaaaaa", "ada@example.com", "Ada Lovelace", "ada 2026!!", " leading space", "trailing one "]
)
def test_a_password_that_guesses_itself_is_refused(password):
    with pytest.raises(PasswordTooWeak):
        rules.check_password(password, email="ada@example.com", name="Ada Lovelace")


def test_a_long_phrase_needs_no_capitals_digits_or_signs():
    rules.check_password("correct horse battery", email="ada@example.com", name="Ada")


def test_the_account_of_a_challenge_is_always_the_same():
    assert rules.user_id(a_challenge()) == rules.user_id(a_challenge())


def test_a_new_account_is_a_customer_and_only_the_named_first_admin_is_more():
    challenge = a_challenge(email="Ada@Example.com")
    assert rules.new_profile(challenge, name="Ada", first_admin="", now=NOW).roles == ["customer"]
    assert rules.new_profile(challenge, name="Ada", first_admin="bob@example.com", now=NOW).roles == ["customer"]
    admin = rules.new_profile(challenge, name="Ada", first_admin="ada@example.com", now=NOW)
    assert admin.roles == ["customer", "admin"]


def test_an_edit_changes_what_was_sent_and_the_version():
    edited = rules.edited(a_profile(), ProfileChange(locale="uk"))
    assert edited == a_profile(locale="uk", version=3)


def test_everyone_stays_a_customer():
    assert rules.with_roles(a_profile(), ["finance"], by=OTHER).roles == ["customer", "finance"]


def test_an_admin_cannot_drop_the_role_from_themself():
    with pytest.raises(LastAdmin):
        rules.with_roles(a_profile(roles=["admin", "customer"]), ["customer"], by=USER)
