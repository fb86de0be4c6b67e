"""What the sweeper could not set going, and what a person says about it."""

from functions.orders.model.parked import KeptParked
from functions.orders.model.sweeps import Finding, Watched, What
from functions.orders.store.parked import parked
from functions.orders.store.watching import watching
from kernel import clock


def raised(one: Watched, what: What, done: str) -> Finding:
    """A person decides: look after it once more, or leave it. Until then it is not looked at."""
    why = f"{one.kind}.{done}"
    subject, about = one.subject_id, one.model_dump(mode="json")
    parked().raise_(one.order_id, workflow="stranded", subject_id=subject, step=what, why=why, about=about)
    watching().ended(one)
    return found(one, what, done, outcome="raised")


def found(one: Watched, what: What, done: str, **how: str) -> Finding:
    told = {"what": what, "outcome": "resolved", "subject_id": one.subject_id, "order_id": one.order_id, "done": done}
    return Finding.model_validate({**told, **how})


def decided(kept: KeptParked) -> None:
    """`retry`: it is looked after from the beginning. `confirm`: a person has seen to it."""
    if kept.decided == "retry" and kept.about:
        watching().put(Watched.model_validate(kept.about).model_copy(update={"tries": 0, "at": clock.now()}))


def nothing(_: KeptParked) -> None:
    """There is nothing to do but to forget that it was parked."""
