from datetime import UTC, datetime, timedelta

import pytest

from kernel import clock
from kernel.errors import Conflict, Unavailable
from kernel.outside import Breaker, Deadline, State
from tests.builders.http import Context

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def later(monkeypatch):
    monkeypatch.setenv("STAGE", "test")
    with clock.frozen(NOW) as advance:
        yield lambda seconds: advance(timedelta(seconds=seconds))


def fail(breaker: Breaker, error: Exception | None = None) -> None:
    with pytest.raises(Unavailable), breaker.guard():
        raise error or TimeoutError("no answer")


def succeed(breaker: Breaker) -> None:
    with breaker.guard():
        pass


def an_open_breaker() -> Breaker:
    breaker = Breaker("Stripe", opens_after=3)
    for _ in range(3):
        fail(breaker)
    return breaker


def test_it_opens_after_so_many_failures_in_a_row(later):
    breaker = Breaker("Stripe", opens_after=3)
    fail(breaker)
    fail(breaker)
    succeed(breaker)
    fail(breaker)
    fail(breaker)
    assert breaker.state is State.CLOSED
    fail(breaker)
    assert breaker.state is State.OPEN


def test_while_open_nobody_asks_and_the_caller_learns_how_long_to_wait(later):
    breaker = an_open_breaker()
    later(10)
    asked = False
    with pytest.raises(Unavailable, match="Stripe does not answer") as refused, breaker.guard():
        asked = True
    assert (asked, refused.value.retry_after_s, refused.value.retryable) == (False, 20, True)


def test_after_its_rest_one_success_closes_it(later):
    breaker = an_open_breaker()
    later(30)
    assert breaker.state is State.HALF_OPEN
    succeed(breaker)
    assert breaker.state is State.CLOSED
    fail(breaker)
    assert breaker.state is State.CLOSED


def test_after_its_rest_one_failure_opens_it_again(later):
    breaker = an_open_breaker()
    later(31)
    fail(breaker)
    assert breaker.state is State.OPEN


def test_a_refusal_is_an_answer_and_no_outage(later):
    breaker = Breaker("Stripe", opens_after=1)
    with pytest.raises(Conflict), breaker.guard():
        raise Conflict()
    assert breaker.state is State.CLOSED


def test_the_cause_of_an_outage_stays_visible(later):
    with pytest.raises(Unavailable) as refused, Breaker("Stripe").guard():
        raise ConnectionResetError("reset")
    assert isinstance(refused.value.__cause__, ConnectionResetError)


class Running(Context):
    """A function to which so much time is left."""

    left_ms = 10_000

    def get_remaining_time_in_millis(self) -> int:
        return self.left_ms


def test_a_call_gets_the_time_that_is_left_but_not_more_than_it_asks_for():
    deadline = Deadline.of(running := Running(), keep=timedelta(seconds=2))
    assert deadline.timeout_s(5) == 5
    running.left_ms = 4_000
    assert deadline.timeout_s(5) == 2


def test_a_clock_that_is_moved_ahead_takes_no_time_from_a_function(later):
    deadline = Deadline.of(Running(), keep=timedelta(seconds=2))
    later(14 * 86_400)
    assert deadline.timeout_s(5) == 5


def test_a_call_is_not_begun_when_its_outcome_could_not_be_recorded():
    deadline = Deadline.of(running := Running(), keep=timedelta(seconds=2))
    running.left_ms = 2_000
    with pytest.raises(Unavailable, match="not enough time"):
        deadline.timeout_s(5)
