"""Who is just setting an account's password: Cognito keeps it and takes no conditions, so those who set it take turns.

USER#<id>   PASSWORD   the turn of one request, which ends with its change, or by itself once that request is dead
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.identity import events
from functions.identity.model import AccountExists, Challenge, PasswordBusy, Profile, ProfileChanged
from functions.identity.store.rows import profile_item, spend
from kernel import clock, ids
from kernel.errors import DomainError
from kernel.events import Event
from kernel.table import Change, Receipt, Table, check, delete, put

TURN = timedelta(seconds=15)  # longer than a request can live: whoever has lost the turn is not there to set anything


@dataclass(frozen=True, slots=True)
class Turn:
    """One request's, and no other's: a repetition waits like everybody else, for its first run may be alive."""

    user_id: str
    holder: str

    def over(self) -> Change:
        return delete(*_key(self.user_id)).when(holder=self.holder).otherwise(_busy())


class Passwords:
    _table: Table

    @contextmanager
    def password_turn(self, user_id: str, known: Profile | None, now: datetime) -> Iterator[Turn]:
        """Nobody else sets the password inside. `known` is what was read before the right to set it was looked at.

        A refusal ends the turn at once. After anything else nobody knows whether Cognito has done it, or still will:
        then the turn ends by itself.
        """
        turn = Turn(user_id, ids.new_id("trn"))
        self._table.commit([_taken(turn, now), _still(user_id, known)])
        try:
            yield turn
        except DomainError:
            with suppress(PasswordBusy):
                self._table.commit([turn.over()])
            raise

    def password_changed(
        self, profile: Profile, turn: Turn, *, by: str, challenge: Challenge | None, receipt: Receipt | None
    ) -> None:
        changed = events.PasswordChanged(user_id=profile.user_id, by=by)
        newer = profile.model_copy(update={"version": profile.version + 1, "has_password": True})
        self._table.commit(
            [
                put(profile_item(newer)).when(version=profile.version).otherwise(ProfileChanged()),
                turn.over(),
                *([spend(challenge, profile.user_id)] if challenge else []),
            ],
            [Event(changed, newer.user_id, newer.version)],
            receipt,
        )


def _taken(turn: Turn, now: datetime) -> Change:
    pk, sk = _key(turn.user_id)
    until = clock.epoch_s(now + TURN)
    row = {"pk": pk, "sk": sk, "holder": turn.holder, "held_until": until, "ttl": until}
    return put(row).below(held_until=clock.epoch_s(now)).otherwise(_busy())


def _still(user_id: str, known: Profile | None) -> Change:
    """Whoever set the password since then has changed the profile's version: what was checked before is void."""
    profile = check(f"USER#{user_id}", "PROFILE")
    if known:
        return profile.when(version=known.version).otherwise(ProfileChanged())
    return profile.absent().otherwise(AccountExists())


def _busy() -> PasswordBusy:
    return PasswordBusy(retry_after_s=int(TURN.total_seconds()))


def _key(user_id: str) -> tuple[str, str]:
    return f"USER#{user_id}", "PASSWORD"
