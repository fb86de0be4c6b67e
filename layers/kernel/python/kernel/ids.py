"""Prefixed ids that sort by time: "usr_01JD…", 48 bits of milliseconds and 80 random bits in Crockford's base 32."""

import hashlib
import secrets

from kernel import clock

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 26
PATTERN = rf"[{_ALPHABET}]{{{LENGTH}}}"


def new_id(prefix: str) -> str:
    ms = int(clock.now().timestamp() * 1000)
    return f"{prefix}_{_encode(ms << 80 | secrets.randbits(80))}"


def derived_id(prefix: str, *parts: str) -> str:
    """The same parts always give the same id, so that a repeated step finds what its first run made."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    return f"{prefix}_{_encode(int.from_bytes(digest[:16], 'big'))}"


def pattern(prefix: str) -> str:
    """A regular expression for ids of one kind, for validation at the edge."""
    return rf"^{prefix}_{PATTERN}$"


def _encode(number: int) -> str:
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(LENGTH)))
