"""Identity's own mails and SMS, one text file each and per language: the subject, then the body, {code} filled in."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from functions.identity.model import Challenge, Profile, Purpose
from functions.identity.rules.contacts import is_phone, masked

TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True, slots=True)
class Mail:
    """To a telephone it is an SMS: its one line of text is all there is."""

    to: str
    subject: str
    text: str

    @property
    def by_sms(self) -> bool:
        return is_phone(self.to)


def mail_for(challenge: Challenge, *, code: str, known: bool) -> Mail | None:
    """Only the mail tells whether the address has an account, and only its owner reads the mail."""
    match challenge.purpose, known:
        case ((Purpose.PASSWORD_RESET | Purpose.SIGN_IN), False):
            return None  # a stranger's address: it never asked to hear from us
        case Purpose.SIGN_UP, True:
            return _mail("account_exists", challenge.email, challenge.locale)
        case Purpose.EMAIL_CHANGE, True:
            return _mail("email_taken", challenge.email, challenge.locale)
    if challenge.phone:
        return _mail("code", challenge.phone, challenge.locale, code=code)
    return _mail(challenge.purpose.value, challenge.email, challenge.locale, code=code)


def notices(change: Challenge, profile: Profile) -> list[Mail]:
    """Whoever takes an account over changes its address first: so the old one is told, where its owner still reads."""
    what = {"old": masked(change.before) if change.before else "–", "new": masked(change.phone or change.email or "–")}
    if change.purpose is Purpose.EMAIL_CHANGE:
        return [_mail("email_changed", to, profile.locale, **what) for to in (change.before, change.email)]
    numbers = [number for number in (change.before, change.phone) if number]
    return [
        *(_mail("phone_changed_sms", number, profile.locale) for number in numbers),
        _mail("phone_changed", profile.email, profile.locale, **what),
    ]


def note(name: str, profile: Profile, **words: str) -> Mail:
    """What happened to an account, told to whoever it belongs to."""
    return _mail(name, profile.email, profile.locale, **words)


def _mail(name: str, to: str, locale: str, **words: str) -> Mail:
    subject, text = _text(name, locale)
    return Mail(to, subject.format(**words).strip(), text.format(**words))


@cache
def _text(name: str, locale: str) -> tuple[str, str]:
    subject, _, body = (TEXTS / f"{name}.{locale}.txt").read_text(encoding="utf-8").partition("\n\n")
    return subject, body
