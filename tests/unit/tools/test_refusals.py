"""Which problems a route can answer with, read from code like this."""

import sys
from contextlib import suppress

import pytest

from kernel.errors import Conflict, DomainError, NotFound
from tools.contracts import refusals


class Busy(Conflict):
    """Somebody else is at it."""


class Broken(DomainError):
    """It is broken."""


class Lost(DomainError):
    """It is lost."""


class Shelf:
    def take(self) -> None:
        raise Busy()

    def put(self) -> None:
        self.take()
        raise Broken()

    def endless(self) -> None:
        self.endless()
        raise Lost("for ever")


def shelf() -> Shelf:
    return Shelf()


def helper() -> None:
    raise Lost()


def nothing():
    return None


def raises():
    raise NotFound()


def mentions():
    return [Busy("as a value that a commit raises later")]


def calls_a_function():
    helper()


def calls_a_method():
    shelf().put()


def goes_in_circles():
    shelf().endless()


def suppresses():
    with suppress(Busy):
        shelf().put()


def suppresses_a_base():
    with suppress(Conflict):
        shelf().put()


def catches():
    try:
        shelf().put()
    except (Busy, Broken):
        helper()


def catches_one():
    try:
        shelf().put()
    except Busy:
        return


def lets_it_pass():
    try:
        helper()
    except Lost:
        nothing()
        raise


def opens_something_else():
    with shelf().put():  # type: ignore[attr-defined,func-returns-value]  # only read, never run
        helper()


@pytest.mark.parametrize(
    ("route", "codes"),
    [
        (nothing, set()),
        (raises, {"not_found"}),
        (mentions, {"busy"}),
        (calls_a_function, {"lost"}),
        (calls_a_method, {"busy", "broken"}),
        (goes_in_circles, {"lost"}),
        (suppresses, {"broken"}),
        (suppresses_a_base, {"broken"}),
        (catches_one, {"broken"}),
        (lets_it_pass, {"lost"}),
        (opens_something_else, {"lost", "busy", "broken"}),
    ],
)
def test_what_a_route_can_refuse_with_is_read_from_its_code(route, codes):
    found = refusals.of(route, (sys.modules[__name__],))
    assert {error.code for error in found} == codes


def test_what_is_caught_may_be_answered_with_something_else():
    found = refusals.of(catches, (sys.modules[__name__],))
    assert {error.code for error in found} == {"lost"}
