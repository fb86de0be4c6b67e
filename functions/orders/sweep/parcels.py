"""A round over parcels that no carrier has called about for long: it is asked, so a lost call is missed by nobody."""

from datetime import timedelta
from typing import Any

from functions.orders import following
from functions.orders.store.carriers import carriers
from kernel import clock, log
from kernel.errors import Unavailable

LONG = timedelta(seconds=20)  # of the sweep's time for all its rounds


def round_of_parcels(_: Any) -> int:
    """One that fails holds up none of the others; a carrier that does not answer is not asked about the rest."""
    done, started, failed, silent = 0, clock.now(), list[Exception](), set[str]()
    for carrier, number in list(carriers().overdue(clock.now())):
        if carrier in silent:
            continue
        if clock.now() - started > LONG:
            break
        try:
            following.look_overdue(carrier, number)
            done += 1
        except Unavailable as failure:
            silent.add(carrier)
            failed.append(failure)
        except Exception as failure:  # raised below, once the others had their turn
            log.exception("not looked for", outside=carrier)
            failed.append(failure)
    if failed:
        raise ExceptionGroup("Some parcels could not be looked for: the next minute tries again.", failed)
    return done
