"""Time-based one-time passwords (RFC 6238) and recovery codes, all derived: a table has no secret to be stolen."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from functions.identity.model.second_factor import SecondFactor, SecondFactorRefused

STEP_S = 30
RECOVERY_CODES = 10
TRIES_PER_WINDOW = 5
TRIES_PER_DAY = 30
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: nothing to mistake for something else


@dataclass(frozen=True, slots=True)
class Use:
    """A right answer, to be written down with what it allows: the step or recovery code is spent."""

    factor: SecondFactor
    step: int = 0
    recovery: int | None = None


def secret(user_id: str, enrolment_id: str, key: bytes) -> bytes:
    """Of as many bits as SHA-1 has, which is what authenticator apps speak."""
    return hmac.digest(key, f"totp|{user_id}|{enrolment_id}".encode(), hashlib.sha256)[:20]


def spelled(secret: bytes) -> str:
    return base64.b32encode(secret).decode()


def uri(secret: bytes, email: str) -> str:
    return f"otpauth://totp/Metco:{quote(email)}?secret={spelled(secret)}&issuer=Metco"


def step_of(now: datetime) -> int:
    return int(now.timestamp()) // STEP_S


def code_at(secret: bytes, step: int) -> str:
    digest = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha1).digest()  # apps know no other hash
    offset = digest[-1] & 15
    return f"{(int.from_bytes(digest[offset : offset + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


def step_for(secret: bytes, code: str, now: datetime) -> int | None:
    """The step whose code this is: the current one or a neighbour, for clocks are never quite right."""
    current = step_of(now)
    right = [step for step in (current - 1, current, current + 1) if _same(code_at(secret, step), code)]
    return right[0] if right else None


def recovery_codes(user_id: str, enrolment_id: str, key: bytes, drawn: str | None = None) -> list[str]:
    """`drawn` names the set: whoever draws another has voided all of those before."""
    told = f"{user_id}|{enrolment_id}|{drawn}" if drawn else f"{user_id}|{enrolment_id}"
    return [_recovery_code(told, number, key) for number in range(RECOVERY_CODES)]


def codes_left(factor: SecondFactor) -> int:
    return RECOVERY_CODES - factor.used.bit_count()


def confirmed(user_id: str, enrolment_id: str, code: str, key: bytes, now: datetime) -> SecondFactor:
    """On from now on: the app has shown that it knows the secret."""
    step = step_for(secret(user_id, enrolment_id, key), code, now)
    if step is None:
        raise SecondFactorRefused()
    return SecondFactor(user_id=user_id, enrolment_id=enrolment_id, since=now, step=step)


def shown_by_app(factor: SecondFactor, code: str, key: bytes, now: datetime) -> int:
    """The step of a code that the app shows; no recovery code does instead. Whether it is spent, the store decides."""
    step = step_for(secret(factor.user_id, factor.enrolment_id, key), code, now)
    if step is None:
        raise SecondFactorRefused()
    return step


def use(factor: SecondFactor, given: str, key: bytes, now: datetime) -> Use:
    step = step_for(secret(factor.user_id, factor.enrolment_id, key), given.strip(), now)
    if step is not None and step > factor.step:
        return Use(factor, step=step)
    wanted = given.strip().lower()
    right = [
        number
        for number, code in enumerate(recovery_codes(factor.user_id, factor.enrolment_id, key, factor.drawn))
        if _same(code, wanted) and not factor.used >> number & 1
    ]
    if not right:
        raise SecondFactorRefused()
    return Use(factor, recovery=right[0])


def _recovery_code(told: str, number: int, key: bytes) -> str:
    digest = hmac.digest(key, f"recovery|{told}|{number}".encode(), hashlib.sha256)
    letters = "".join(_ALPHABET[byte & 31] for byte in digest[:10])
    return f"{letters[:5]}-{letters[5:]}"


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
