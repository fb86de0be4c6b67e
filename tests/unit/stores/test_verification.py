from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from functions.stores.model.verification import (
    MAX_BYTES,
    Case,
    CaseClosed,
    CaseNotWaiting,
    Document,
    DocumentsMissing,
    FileRefused,
    NewDocument,
    OwnersOnly,
    TooManyDocuments,
)
from functions.stores.rules import verification as rules
from kernel import ids
from kernel.errors import NotFound
from kernel.file_types import Arrived
from tests.builders.staff import KIM, LEE
from tests.builders.stores import NOON, STORE, a_member


def a_request(**said):
    fields: dict[str, Any] = {
        "kind": "identity",
        "name": "passport.pdf",
        "content_type": "application/pdf",
        "size_bytes": 100,
    }
    return NewDocument(**fields | said)


def a_document(kind="identity", **said):
    fields: dict[str, Any] = {"id": ids.derived_id("doc", kind), "confirmed": True}
    return Document(**fields | a_request(kind=kind).model_dump() | said)


def a_case(**said):
    fields: dict[str, Any] = {"store_id": STORE, "documents": [a_document(), a_document("business")], "version": 5}
    return Case(**fields | said)


def a_submitted():
    return rules.submitted(a_case(), NOON)


@pytest.mark.parametrize(
    "name", ["../passport.pdf", "a/b.pdf", "a\\b.pdf", "..", ".profile", "", " ", "a\x00.pdf", "a\n.pdf", "x" * 101]
)
def test_a_name_that_bears_a_path_is_refused(name):
    with pytest.raises(ValidationError):
        a_request(name=name)


@pytest.mark.parametrize("said", [{"size_bytes": 0}, {"size_bytes": MAX_BYTES + 1}, {"content_type": "text/html"}])
def test_too_big_empty_and_strange_files_are_not_announced(said):
    with pytest.raises(ValidationError):
        a_request(**said)


@pytest.mark.parametrize(
    ("content_type", "head"),
    [
        ("application/pdf", b"%PDF-1.7\n1234567"),
        ("image/jpeg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00"),
        ("image/png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
    ],
)
def test_a_file_is_what_it_begins_with(content_type, head):
    document = a_document(content_type=content_type)
    assert rules.checked(document, Arrived(head, "text/html", 100)) == content_type
    for lie in (b"<html><script>al", b"MZ\x90\x00", b"", head[1:]):
        with pytest.raises(FileRefused):
            rules.checked(document, Arrived(lie, content_type, 100))
    with pytest.raises(FileRefused):
        rules.checked(document, Arrived(head, content_type, 101))


def test_where_a_file_lies_does_not_depend_on_its_name():
    case = rules.announced(Case(store_id=STORE), ids.derived_id("doc", "1"), a_request(name="x" * 100), LEE)
    assert rules.kept(STORE, case.documents[0].id) == f"papers/{STORE}/{ids.derived_id('doc', '1')}"


def test_papers_are_sent_in_when_all_that_is_needed_is_confirmed():
    assert (a_submitted().state, a_submitted().submitted_at, a_submitted().version) == ("submitted", NOON, 6)


@pytest.mark.parametrize(
    "documents",
    [
        [],
        [a_document()],
        [a_document(), a_document("business", confirmed=False)],
        [a_document(), a_document("business"), a_document("address", confirmed=False)],
    ],
)
def test_papers_that_lack_something_are_not_sent_in(documents):
    with pytest.raises(DocumentsMissing):
        rules.submitted(a_case(documents=documents), NOON)


@pytest.mark.parametrize("state", ["submitted", "claimed", "approved"])
def test_what_is_with_a_moderator_is_not_changed(state):
    case = a_case(state=state)
    for act in (
        lambda: rules.announced(case, "doc", a_request(), LEE),
        lambda: rules.confirmed(case, case.documents[0]),
        lambda: rules.without(case, case.documents[0]),
        lambda: rules.submitted(case, NOON),
    ):
        with pytest.raises(CaseClosed):
            act()


def test_a_drawer_is_not_a_warehouse():
    full = a_case(documents=[a_document()] * rules.DOCUMENTS)
    with pytest.raises(TooManyDocuments):
        rules.announced(full, "doc", a_request(), LEE)


def test_whoever_claims_decides():
    claimed = rules.claimed(a_submitted(), KIM, NOON)
    for act in (rules.approved, rules.rejected):
        with pytest.raises(CaseNotWaiting):
            act(claimed, LEE, "Seen")
        with pytest.raises(CaseNotWaiting):
            act(a_submitted(), KIM, "Seen")
    with pytest.raises(CaseNotWaiting):
        rules.claimed(claimed, LEE, NOON)
    assert rules.approved(claimed, KIM, "Seen").state == "approved"


def test_no_store_waits_for_a_moderator_who_is_away():
    claimed = rules.claimed(a_submitted(), KIM, NOON)
    with pytest.raises(CaseNotWaiting):
        rules.claimed(claimed, LEE, NOON + rules.CLAIM_LIFE - timedelta(seconds=1))
    taken = rules.claimed(claimed, LEE, NOON + rules.CLAIM_LIFE)
    assert taken.moderator_id == LEE
    with pytest.raises(CaseNotWaiting):
        rules.approved(taken, KIM, "Seen")


def test_refused_papers_are_mended_and_sent_in_again():
    rejected = rules.rejected(rules.claimed(a_submitted(), KIM, NOON), KIM, "Expired")
    assert (rejected.state, rejected.reason) == ("rejected", "Expired")
    mended = rules.without(rejected, rejected.documents[0])
    mended = mended.model_copy(update={"documents": [*mended.documents, a_document()]})
    again = rules.submitted(mended, NOON + timedelta(days=1))
    assert (again.state, again.reason, again.moderator_id) == ("submitted", "", "")
    assert rules.claimed(again, LEE, NOON).moderator_id == LEE


def test_the_store_does_not_learn_who_looks_at_its_papers():
    assert KIM not in rules.view(rules.claimed(a_submitted(), KIM, NOON)).model_dump_json()


def test_only_owners_see_the_papers():
    rules.check_owner(a_member())
    with pytest.raises(OwnersOnly):
        rules.check_owner(a_member(role="manager"))


def test_a_document_of_another_store_is_not_found():
    with pytest.raises(NotFound):
        rules.document_of(a_case(), ids.derived_id("doc", "another"))
