"""What a person keeps with identity, and their going, under faults and rivals: each fault at each call of a tale."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from functions.identity import sweep
from functions.identity.api import addresses, api
from functions.identity.rules import erasure
from functions.identity.store.rows import profile_item, session_item
from kernel import clock
from kernel.changes import decode
from kernel.errors import DomainError
from kernel.table import Table, put
from tests.builders import identity as an
from tests.builders.http import Context
from tests.builders.identity import USER
from tests.chaos import tales
from tests.chaos.faults import Crash
from tests.chaos.tales import Stage
from tests.chaos.wire import PointPlan

GUEST = "gst_00000000000000000000000001"
ARRANGED = {
    "USER_POOL_ID": "pool",
    "USER_POOL_CLIENT_ID": "client",
    "GUESTS_SECRET_ID": "secret",
    "ADDRESSES_SECRET_ID": "secret",
    "BUCKET": "files",
}


def persist(step: Any, *arguments: Any) -> Any:
    """Whatever happens is tried again, as the next minute's sweep does."""
    for _ in range(20):
        try:
            return step(*arguments)
        except (Crash, ClientError, BotoCoreError, DomainError):
            continue
    raise AssertionError("it never came to an end")


def arrive(stage: Stage) -> None:
    """Somebody with an account and a session."""
    stage.function.environment = {**stage.function.environment, **ARRANGED}
    stage.processes.environment = stage.function.environment
    stage.cloud.cognito.passwords[USER] = an.PASSWORD
    session = an.a_session(
        id="session", user_id=USER, started_at=clock.now(), expires_at=clock.now() + timedelta(days=1)
    )
    for row in (profile_item(an.a_profile()), session_item(session)):
        persist(Table().commit, [put(row)])


def swept(stage: Stage) -> None:
    stage.processes.environment = stage.function.environment
    for _ in range(4):  # what was begun, what was cut off, and what is left when the last token has died
        persist(sweep.handler, {}, Context())


@contextmanager
def at_once() -> Iterator[None]:
    """Without the waiting."""
    with ExitStack() as stack:
        for name in ("WAIT", "TOKENS_DIE"):
            stack.enter_context(patch.object(erasure, name, timedelta(0)))
        yield


def picture(stage: Stage) -> None:
    """First something that is none."""
    form = stage.ask(USER, "POST", "/v1/me/avatar", {"content_type": "image/png"}).json["fields"]
    for content in (b"MZ" + an.PNG[2:], an.PNG):
        stage.cloud.files.sent_to(form["key"], content, "image/png")
        stage.ask(USER, "POST", "/v1/me/avatar/confirm")


def keep(stage: Stage) -> None:
    arrive(stage)
    with at_once():
        address = stage.ask(USER, "POST", "/v1/me/addresses", an.an_address()).json["id"]
        stage.ask(USER, "POST", "/v1/me/addresses", an.an_address(default_for=["billing"]))
        stage.ask(USER, "PUT", f"/v1/me/addresses/{address}", an.an_address(city="Potsdam", postcode="14467"))
        stage.ask(USER, "DELETE", f"/v1/me/addresses/{address}")
        stage.ask(USER, "PATCH", "/v1/me/preferences", {"digest": "weekly"})
        stage.ask(USER, "PATCH", "/v1/me/preferences", {"sms": []})
        picture(stage)
        stage.ask(USER, "DELETE", "/v1/me/avatar")


def lend(stage: Stage) -> None:
    """Keys for programs, and what there was before there was an account."""
    arrive(stage)
    key = stage.ask(USER, "POST", "/v1/me/api-keys", {"name": "Stock", "scopes": ["profile:read"]}).json["id"]
    stage.ask(USER, "DELETE", f"/v1/me/api-keys/{key}")
    stage.processes.environment = stage.function.environment
    token = persist(an.a_guest, GUEST)
    stage.ask(USER, "POST", "/v1/me/guests", {"guest_token": token})


def go(stage: Stage) -> None:
    """Take everything along, go, stay after all, go after all."""
    arrive(stage)
    with at_once():
        stage.ask(USER, "POST", "/v1/me/addresses", an.an_address())
        picture(stage)
        stage.ask(USER, "POST", "/v1/me/exports")
        swept(stage)
        for method in ("POST", "DELETE", "POST"):
            stage.ask(USER, method, "/v1/me/erasure")
        swept(stage)


@pytest.mark.parametrize("tale", [keep, lend, go])
def test_a_fault_at_any_call_leaves_nothing_else_behind(tale):
    assert list(tales.differences(api, tale)) == []


def test_the_tales_meet_faults_at_every_kind_of_call_to_the_bucket():
    met = tales.calls_met(api, [keep, go], "s3")
    assert set(met) == {"GetObject", "CopyObject", "DeleteObject", "PutObject"}
    print("calls to the bucket, each tried with every fault:", dict(met))


def test_after_the_tale_nobody_is_left():
    _, rows = tales.told(api, go, PointPlan(0, ""))
    left = [row for row in rows if not row["pk"].startswith("EVENT#")]
    assert {row["pk"] for row in left} == {f"USER#{USER}", "EXPORT#exp_"}  # and no object
    assert "Torstra" not in str(rows)
    assert "ada@example.com" not in str(rows)


def test_a_tale_notices_what_is_not_remembered():
    with patch.object(addresses, "receipt", lambda *_: None):
        assert any("crash after" in one for one in tales.differences(api, keep))


@pytest.mark.parametrize("seed", range(20))
def test_whoever_changes_their_mind_at_the_last_moment_stays_or_goes_whole(seed):
    def before(stage: Stage) -> None:
        arrive(stage)
        stage.ask(USER, "POST", "/v1/me/erasure")

    def stay(stage: Stage) -> None:
        stage.ask(USER, "DELETE", "/v1/me/erasure")

    def check(stage: Stage, rows: Any) -> None:
        swept(stage)
        stays = stage.answers[-1].status == 204
        told = [sk for pk, sk in rows if pk.startswith("EVENT#") and "UserErased" in sk]
        assert (len(told), (f"USER#{USER}", "PROFILE") in rows, USER in stage.cloud.cognito.passwords) == (
            int(not stays),
            stays,
            stays,
        )

    with at_once():
        tales.race(api, before, [stay, swept], seed, check)


# Rivals share one resolver here, which no two calls do in Lambda: so a success counts by its class, not as 200 or 201.


@pytest.mark.parametrize("seed", range(20))
def test_additions_at_once_all_count_or_are_told_to_repeat_and_leave_one_default(seed):
    def add(stage: Stage) -> None:
        stage.ask(USER, "POST", "/v1/me/addresses", an.an_address(default_for=["billing", "shipping"]))

    def check(stage: Stage, rows: Any) -> None:
        added = [answer.json["id"] for answer in stage.answers if answer.status < 300]
        assert added
        assert {answer.json["code"] for answer in stage.answers if answer.status >= 300} <= {"address_book_changed"}
        items = decode(rows[f"USER#{USER}", "ADDRESSES"])["items"]
        assert sorted(one["id"] for one in items) == sorted(added)
        assert sorted(use for one in items for use in one["default_for"]) == ["billing", "shipping"]

    tales.race(api, arrive, [add] * 4, seed, check)


@pytest.mark.parametrize("seed", range(20))
def test_of_two_accounts_at_once_one_gets_the_guest(seed):
    token: list[str] = []

    def before(stage: Stage) -> None:
        arrive(stage)
        token.append(persist(an.a_guest, GUEST))

    def absorb(who: str, stage: Stage) -> None:
        stage.ask(who, "POST", "/v1/me/guests", {"guest_token": token[0]})

    def check(stage: Stage, rows: Any) -> None:
        assert sorted(answer.status for answer in stage.answers) == [200, 409]
        assert len([pk for pk, _ in rows if pk == f"EVENT#{GUEST}"]) == 1

    tales.race(api, before, [partial(absorb, USER), partial(absorb, an.OTHER)], seed, check)
