"""What one cell says: amounts, whole numbers, choices; and how a cell is kept from becoming a formula."""

import re
from collections.abc import Iterable

from kernel.money import CURRENCIES

MAX_MINOR = 10**12


class Unreadable(ValueError):
    """A cell that does not say what its column asks for, and why."""


# Spreadsheets compute what begins like this; with apostrophes before it, it is text that was kept from that before.
_FORMULA = re.compile("'*[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]")
_ESCAPED = re.compile("'+[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?", re.ASCII)
_YES_NO = {
    **dict.fromkeys(("yes", "true", "1", "так", "हाँ", "हां"), True),
    **dict.fromkeys(("no", "false", "0", "ні", "नहीं"), False),
}
_SPACES = str.maketrans("", "", " \u00a0\u2009\u202f'\u2019")
_AMOUNT = re.compile(r"(\d{1,18}|\d{1,3}(?:([.,])\d{3}(?:\2\d{3})*))(?:([.,])(\d+))?", re.ASCII)
_WHOLE = re.compile(r"(\d{1,12})(?:[.,]0+)?", re.ASCII)


def neutral(text: str) -> str:
    """As a spreadsheet shows it and does not run it. `plain` takes it back, whatever it was."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def plain(text: str) -> str:
    return text[1:] if _ESCAPED.match(text) else text


def amount(text: str, currency: str) -> int:
    """Minor units. "1 299,00" and "1,299.00" can be read; "1,299" of a euro cannot: it could be either."""
    exponent = CURRENCIES[currency].exponent
    match = _AMOUNT.fullmatch(text.translate(_SPACES))
    if not match or (match[2] and match[2] == match[3]):
        raise Unreadable("this is not an amount such as 1299.00")
    whole, decimals = re.sub("[.,]", "", match[1]), match[4] or ""
    if len(decimals) == 3 != exponent and not match[2] and len(whole) <= 3 and whole != "0":
        if exponent:
            raise Unreadable(f"this could be {whole} or {whole}{decimals}: write decimals, or no comma")
        whole, decimals = whole + decimals, ""
    decimals = decimals.rstrip("0") if len(decimals) > exponent else decimals
    if len(decimals) > exponent:
        raise Unreadable(f"{currency} has {exponent or 'no'} decimals, and this has {len(decimals)}")
    minor = int(whole + decimals.ljust(exponent, "0"))
    if minor > MAX_MINOR:
        raise Unreadable("this is more than anything costs")
    return minor


def amount_text(minor: int, currency: str) -> str:
    """As `amount` reads it, whatever the reader's country writes between units and cents."""
    exponent = CURRENCIES[currency].exponent
    whole, part = divmod(minor, 10**exponent)
    return f"{whole}.{part:0{exponent}d}" if exponent else str(whole)


def whole(text: str, most: int) -> int:
    """Excel makes 12.0 of 12."""
    match = _WHOLE.fullmatch(text.translate(_SPACES))
    if not match:
        raise Unreadable("this is not a whole number such as 12")
    if int(match[1]) > most:
        raise Unreadable(f"the most is {most}")
    return int(match[1])


def choice(text: str, choices: Iterable[str]) -> str:
    found, known = text.strip().casefold().replace(" ", "_"), list(choices)
    if found not in known:
        raise Unreadable(f"this is none of {', '.join(known)}")
    return found


def yes_or_no(text: str) -> bool:
    if text.casefold() not in _YES_NO:
        raise Unreadable("write yes or no")
    return _YES_NO[text.casefold()]


def number(text: str) -> int | float:
    cleaned = text.translate(_SPACES).replace(",", ".")
    if not _NUMBER.fullmatch(cleaned) or len(cleaned) > 16:
        raise Unreadable("this is not a number such as 12.5")
    found = float(cleaned)
    return int(found) if found.is_integer() else found
