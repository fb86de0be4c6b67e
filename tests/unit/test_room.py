import resource
from collections.abc import Callable


def leaf() -> None:
    pass


# With a frame longer than the steps by which the stack grows here, so that it meets the end of every piece.
leaf.__code__ = leaf.__code__.replace(co_stacksize=100)


def faults_of(call: Callable[[], None], times: int = 200) -> int:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(times):
        call()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def dearest(depth: int) -> int:
    here = faults_of(leaf)
    return max(here, dearest(depth - 1)) if depth else here


def test_a_call_costs_no_memory_anew_however_deep_it_is_made():
    """Where Python's stack of frames comes to the end of a piece, each call would."""
    assert dearest(300) < 100
