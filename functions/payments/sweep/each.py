"""A round over all that is overdue: one that fails holds up none of the others, and is told when all had their turn."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from kernel import clock, log
from kernel.errors import Unavailable

LONG = timedelta(seconds=12)  # of the hundred and twenty that the sweep has for all its rounds


def each(name: str, keys: Iterable[tuple[str, ...]], look: Callable[..., object]) -> int:
    """How many were looked at. What is left for want of time is overdue still, and the next minute takes it."""
    done, started, failed = 0, clock.now(), list[Exception]()
    for key in list(keys):
        if clock.now() - started > LONG:
            break
        try:
            look(*key)
            done += 1
        except Unavailable as silent:
            failed.append(silent)
            break  # whoever does not answer now is not asked about the rest
        except Exception as failure:  # raised below, once the others had their turn
            log.exception("not looked at", round=name, key="/".join(key))
            failed.append(failure)
    if failed:
        raise ExceptionGroup(f"Some of the {name} could not be looked at.", failed)
    return done
