"""Stores under faults and rivals: each fault at each call of a tale, and races of many for one thing."""

import json
from contextlib import suppress
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest

from functions.stores import consumers
from functions.stores.api import api
from functions.stores.api import settings as settings_api
from functions.stores.model.staff import Invitation
from functions.stores.rules import staff as staff_rules
from kernel import settings
from kernel.changes import decode
from kernel.marks import mark
from kernel.table import Table
from tests.builders import stores as a
from tests.builders.http import Context
from tests.builders.papers import PDF
from tests.builders.pictures import PNG
from tests.chaos import tales
from tests.chaos.faults import Crash
from tests.chaos.tales import Stage
from tests.chaos.wire import PointPlan

FAN = a.STRANGER
MODERATOR = "usr_00000000000000000000000002"


def person(number: int) -> str:
    return f"usr_{number:026}"


def opened(stage: Stage, owner: str = a.OWNER, slug: str = "analog-cameras") -> str:
    return str(stage.ask(owner, "POST", "/v1/stores", a.a_request(slug=slug)).json["store_id"])


def open_as(owner: str, stage: Stage) -> None:
    stage.ask(owner, "POST", "/v1/stores", a.a_request())


def until_done(stage: Stage, user_id: str, method: str, path: str, body: Any = None) -> None:
    """Anew, under a new key, whenever somebody else was faster."""
    while stage.ask(user_id, method, path, body).status == 409:
        pass


def set_up(stage: Stage) -> None:
    """A store from nothing to where only its papers are missing."""
    store_id = opened(stage)
    stage.ask(a.OWNER, "PATCH", f"/v1/stores/{store_id}", {"description": "Cameras."})
    shipping = a.shipping().model_dump(mode="json")
    stage.ask(a.OWNER, "PUT", f"/v1/stores/{store_id}/shipping", shipping)
    stage.ask(a.OWNER, "PUT", f"/v1/stores/{store_id}/policies", {"returns": {"accepted": True, "window_days": 30}})
    stage.ask(a.OWNER, "GET", f"/v1/stores/{store_id}/checklist")


def move(stage: Stage) -> None:
    """Away, back, and to where somebody else is."""
    store_id = opened(stage)
    opened(stage, FAN, "cameras")
    stage.ask(FAN, "PUT", f"/v1/me/follows/{store_id}")
    for slug in ("film", "analog-cameras", "cameras"):
        stage.ask(a.OWNER, "PUT", f"/v1/stores/{store_id}/slug", {"slug": slug})


def follow(stage: Stage) -> None:
    store_id = opened(stage)
    for method in ("PUT", "DELETE", "PUT"):
        stage.ask(FAN, method, f"/v1/me/follows/{store_id}")
    stage.ask(FAN, "GET", "/v1/me/follows")


def hired(stage: Stage, store_id: str, user_id: str, role: str, by: str = a.OWNER) -> None:
    """Invited by the owner, and come: the code is what the mail would say."""
    body = {"email": f"{user_id}@example.com", "role": role}
    invited = stage.ask(by, "POST", f"/v1/stores/{store_id}/invitations", body).json["id"]
    row = stage.cloud.rows("stores")[f"STORE#{store_id}", f"INVITATION#{invited}"]
    code = staff_rules.code_for(Invitation.model_validate(decode(row)), settings.key("invitation"))
    stage.ask(user_id, "POST", f"/v1/stores/{store_id}/invitations/{invited}/accept", {"code": code})


def share(stage: Stage) -> None:
    """Invite, accept, promote, be left; and somebody who is invited in vain."""
    store_id = opened(stage)
    hired(stage, store_id, FAN, "cashier")
    stage.ask(a.OWNER, "PUT", f"/v1/stores/{store_id}/staff/{FAN}", {"role": "manager"})
    body = {"email": "somebody@example.com", "role": "cashier"}
    invited = stage.ask(a.OWNER, "POST", f"/v1/stores/{store_id}/invitations", body).json["id"]
    stage.ask(a.OWNER, "POST", f"/v1/stores/{store_id}/invitations/{invited}/resend")
    stage.ask(a.OWNER, "DELETE", f"/v1/stores/{store_id}/invitations/{invited}")
    stage.ask(FAN, "POST", f"/v1/stores/{store_id}/leave")
    stage.ask(a.OWNER, "POST", f"/v1/stores/{store_id}/leave")


def hand_over(stage: Stage) -> None:
    store_id = opened(stage)
    hired(stage, store_id, FAN, "manager")
    stage.ask(a.OWNER, "POST", f"/v1/stores/{store_id}/transfer", {"to_user_id": FAN})
    stage.ask(FAN, "POST", f"/v1/stores/{store_id}/transfer/accept")
    stage.ask(a.OWNER, "POST", f"/v1/stores/{store_id}/leave")


def paper(stage: Stage, store_id: str, owner: str, kind: str) -> str:
    """First something that it is not. Where it is."""
    body = {"kind": kind, "name": "paper.pdf", "content_type": "application/pdf", "size_bytes": len(PDF)}
    upload = stage.ask(owner, "POST", f"/v1/stores/{store_id}/verification/documents", body).json
    document = f"/v1/stores/{store_id}/verification/documents/{upload['document_id']}"
    for content in (b"MZ" + PDF[2:], PDF):
        stage.cloud.files.sent_to(upload["fields"]["key"], content, "application/pdf")
        stage.ask(owner, "POST", f"{document}/confirm")
    return document


def picture(stage: Stage, store_id: str) -> None:
    logo = f"/v1/stores/{store_id}/pictures/logo"
    upload = stage.ask(a.OWNER, "POST", logo, {"content_type": "image/png"}).json
    for content in (b"MZ" + PNG[2:], PNG):
        stage.cloud.files.sent_to(upload["fields"]["key"], content, "image/png")
        stage.ask(a.OWNER, "PUT", logo, {"picture_id": upload["picture_id"]})


def verify(stage: Stage) -> None:
    """Papers sent in, one of them taken back; refused, sent in again, accepted."""
    store_id = opened(stage)
    for kind in ("identity", "business"):
        paper(stage, store_id, a.OWNER, kind)
    stage.ask(a.OWNER, "DELETE", paper(stage, store_id, a.OWNER, "address"))
    for decision in ("reject", "approve"):
        stage.ask(a.OWNER, "POST", f"/v1/stores/{store_id}/verification/submit")
        stage.ask(MODERATOR, "POST", f"/v1/stores/{store_id}/verification/claim", role="moderator")
        body = {"reason": "As it should be, or not"}
        stage.ask(MODERATOR, "POST", f"/v1/stores/{store_id}/verification/{decision}", body, role="moderator")


def decorate(stage: Stage) -> None:
    """One logo, another one in its place, none."""
    store_id = opened(stage)
    for _ in range(2):
        picture(stage, store_id)
    stage.ask(a.OWNER, "DELETE", f"/v1/stores/{store_id}/pictures/logo")


def hear(stage: Stage, kind: str, **data: str) -> None:
    """Again and again, as the queue does."""
    metadata = {"id": "evt_1", "type": kind, "version": 1, "occurred_at": "2030-01-01T12:00:00.000Z"}
    metadata |= {"aggregate": data["user_id"], "sequence": 9, "correlation_id": "cor_1"}
    body = {"source": "metco.identity", "detail-type": f"{kind}.v1", "detail": {"metadata": metadata, "data": data}}
    stage.processes.environment = {**stage.function.environment, "EXPORTS": "files"}
    records = [{"messageId": "1", "body": json.dumps(body)}]
    for _ in range(10):
        with suppress(Crash):
            if consumers.handler({"Records": records}, Context()) == {"batchItemFailures": []}:
                return
    raise AssertionError("it never came to an end")


def depart(stage: Stage) -> None:
    """All is told, then forgotten: a store of one's own with its files, another one's share, an invitation."""
    store_id = opened(stage)
    picture(stage, store_id)
    paper(stage, store_id, a.OWNER, "business")
    shared = opened(stage, FAN, "shared")
    hired(stage, shared, a.OWNER, "owner", by=FAN)
    for owner in (a.OWNER, FAN):
        paper(stage, shared, owner, "identity")
    body = {"email": "gone@example.com", "role": "cashier"}
    stage.ask(FAN, "POST", f"/v1/stores/{shared}/invitations", body)
    hear(stage, "DataExportRequested", user_id=a.OWNER, export_id="exp_1")
    address = mark("gone@example.com", settings.key("address", secret="ADDRESSES_SECRET_ID"))
    hear(stage, "UserErased", user_id=a.OWNER, email_mark=address)


def suspend(stage: Stage) -> None:
    store_id = opened(stage)
    for decision in ("suspend", "restore"):
        body = {"reason": "Buyers got nothing"}
        stage.ask(MODERATOR, "POST", f"/v1/stores/{store_id}/{decision}", body, role="moderator")


@pytest.mark.parametrize("tale", [set_up, move, follow, share, hand_over, verify, decorate, depart, suspend])
def test_a_fault_at_any_call_leaves_nothing_else_behind(tale):
    assert list(tales.differences(api, tale)) == []


def test_the_tales_meet_faults_at_every_kind_of_call_to_the_bucket():
    met = tales.calls_met(api, [verify, decorate, depart], "s3")
    assert set(met) == {"GetObject", "CopyObject", "DeleteObject", "PutObject"}
    print("calls to the bucket, each tried with every fault:", dict(met))


def test_after_the_tale_of_a_departure_only_what_others_have_is_left():
    _, rows = tales.told(api, depart, PointPlan(0, ""))
    objects = sorted(row["sk"].split("/")[0] for row in rows if row["pk"] == "OBJECT" and "incoming" not in row["sk"])
    assert objects == ["exports", "papers"]  # the part of the export, and the paper of the owner who stays
    assert "gone@example.com" not in str(rows)


def test_a_tale_notices_what_is_told_after_it_was_done():
    commit = Table.commit

    def torn(self: Table, changes: Any, events: Any = (), receipt: Any = None) -> None:
        commit(self, changes, (), receipt)
        if events:
            commit(self, [self._event_row(event) for event in events])

    with patch.object(Table, "commit", torn):
        assert any("crash after" in one for one in tales.differences(api, set_up))


def test_a_tale_notices_what_is_not_remembered():
    with patch.object(settings_api, "receipt", lambda *_: None):
        assert any("crash after" in one for one in tales.differences(api, set_up))


@pytest.mark.parametrize("seed", range(5))
def test_of_fifty_who_want_one_address_one_gets_it(seed):
    def check(stage: Stage, rows) -> None:
        statuses = [answer.status for answer in stage.answers]
        assert sorted(statuses) == [201] + [409] * 49
        assert len([pk for pk, sk in rows if pk.startswith("STORE#") and sk == "-"]) == 1
        assert len([pk for pk, _ in rows if pk.startswith("SLUG#")]) == 1
        assert len([pk for pk, _ in rows if pk.startswith("EVENT#sto_")]) == 1

    rivals = [partial(open_as, person(number)) for number in range(50)]
    tales.race(api, lambda stage: None, rivals, seed, check)


@pytest.mark.parametrize("seed", range(5))
def test_fifty_requests_of_one_person_under_one_key_open_one_store(seed):
    def check(stage: Stage, rows) -> None:
        assert {answer.status for answer in stage.answers} == {201}
        assert len({answer.json["store_id"] for answer in stage.answers}) == 1
        assert len([pk for pk, sk in rows if sk == "-" and pk.startswith("STORE#")]) == 1

    def ask(stage: Stage) -> None:
        stage.ask(a.OWNER, "POST", "/v1/stores", a.a_request(), key="the-same-key")

    tales.race(api, lambda stage: None, [ask] * 50, seed, check)


@pytest.mark.parametrize("seed", range(10))
def test_followers_are_counted_right_while_the_store_moves_and_is_edited(seed):
    store: list[str] = []

    def before(stage: Stage) -> None:
        store.append(opened(stage))

    def fan(user_id: str, stage: Stage) -> None:
        until_done(stage, user_id, "PUT", f"/v1/me/follows/{store[0]}")

    def owner(stage: Stage) -> None:
        for slug in ("film", "cameras", "film"):
            until_done(stage, a.OWNER, "PUT", f"/v1/stores/{store[0]}/slug", {"slug": slug})

    def editor(stage: Stage) -> None:
        for number in range(3):
            until_done(stage, a.OWNER, "PATCH", f"/v1/stores/{store[0]}", {"name": f"Film {number}"})

    def check(stage: Stage, rows) -> None:
        page = stage.ask(FAN, "GET", "/v1/shops/film").json
        assert (page["followers"], page["name"]) == (8, "Film 2")

    tales.race(api, before, [*(partial(fan, person(number)) for number in range(10, 18)), owner, editor], seed, check)


@pytest.mark.parametrize("seed", range(20))
def test_two_owners_who_dismiss_each_other_at_once_leave_one(seed):
    store: list[str] = []

    def before(stage: Stage) -> None:
        store.append(opened(stage))
        hired(stage, store[0], FAN, "owner")

    def dismiss(who: str, whom: str, stage: Stage) -> None:
        stage.ask(who, "PUT", f"/v1/stores/{store[0]}/staff/{whom}", {"role": "cashier"})

    def check(stage: Stage, rows) -> None:
        roles = [
            row["role"]["S"] for (pk, sk), row in rows.items() if pk.startswith("STORE#") and sk.startswith("MEMBER#")
        ]
        assert sorted(roles) == ["cashier", "owner"]
        assert rows[f"STORE#{store[0]}", "OWNERS"]["owners"]["N"] == "1"

    tales.race(api, before, [partial(dismiss, a.OWNER, FAN), partial(dismiss, FAN, a.OWNER)], seed, check)


@pytest.mark.parametrize("seed", range(20))
def test_two_owners_who_leave_at_once_leave_one(seed):
    store: list[str] = []

    def before(stage: Stage) -> None:
        store.append(opened(stage))
        hired(stage, store[0], FAN, "owner")

    def leave(who: str, stage: Stage) -> None:
        stage.ask(who, "POST", f"/v1/stores/{store[0]}/leave")

    def check(stage: Stage, rows) -> None:
        left = [sk for pk, sk in rows if pk.startswith("STORE#") and sk.startswith("MEMBER#")]
        assert len(left) == 1

    tales.race(api, before, [partial(leave, a.OWNER), partial(leave, FAN)], seed, check)
