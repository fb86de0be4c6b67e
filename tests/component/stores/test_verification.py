import base64
import json
from urllib.parse import parse_qs, urlsplit

import pytest

from functions.stores.events import OperatorActed
from functions.stores.model.refusals import StoreChanged
from functions.stores.model.verification import CaseChanged
from functions.stores.rules import verification as rules
from functions.stores.store.verification import Verifications
from kernel import clock
from tests.builders import cloud, papers, staff
from tests.builders import stores as a
from tests.builders.papers import PDF
from tests.builders.staff import KIM, LEE
from tests.builders.stores import OWNER, as_user

KEY = {"idempotency-key": "the-same-key"}


@pytest.fixture
def store_id(world) -> str:
    return a.an_open_store()


def files() -> dict[str, bytes]:
    s3 = cloud.client("s3")
    listed = s3.list_objects_v2(Bucket=cloud.BUCKET).get("Contents", [])
    return {one["Key"]: s3.get_object(Bucket=cloud.BUCKET, Key=one["Key"])["Body"].read() for one in listed}


def told(world) -> list[str]:
    return [row["metadata"]["type"] for row in world.envelopes()]


def test_the_address_takes_exactly_the_file_that_was_announced(world, store_id):
    upload = papers.announce(store_id, OWNER).json
    key = f"incoming/{store_id}/{upload['document_id']}"
    conditions = json.loads(base64.b64decode(upload["fields"]["policy"]))["conditions"]
    assert upload["fields"]["key"] == key
    for condition in (
        {"bucket": cloud.BUCKET},
        {"key": key},
        {"Content-Type": "application/pdf"},
        ["content-length-range", len(PDF), len(PDF)],
    ):
        assert condition in conditions


def test_a_confirmed_file_is_copied_to_where_nobody_can_write(world, store_id):
    document_id = papers.an_upload(store_id, OWNER)
    [document] = papers.confirm(store_id, OWNER, document_id).json["documents"]
    assert document["confirmed"]
    papers.upload(store_id, document_id, b"<html>something else entirely</html>")
    assert files()[f"papers/{store_id}/{document_id}"] == PDF


@pytest.mark.parametrize(
    "content",
    [b"<html>" + PDF[6:], b"MZ" + PDF[2:], PDF + b"more", PDF[:-1], b"", b"%PDF"],
    ids=["page", "program", "bigger", "smaller", "empty", "tiny"],
)
def test_a_file_that_lies_about_itself_is_refused_and_not_kept(world, store_id, content):
    document_id = papers.announce(store_id, OWNER).json["document_id"]
    papers.upload(store_id, document_id, content)
    before = world.items()
    answer = papers.confirm(store_id, OWNER, document_id)
    assert (answer.status, answer.json["code"]) == (422, "file_refused")
    assert world.items() == before
    assert not [key for key in files() if key.startswith("papers/")]


def test_a_file_that_never_came_is_not_confirmed(world, store_id):
    document_id = papers.announce(store_id, OWNER).json["document_id"]
    before = world.items()
    assert papers.confirm(store_id, OWNER, document_id).json["code"] == "not_uploaded"
    assert world.items() == before


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b.pdf", "..\\b.pdf"])
def test_a_name_with_a_path_is_refused(world, store_id, name):
    before = world.items()
    assert papers.announce(store_id, OWNER, name=name).status == 422
    assert papers.announce(store_id, OWNER, size_bytes=11 * 1024 * 1024).status == 422
    assert world.items() == before


def test_a_removed_document_is_gone_from_the_bucket_too(world, store_id):
    document_id = papers.a_document(store_id, OWNER)
    path = f"/v1/stores/{store_id}/verification/documents/{document_id}"
    assert as_user(OWNER)("DELETE", path).status == 204
    assert as_user(OWNER)("GET", f"/v1/stores/{store_id}/verification").json["documents"] == []
    assert files() == {}


def test_papers_are_the_owners_own(world, store_id):
    document_id = papers.an_upload(store_id, OWNER)
    staff.a_colleague(store_id, KIM, "manager")
    before = world.items()
    for answer in (
        as_user(KIM)("GET", f"/v1/stores/{store_id}/verification"),
        papers.announce(store_id, KIM),
        papers.confirm(store_id, KIM, document_id),
        papers.submit(store_id, KIM),
    ):
        assert (answer.status, answer.json["code"]) == (403, "owners_only")
    assert papers.announce(store_id, LEE).status == 404
    assert world.items() == before


# Looking through them


def test_a_store_is_verified_by_whoever_claimed_it(world, store_id):
    papers.submitted(store_id, OWNER)
    queue = papers.moderator(KIM)("GET", "/v1/verifications").json["items"]
    assert [(one["store_id"], one["claimed_by"]) for one in queue] == [(store_id, "")]
    assert papers.judge(store_id, KIM, "claim").json["state"] == "claimed"
    assert papers.moderator(LEE)("GET", "/v1/verifications").json["items"][0]["claimed_by"] == KIM
    assert papers.judge(store_id, LEE, "approve").json["code"] == "case_not_waiting"
    assert papers.judge(store_id, KIM, "approve").json["state"] == "approved"
    assert papers.moderator(KIM)("GET", "/v1/verifications").json["items"] == []
    assert as_user(OWNER)("GET", f"/v1/stores/{store_id}").json["verification"] == "verified"
    assert a.public("GET", "/v1/shops/analog-cameras").json["verified"]
    assert told(world).count("StoreVerified") == 1
    assert told(world).count("OperatorActed") == 2


def test_a_refusal_says_why_and_the_papers_come_again(world, store_id):
    document_id = papers.submitted(store_id, OWNER)
    papers.judge(store_id, KIM, "claim")
    papers.judge(store_id, KIM, "reject")
    store = as_user(OWNER)("GET", f"/v1/stores/{store_id}").json
    assert (store["verification"], store["verification_reason"]) == ("rejected", "The passport has expired")
    as_user(OWNER)("DELETE", f"/v1/stores/{store_id}/verification/documents/{document_id}")
    assert papers.submit(store_id, OWNER).json["code"] == "documents_missing"
    papers.a_document(store_id, OWNER)
    assert papers.submit(store_id, OWNER).json["state"] == "submitted"
    assert papers.judge(store_id, LEE, "claim").status == 200
    assert "StoreVerified" not in told(world)


def test_of_two_who_claim_at_once_one_does(world, store_id):
    """Both have read and decided before either commits."""
    papers.submitted(store_id, OWNER)
    case, here = Verifications().case(store_id), Verifications()
    acted = OperatorActed(operator_id=KIM, action="claim_verification", subject=store_id, reason="To look at")
    claims = [rules.claimed(case, who, clock.now()) for who in (KIM, LEE)]
    here.acted(claims[0], acted, None)
    before = world.items()
    with pytest.raises(CaseChanged):
        here.acted(claims[1], acted, None)
    assert world.items() == before


def test_papers_are_not_approved_while_the_store_is_changed(world, store_id):
    papers.submitted(store_id, OWNER)
    papers.judge(store_id, KIM, "claim")
    here = Verifications()
    store, _, case = here.asked_for(store_id, KIM)
    as_user(OWNER)("PATCH", f"/v1/stores/{store_id}", {"country": "FR"})
    before = world.items()
    with pytest.raises(StoreChanged):
        here.stands(store, rules.approved(case, KIM, "Seen"), [], None)
    assert world.items() == before


def test_nothing_is_ever_shown_by_a_browser_and_every_look_is_kept(world, store_id):
    document_id = papers.submitted(store_id, OWNER)
    assert papers.judge(store_id, KIM, f"documents/{document_id}/link").status == 409
    papers.judge(store_id, KIM, "claim")
    link = papers.judge(store_id, KIM, f"documents/{document_id}/link").json
    asked = parse_qs(urlsplit(link["url"]).query)
    assert asked["response-content-disposition"] == [f'attachment; filename="{document_id}"']
    assert asked["response-content-type"] == ["application/octet-stream"]
    assert int(asked["X-Amz-Expires"][0]) == 60
    acted = [row["data"]["action"] for row in world.envelopes() if row["metadata"]["type"] == "OperatorActed"]
    assert sorted(acted) == ["claim_verification", "read_document"]


def test_nobody_verifies_their_own_store(world, store_id):
    papers.submitted(store_id, OWNER)
    staff.a_colleague(store_id, KIM, "cashier")
    before = world.items()
    for who in (OWNER, KIM):
        assert papers.judge(store_id, who, "claim").json["code"] == "not_your_own_store"
    assert world.items() == before


@pytest.mark.parametrize("what", ["claim", "approve", "reject"])
def test_deciding_twice_under_one_key_is_deciding_once(world, store_id, what):
    papers.submitted(store_id, OWNER)
    if what != "claim":
        papers.judge(store_id, KIM, "claim")
    first, again = (papers.judge(store_id, KIM, what, headers=KEY) for _ in range(2))
    assert (first.status, again.status, again.text) == (200, 200, first.text)
    assert told(world).count("OperatorActed") == (1 if what == "claim" else 2)


def test_no_event_names_a_file(world, store_id):
    papers.submitted(store_id, OWNER)
    assert "passport" not in json.dumps(world.envelopes())
