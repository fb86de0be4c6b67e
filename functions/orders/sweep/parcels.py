"""A round over parcels that no carrier has called about for long: it is asked, so a lost call is missed by nobody."""

from functions.orders import following
from functions.orders.store.carriers import carriers
from functions.orders.turn import Turn, endless
from kernel import clock, log
from kernel.errors import Unavailable


def round_of_parcels(turn: Turn | None = None) -> int:
    """One that fails holds up none of the others; a carrier that does not answer is not asked about the rest."""
    turn, done, failed, silent = turn or endless(), 0, list[Exception](), set[str]()
    for one in carriers().overdue(clock.now()):
        if one.carrier in silent:
            continue
        if turn.over(one.since):
            break
        try:
            following.look_overdue(one.carrier, one.number)
            done += 1
        except Unavailable as failure:
            silent.add(one.carrier)
            failed.append(failure)
        except Exception as failure:  # raised below, once the others had their turn
            log.exception("not looked for", outside=one.carrier)
            failed.append(failure)
    if failed:
        raise ExceptionGroup("Some parcels could not be looked for: the next minute tries again.", failed)
    return done
