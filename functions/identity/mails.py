"""Identity's own mails, one text file each and per language: the subject, then the body, {code} filled in."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from functions.identity.model import Challenge, Purpose

TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True, slots=True)
class Mail:
    to: str
    subject: str
    text: str


def mail_for(challenge: Challenge, *, code: str, known: bool) -> Mail | None:
    """Only the mail tells whether the address has an account, and only its owner reads the mail."""
    if challenge.purpose is Purpose.PASSWORD_RESET and not known:
        return None  # a stranger's address: it never asked to hear from us
    exists = challenge.purpose is Purpose.SIGN_UP and known
    subject, text = _text("account_exists" if exists else challenge.purpose.value, challenge.locale)
    return Mail(challenge.email, subject.format(code=code), text.format(code=code))


@cache
def _text(name: str, locale: str) -> tuple[str, str]:
    subject, _, body = (TEXTS / f"{name}.{locale}.txt").read_text(encoding="utf-8").partition("\n\n")
    return subject, body
