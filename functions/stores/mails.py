"""The mails of stores, one text file each and per language: the subject, then the body, its names filled in."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from functions.stores.model.staff import Invitation

TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True, slots=True)
class Mail:
    to: str
    subject: str
    text: str


def invitation(invitation: Invitation, *, store: str, code: str) -> Mail:
    names = {"store": store, "invitation": invitation.id, "store_id": invitation.store_id, "code": code}
    subject, text = _text("invitation", invitation.locale)
    return Mail(invitation.email, subject.format(**names), text.format(**names))


@cache
def _text(name: str, locale: str) -> tuple[str, str]:
    subject, _, body = (TEXTS / f"{name}.{locale}.txt").read_text(encoding="utf-8").partition("\n\n")
    return subject, body
