"""Passwords set at once: Cognito takes whatever comes last, so identity sees to who that may be."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest

from functions.identity import api, rules
from functions.identity.store import passwords
from functions.identity.store.passwords import Turn
from kernel.changes import delete, put
from tests.chaos import coverage, tales
from tests.chaos.planting import careless
from tests.chaos.tales import Stage
from tests.chaos.test_ways_in import ADA, COUNTED, key, settled
from tests.chaos.wire import PointPlan, no_faults

BEFORE, CHANGED, RESET = "some password", "wanted by a change", "wanted by a reset"
SEEDS = range(40)
MINE = "functions/identity/store/passwords.py"


def begun(stage: Stage, purpose: str, path: str, email: str = "ada@example.com") -> tuple[str, str]:
    """The path that confirms, and the code of the mail. Undisturbed: whoever asks twice is sent two codes."""
    with patch.object(stage.cloud.mail._wire, "plan", no_faults):
        asked = stage.ask("anonymous", "POST", path, {"email": email}).json["id"]
    return f"{path}/{asked}/{purpose}", rules.code_for(asked, key(stage, "code"))


def change(stage: Stage, new: str = CHANGED) -> int:
    body = {"current_password": BEFORE, "new_password": new}
    return stage.ask(ADA, "POST", "/v1/me/password", body, key=f"key-of-{new}".replace(" ", "-")).status


def reset(stage: Stage) -> None:
    path, code = begun(stage, "confirm", "/v1/password-resets")
    stage.ask("anonymous", "POST", path, {"code": code, "password": RESET})


def set_both_ways(stage: Stage) -> None:
    settled(stage)
    change(stage)
    reset(stage)


def refused(stage: Stage) -> None:
    """Cognito finds the password too weak: that ends the turn, and the next one need not wait."""
    settled(stage)
    stage.cloud.cognito.refuses.add("a weak password")
    change(stage, "a weak password")
    change(stage)


def sign_up(stage: Stage) -> None:
    path, code = begun(stage, "verify", "/v1/sign-ups", "bea@example.com")
    stage.ask("anonymous", "POST", path, {"code": code, "password": CHANGED, "name": "Bea"})


@pytest.mark.parametrize("tale", [set_both_ways, refused, sign_up])
def test_a_fault_at_any_call_leaves_nothing_else_behind(tale, monkeypatch):
    monkeypatch.setattr(tales, "NEVER_ALIKE", (*tales.NEVER_ALIKE, *COUNTED))
    assert list(tales.differences(api.api, tale)) == []


def test_a_refused_password_does_not_make_the_next_one_wait():
    answers, rows = tales.told(api.api, refused, PointPlan(0, ""))
    assert answers == [(422, "password_too_weak"), (204, "")]
    assert not [row for row in rows if row["sk"] == "PASSWORD"]


def told_by_turns(seed: int) -> list[str]:
    """A change and a reset at once: whoever is told that the password is theirs finds it so."""
    found: list[str] = []
    confirm: list[Any] = []
    statuses: dict[str, int] = {}

    def before(stage: Stage) -> None:
        settled(stage)
        confirm.extend(begun(stage, "confirm", "/v1/password-resets"))

    def changer(stage: Stage) -> None:
        statuses[CHANGED] = change(stage)

    def resetter(stage: Stage) -> None:
        path, code = confirm
        statuses[RESET] = stage.ask("anonymous", "POST", path, {"code": code, "password": RESET}).status

    def check(stage: Stage, rows: Any) -> None:
        password = stage.cloud.cognito.passwords[ADA]
        done = {name for name, status in statuses.items() if status < 300}
        if not done:
            found.append(f"nobody was done: {statuses}")
        elif password != (RESET if RESET in done else CHANGED):  # no change comes after: it would need the old one
            found.append(f"{sorted(done)} done, but it is {password!r}")

    tales.race(api.api, before, [changer, resetter], seed, check)
    return found


def opened_by_turns(seed: int) -> list[str]:
    """One code confirmed twice at once, with two passwords."""
    found: list[str] = []
    confirm: list[Any] = []
    done: list[str] = []

    def before(stage: Stage) -> None:
        confirm.extend(begun(stage, "verify", "/v1/sign-ups"))

    def verify(password: str, stage: Stage) -> None:
        path, code = confirm
        body = {"code": code, "password": password, "name": "Ada"}
        if stage.ask("anonymous", "POST", path, body).status < 300:
            done.append(password)

    def check(stage: Stage, rows: Any) -> None:
        (password,) = stage.cloud.cognito.passwords.values()
        if done[:1] != [password]:  # the first to be told has opened the account; a later one found it open
            found.append(f"{done} told, but it is {password!r}")

    tales.race(api.api, before, [partial(verify, CHANGED), partial(verify, RESET)], seed, check)
    return found


@contextmanager
def no_turns() -> Iterator[None]:
    """Everybody at once."""
    with (
        patch.object(passwords, "_taken", lambda turn, _: put({"pk": f"TURN#{turn.holder}", "sk": "-"})),
        patch.object(Turn, "over", lambda turn: delete(f"TURN#{turn.holder}", "-")),
    ):
        yield


@contextmanager
def a_right_of_before() -> Iterator[None]:
    """In turn, but by what was looked at before it was one's turn."""
    still = passwords._still
    with patch.object(passwords, "_still", lambda *known: careless(put({"pk": "NOTHING", "sk": still.__name__}))):
        yield


RACES = {"a change and a reset": told_by_turns, "one code twice": opened_by_turns}


@pytest.mark.parametrize("race", RACES)
def test_whoever_is_told_that_the_password_is_theirs_finds_it_so(race):
    assert [one for seed in SEEDS for one in RACES[race](seed)] == []


@pytest.mark.parametrize("bug", [no_turns, a_right_of_before])
@pytest.mark.parametrize("race", RACES)
def test_the_race_notices(race, bug):
    with bug():
        assert [one for seed in SEEDS for one in RACES[race](seed)]


def test_every_write_of_this_file_is_in_a_tale():
    with coverage.watched() as reached:
        for tale in (set_both_ways, refused):
            tales.told(api.api, tale, PointPlan(0, ""))
    assert [str(site) for site in coverage.missed(("identity",), reached) if site.file == MINE] == []
