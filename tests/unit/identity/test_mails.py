from typing import get_args

import pytest

from functions.identity.mails import mail_for
from functions.identity.model import Locale, Purpose
from tests.builders.identity import a_challenge

LOCALES = get_args(Locale)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("purpose", "known"), [(Purpose.SIGN_UP, False), (Purpose.PASSWORD_RESET, True)])
def test_a_code_is_in_subject_and_text_in_every_language(purpose, known, locale):
    mail = mail_for(a_challenge(purpose=purpose, locale=locale), code="123456", known=known)
    assert mail
    assert mail.to == "ada@example.com"
    assert "123456" in mail.subject
    assert "123456" in mail.text


@pytest.mark.parametrize("locale", LOCALES)
def test_whoever_has_an_account_is_told_so_and_gets_no_code(locale):
    mail = mail_for(a_challenge(locale=locale), code="123456", known=True)
    assert mail
    assert "123456" not in mail.subject + mail.text


def test_a_stranger_is_not_written_to_about_passwords():
    assert mail_for(a_challenge(purpose=Purpose.PASSWORD_RESET), code="123456", known=False) is None
