"""Conversion rates in their table.

RATES                       <given>#<received>   the one that holds
RATES#<given>#<received>    <version>            every one there ever was
"""

from functools import cache

from functions.ledger import events
from functions.ledger.model.credits import (
    ConversionRate,
    ConversionRates,
    CurrentRate,
    CurrentRates,
    NoRate,
    RateChanged,
)
from functions.ledger.store.books import books
from kernel.events import Event
from kernel.table import Receipt, put


class RateStore:
    def find(self, given: str, received: str) -> ConversionRate | None:
        row = books().table.get("RATES", f"{given}#{received}")
        return ConversionRate.model_validate(row) if row else None

    def rate(self, given: str, received: str) -> ConversionRate:
        found = self.find(given, received)
        if not found:
            raise NoRate(f"There is no rate from {given} to {received}.")
        return found

    def set(self, before: ConversionRate | None, new: ConversionRate, receipt: Receipt | None) -> None:
        pair, row = f"{new.given}#{new.received}", new.model_dump(mode="json")
        holds = put({"pk": "RATES", "sk": pair, **row})
        guarded = holds.when(version=before.version) if before else holds.absent()
        kept = put({"pk": f"RATES#{pair}", "sk": f"{new.version:012d}", **row}).absent().otherwise(RateChanged())
        amounts = new.model_dump(include={"given", "received", "rate"})
        told = Event(events.ConversionRateSet(**amounts), f"rate_{pair}", new.version)
        acted = events.acted(new.set_by, "set_rate", f"rate_{pair}", new.version)
        books().table.commit([guarded.otherwise(RateChanged()), kept], [told, acted], receipt)

    def current(self, *, limit: int, cursor: str | None) -> CurrentRates:
        page = books().table.query("RATES", limit=limit, cursor=cursor)
        return CurrentRates(items=[CurrentRate.model_validate(row) for row in page.items], cursor=page.cursor)

    def history(self, given: str, received: str, *, limit: int, cursor: str | None) -> ConversionRates:
        page = books().table.query(f"RATES#{given}#{received}", limit=limit, cursor=cursor, newest_first=True)
        return ConversionRates(items=[ConversionRate.model_validate(row) for row in page.items], cursor=page.cursor)


@cache
def rates() -> RateStore:
    return RateStore()
