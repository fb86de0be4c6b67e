"""Second factors in identity's table: one per person, with what of it is spent."""

from datetime import datetime

from functions.identity import events
from functions.identity.model.second_factor import (
    SecondFactor,
    SecondFactorBlocked,
    SecondFactorChanged,
    SecondFactorNeeded,
    SecondFactorRefused,
)
from functions.identity.rules.contacts import DAY
from functions.identity.rules.second_factor import TRIES_PER_DAY, TRIES_PER_WINDOW, Use
from functions.identity.store.rows import count, forget_count, uncount
from kernel.events import Data, Event
from kernel.table import Change, Receipt, Table, check, delete, put, update


class SecondFactors:
    _table: Table

    def second_factor(self, user_id: str) -> SecondFactor | None:
        item = self._table.get(*_key(user_id))
        return SecondFactor.model_validate(item) if item else None

    def count_second_factor(self, user_id: str, now: datetime) -> None:
        """Before the code is compared, as with every code."""
        counted = [
            count("second-factor", user_id, now, TRIES_PER_WINDOW),
            count("second-factor-day", user_id, now, TRIES_PER_DAY, DAY),
        ]
        self._table.commit([one.otherwise(SecondFactorBlocked()) for one in counted])

    def turn_on(self, factor: SecondFactor, *, instead_of: SecondFactor | None) -> None:
        pk, sk = _key(factor.user_id)
        written = put({"pk": pk, "sk": sk, **factor.model_dump(mode="json")})
        known = written.when(enrolment_id=instead_of.enrolment_id) if instead_of else written.absent()
        told = events.SecondFactorTurned(user_id=factor.user_id, on=True)
        changes = [known.otherwise(SecondFactorChanged()), *_forgotten(factor.user_id, factor.since)]
        self._table.commit(changes, [Event(told, factor.enrolment_id, 1)])

    def turn_off(self, factor: SecondFactor, receipt: Receipt | None, *also: Data) -> None:
        gone = delete(*_key(factor.user_id)).when(enrolment_id=factor.enrolment_id).otherwise(SecondFactorChanged())
        told = [events.SecondFactorTurned(user_id=factor.user_id, on=False), *also]
        self._table.commit([gone], [Event(data, factor.enrolment_id, 2) for data in told], receipt)

    def draw_recovery_codes(self, factor: SecondFactor, drawn: str, step: int, now: datetime) -> None:
        """The set that was good until now is void, whatever of it was spent; and so is the app's code."""
        renewed = update(*_key(factor.user_id)).set(drawn=drawn, used=0, step=step)
        mine = renewed.when(enrolment_id=factor.enrolment_id, drawn=factor.drawn).below(step=step)
        told = events.RecoveryCodesDrawn(user_id=factor.user_id)
        self._table.commit(
            [mine.otherwise(SecondFactorRefused()), *_forgotten(factor.user_id, now)], [Event(told, drawn, 1)]
        )


def second_step(user_id: str, use: Use | None, now: datetime) -> list[Change]:
    """The part of a sign-in that asks for the second factor: none is on, or this one is spent with it."""
    if not use:
        return [check(*_key(user_id)).absent().otherwise(SecondFactorNeeded())]
    spent = update(*_key(user_id)).when(enrolment_id=use.factor.enrolment_id)
    if use.recovery is None:
        spent = spent.set(step=use.step).below(step=use.step)
    else:
        spent = spent.set(used=use.factor.used | 1 << use.recovery).when(used=use.factor.used, drawn=use.factor.drawn)
    return [spent.otherwise(SecondFactorRefused()), *_forgotten(user_id, now)]


def _forgotten(user_id: str, now: datetime) -> list[Change]:
    """A success is no guess."""
    return [forget_count("second-factor", user_id, now), uncount("second-factor-day", user_id, now, DAY)]


def _key(user_id: str) -> tuple[str, str]:
    return f"USER#{user_id}", "SECOND_FACTOR"
