"""Where a parcel is: whoever calls, and nobody calling for long, makes Metco ask its carrier, whose answer counts."""

from datetime import datetime, timedelta

from functions.orders import fulfilling
from functions.orders.carriers import chosen
from functions.orders.model.carriers import CarrierName
from functions.orders.model.parcels import Move
from functions.orders.rules import tracking
from functions.orders.rules.tracking import ENDS
from functions.orders.store.carriers import Followed, carriers
from kernel import clock, log, settings
from kernel.errors import Conflict


def called(call_id: str, carrier: CarrierName) -> None:
    for number in carriers().numbers(call_id):
        look(carrier, number)


def look(carrier: CarrierName, number: str) -> None:
    """Its carrier's whole story is read anew each time: late, doubled and shuffled calls change nothing."""
    one = carriers().find(carrier, number)
    if not one:
        log.info("parcel of nobody's", outside=carrier)
        log.count("parcels_unknown_total", carrier=carrier)
        return
    said = chosen.of(carrier).track(number) if carrier in chosen.offered() else None
    for move in tracking.MOVES[said.stand] if said else ():
        if not _heard(one, move):
            log.warning("parcel left that should not", parcel_id=one.parcel_id)
            log.count("parcels_unexpected_total", carrier=carrier)
            break
    _later(one, ended=bool(said and said.stand in ENDS))


def _heard(one: Followed, move: Move) -> bool:
    """False: what was cancelled, or sent another way, has left all the same. A person has to see to that."""
    try:
        after = fulfilling.hear(one.order_id, one.seller_order_id, one.parcel_id, move)
    except Conflict:
        return False
    return after.parcel(one.parcel_id).state != "void"


def look_overdue(carrier: str, number: str) -> None:
    """Of the index, which may be late."""
    look(carrier, number)  # type: ignore[arg-type]  # as followed() wrote it


def first_look() -> datetime:
    return clock.now() + timedelta(seconds=_looks().every_s)


def _later(one: Followed, *, ended: bool) -> None:
    carriers().look(one, None if ended else tracking.next_look(one.made_at, clock.now(), _looks()))


def _looks() -> tracking.Looks:
    return tracking.Looks(**settings.setting("tracking", {}))
