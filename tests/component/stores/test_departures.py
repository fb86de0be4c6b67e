import io
import json
import zipfile
from datetime import timedelta

import pytest

from functions.identity import sweep
from functions.identity.store.erasure import departures as exporting
from functions.stores.consumers import handler
from functions.stores.model.staff import Invitation, InvitationChanged
from functions.stores.store.departures import departures
from functions.stores.store.staff import StaffStore
from functions.stores.store.stores import stores
from kernel import aws, clock, ids, settings
from kernel.errors import Unavailable
from kernel.marks import mark
from kernel.table import Table
from tests.builders import identity, papers, pictures, staff
from tests.builders import stores as a
from tests.builders.http import Context
from tests.builders.stores import as_user

PERSONAL = ("Ada Lovelace", "ada-lovelace", "Torstraße", "Ada's own words")


def deliver(kind: str, times: int = 1, source: str = "metco.identity", **data: str) -> None:
    metadata = {
        "id": "evt_1",
        "type": kind,
        "version": 1,
        "occurred_at": "2030-01-01T12:00:00.000Z",
        "aggregate": data["user_id"],
        "sequence": 9,
        "correlation_id": "cor_1",
    }
    detail = {"metadata": metadata, "data": data}
    body = {"source": source, "detail-type": f"{kind}.v1", "detail": detail}
    records = [{"messageId": str(number), "body": json.dumps(body)} for number in range(times)]
    assert handler({"Records": records}, Context()) == {"batchItemFailures": []}


def erase(user_id: str, times: int = 1, email: str = "") -> None:
    key = settings.key("address", secret="ADDRESSES_SECRET_ID")
    deliver("UserErased", times, user_id=user_id, email_mark=mark(email, key) if email else "")


def adas_store() -> str:
    store_id = a.an_open_store(slug="ada-lovelace", name="Ada Lovelace")
    ada = as_user(a.OWNER)
    ada("PUT", f"/v1/stores/{store_id}/slug", {"slug": "ada-lovelace-berlin"})
    ada("PATCH", f"/v1/stores/{store_id}", {"description": "Ada's own words"}, headers={"Idempotency-Key": "edit-0001"})
    ada("PUT", f"/v1/stores/{store_id}/shipping", a.shipping().model_dump(mode="json"))
    ada("PUT", f"/v1/stores/{store_id}/faq", {"items": [{"question": "Who?", "answer": "Ada Lovelace"}]})
    return store_id


@pytest.mark.parametrize("times", [1, 2])
def test_the_last_owners_store_closes_and_nothing_of_theirs_is_left(world, times):
    store_id = adas_store()
    as_user(a.STRANGER)("PUT", f"/v1/me/follows/{store_id}")
    staff.a_colleague(store_id, staff.KIM, "manager")
    tagline = {"tagline": "All by hand"}
    as_user(staff.KIM)("PATCH", f"/v1/stores/{store_id}", tagline, headers={"Idempotency-Key": "edit-0002"})
    erase(a.OWNER, times)
    left = json.dumps(world.items(), ensure_ascii=False)
    assert [word for word in PERSONAL if word in left] == []
    assert not [row for row in world.items() if row["pk"]["S"].startswith((f"PERSON#{a.OWNER}", f"RECEIPT#{a.OWNER}"))]
    store = stores().store_of(store_id)
    assert (store.standing, store.name, store.country) == ("closed", "Closed store", "DE")
    for slug in ("ada-lovelace", "ada-lovelace-berlin", store.slug):
        assert a.public("GET", f"/v1/shops/{slug}").status == 404
    told = [one["metadata"]["type"] for one in a.told_of(world, store_id)]
    assert (told.count("StoreClosed"), told[-2:]) == (1, ["StoreChanged", "StoreClosed"])
    place = ids.derived_id("mem", store_id, a.OWNER)
    assert [one["metadata"]["type"] for one in a.told_of(world, place)] == ["StaffJoined", "StaffLeft"]


def test_a_store_with_another_owner_stays_open(world):
    store_id = a.an_open_store()
    staff.a_colleague(store_id, a.STRANGER, "owner")
    erase(a.OWNER)
    assert a.public("GET", "/v1/shops/analog-cameras").status == 200
    assert as_user(a.STRANGER)("GET", f"/v1/stores/{store_id}").status == 200
    assert as_user(a.OWNER)("GET", f"/v1/stores/{store_id}").status == 404


def test_whoever_is_erased_follows_nobody(world):
    store_id = a.an_open_store()
    as_user(a.STRANGER)("PUT", f"/v1/me/follows/{store_id}")
    erase(a.STRANGER, times=3)
    assert a.public("GET", "/v1/shops/analog-cameras").json["followers"] == 0
    assert not [row for row in world.items() if row["pk"]["S"].startswith(f"PERSON#{a.STRANGER}")]


def test_a_closed_store_can_be_unfollowed_but_not_followed(world):
    store_id = a.an_open_store()
    fan = as_user(a.STRANGER)
    fan("PUT", f"/v1/me/follows/{store_id}")
    erase(a.OWNER)
    assert fan("GET", "/v1/me/follows").json["items"] == []
    assert fan("DELETE", f"/v1/me/follows/{store_id}").status == 204
    assert fan("PUT", f"/v1/me/follows/{store_id}").status == 404


@pytest.mark.parametrize("cut", range(1, 9))
def test_cut_off_anywhere_it_is_begun_again_and_finished(world, monkeypatch, cut):
    store_id = adas_store()
    other = a.an_open_store(a.STRANGER, "cameras")
    as_user(a.OWNER)("PUT", f"/v1/me/follows/{other}")
    commit, calls = Table.commit, iter(range(1, 100))

    def cut_off(self: Table, *arguments, **options) -> None:
        if next(calls) == cut:
            raise Unavailable()
        commit(self, *arguments, **options)

    monkeypatch.setattr(Table, "commit", cut_off)
    try:
        departures().forget(a.OWNER)
    except Unavailable:
        departures().forget(a.OWNER)
    left = json.dumps(world.items(), ensure_ascii=False)
    assert [word for word in PERSONAL if word in left] == []
    assert a.public("GET", "/v1/shops/cameras").json["followers"] == 0
    told = [one["metadata"]["type"] for one in a.told_of(world, store_id)]
    assert told.count("StoreClosed") == 1


def test_a_person_is_told_all_that_is_kept(world):
    store_id = adas_store()
    other = a.an_open_store(a.STRANGER, "cameras")
    as_user(a.OWNER)("PUT", f"/v1/me/follows/{other}")
    known = departures().known_of(a.OWNER)
    assert [(one["store_id"], one["role"]) for one in known["places"]] == [(store_id, "owner")]
    assert [one["store_id"] for one in known["follows"]] == [other]
    assert known["stores"][0]["description"] == "Ada's own words"
    assert json.dumps(known)


def files() -> list[str]:
    listed = aws.client("s3").list_objects_v2(Bucket=settings.env("BUCKET"))
    return [one["Key"] for one in listed.get("Contents", []) if not one["Key"].startswith("incoming/")]


def test_papers_and_pictures_go_with_the_last_owner(world):
    store_id = adas_store()
    for kind in ("identity", "business"):
        papers.a_document(store_id, a.OWNER, kind=kind)
    picture_id = pictures.arrived(store_id)
    as_user(a.OWNER)("PUT", f"/v1/stores/{store_id}/pictures/logo", {"picture_id": picture_id})
    assert len(files()) == 3
    erase(a.OWNER, times=2)
    assert files() == []


@pytest.mark.parametrize("times", [1, 2])
def test_a_passport_goes_with_an_owner_who_is_not_the_last(world, times):
    store_id = a.an_open_store()
    staff.a_colleague(store_id, a.STRANGER, "owner")
    kept = {kind: papers.a_document(store_id, a.OWNER, kind=kind) for kind in ("identity", "business", "address")}
    theirs = papers.a_document(store_id, a.STRANGER)
    erase(a.OWNER, times)
    assert files() == sorted(f"papers/{store_id}/{one}" for one in (kept["business"], theirs))
    left = as_user(a.STRANGER)("GET", f"/v1/stores/{store_id}/verification").json["documents"]
    assert [(one["kind"], one["sent_by"]) for one in left] == [("business", a.OWNER), ("identity", a.STRANGER)]


def test_whoever_leaves_a_store_takes_their_passport_along_unless_they_are_back(world):
    store_id = a.an_open_store()
    staff.a_colleague(store_id, a.STRANGER, "owner")
    papers.a_document(store_id, a.OWNER)
    kept = papers.a_document(store_id, a.STRANGER)
    deliver("StaffLeft", source="metco.stores", store_id=store_id, user_id=a.STRANGER)
    assert len(files()) == 2
    assert as_user(a.OWNER)("POST", f"/v1/stores/{store_id}/leave").status == 204
    deliver("StaffLeft", 2, source="metco.stores", store_id=store_id, user_id=a.OWNER)
    assert files() == [f"papers/{store_id}/{kept}"]


@pytest.mark.parametrize("times", [1, 2])
def test_invitations_to_an_erased_address_go_wherever_they_wait(world, times):
    here, there = a.an_open_store(), a.an_open_store(a.STRANGER, "cameras")
    old = staff.an_invitation(here, a.OWNER, email="gone@example.com")
    code = staff.code_of(here, old)
    with clock.frozen(clock.now() + timedelta(days=8)):  # the first is over, and still holds the address
        staff.an_invitation(here, a.OWNER, email="Gone@example.com")
        body, key = {"email": "gone@example.com", "role": "cashier"}, {"Idempotency-Key": "invite-0001"}
        assert as_user(a.STRANGER)("POST", f"/v1/stores/{there}/invitations", body, headers=key).status == 201
        other = staff.an_invitation(there, a.STRANGER, email="stays@example.com")
        erase(staff.KIM, times, email="gone@EXAMPLE.com")
        assert "gone@example.com" not in json.dumps(world.items()).casefold()
        assert staff.accept(here, old, staff.LEE, code).json["code"] == "invitation_refused"
        assert staff.accept(there, other, staff.LEE).status == 200
    told = [one["data"]["how"] for one in world.envelopes() if one["metadata"]["type"] == "InvitationClosed"]
    assert sorted(told) == ["accepted", "revoked", "revoked", "revoked"]


def test_an_invitation_answered_while_its_person_is_erased_is_looked_at_again(world, monkeypatch):
    store_id = a.an_open_store()
    staff.an_invitation(store_id, a.OWNER, email="gone@example.com")
    read = StaffStore.invitation

    def answered_meanwhile(self: StaffStore, store_id: str, invitation_id: str) -> Invitation | None:
        monkeypatch.setattr(StaffStore, "invitation", read)
        found = self.invitation(store_id, invitation_id)
        assert staff.accept(store_id, invitation_id, staff.LEE).status == 200
        return found

    monkeypatch.setattr(StaffStore, "invitation", answered_meanwhile)
    with pytest.raises(InvitationChanged):
        StaffStore().forget_address(mark("gone@example.com", settings.key("address", secret="ADDRESSES_SECRET_ID")))
    erase(staff.KIM, email="gone@example.com")
    assert "gone@example.com" not in json.dumps(world.items())
    assert stores().with_member(store_id, staff.LEE)[1]


def test_nobody_looks_through_the_papers_of_a_closed_store(world):
    store_id = a.an_open_store()
    papers.submitted(store_id, a.OWNER)
    erase(a.OWNER)
    assert papers.moderator(a.STRANGER)("GET", "/v1/verifications").json["items"] == []
    assert not [row for row in world.items() if row["sk"]["S"] == "VERIFICATION"]


def test_an_export_has_what_stores_keeps_and_waits_for_it(world, monkeypatch):
    """Both domains, over nothing but the event and the name of the object."""
    world.set(export_parts=["stores"])
    monkeypatch.setenv("EXPORTS", settings.env("BUCKET"))
    ada = identity.an_account()
    store_id = a.an_open_store(ada)
    begun = identity.as_user(ada)("POST", "/v1/me/exports").json["id"]
    waiting = list(exporting().due("export", clock.now() + timedelta(seconds=1)))
    for whose, due_key in waiting:
        sweep.export(whose, due_key, clock.now())
    assert identity.as_user(ada)("GET", "/v1/me/exports").json["state"] == "preparing"
    deliver("DataExportRequested", 2, user_id=ada, export_id=begun)
    for whose, due_key in waiting:
        sweep.export(whose, due_key, clock.now())
    archive = (
        aws.client("s3").get_object(Bucket=settings.env("BUCKET"), Key=f"exports/{ada}/{begun}.zip")["Body"].read()
    )
    packed = zipfile.ZipFile(io.BytesIO(archive))
    assert {"identity.json", "stores.json"} <= set(packed.namelist())
    told = json.loads(packed.read("stores.json"))
    assert [one["store_id"] for one in told["stores"]] == [store_id]
