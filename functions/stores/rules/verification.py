"""Papers sent in, looked at and decided: values in, values out."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from functions.stores.model.members import Member
from functions.stores.model.names import Verification
from functions.stores.model.verification import (
    Case,
    CaseClosed,
    CaseNotWaiting,
    CaseView,
    ContentType,
    Document,
    DocumentsMissing,
    FileRefused,
    NewDocument,
    OwnersOnly,
    TooManyDocuments,
)
from kernel.errors import NotFound
from kernel.file_types import Arrived

UPLOAD_LIFE = timedelta(minutes=10)
CLAIM_LIFE = timedelta(days=1)
LINK_LIFE = timedelta(minutes=1)
DOCUMENTS = 10
NEEDED = {"identity", "business"}
STANDS: dict[str, Verification] = {"submitted": "submitted", "approved": "verified", "rejected": "rejected"}


def check_owner(member: Member) -> None:
    if member.role != "owner":
        raise OwnersOnly()


def incoming(store_id: str, document_id: str) -> str:
    """Where a file arrives. Whoever was given its address may write there again: it is read once, and copied."""
    return f"incoming/{store_id}/{document_id}"


def kept(store_id: str, document_id: str) -> str:
    """Where a confirmed file lies: no address for writing here is ever handed out."""
    return f"papers/{store_id}/{document_id}"


def checked(document: Document, arrived: Arrived) -> ContentType:
    """By what the file is, never by what it is called."""
    if arrived.size_bytes != document.size_bytes or not arrived.type_among([document.content_type]):
        raise FileRefused()
    return document.content_type


def announced(case: Case, document_id: str, request: NewDocument, user_id: str) -> Case:
    _check_open(case)
    if len(case.documents) >= DOCUMENTS:
        raise TooManyDocuments()
    return _next(
        case,
        state="collecting",
        documents=[*case.documents, Document(id=document_id, sent_by=user_id, **request.model_dump())],
    )


def document_of(case: Case, document_id: str) -> Document:
    for document in case.documents:
        if document.id == document_id:
            return document
    raise NotFound()


def confirmed(case: Case, document: Document) -> Case:
    _check_open(case)
    there = document.model_copy(update={"confirmed": True})
    return _next(case, documents=[there if one.id == document.id else one for one in case.documents])


def without(case: Case, document: Document) -> Case:
    _check_open(case)
    return _next(case, documents=[one for one in case.documents if one.id != document.id])


def personal(case: Case, user_id: str) -> list[Document]:
    """What is about one owner and not about the store: their passport, where they live."""
    return [one for one in case.documents if one.kind != "business" and one.sent_by in (user_id, "")]


def left_behind(case: Case, taken: Sequence[Document]) -> Case:
    """However it stands: papers leave with their person even from a moderator's desk."""
    return _next(case, documents=[one for one in case.documents if one not in taken])


def submitted(case: Case, now: datetime) -> Case:
    _check_open(case)
    confirmed = {one.kind for one in case.documents if one.confirmed}
    if not confirmed >= NEEDED or not all(one.confirmed for one in case.documents):
        raise DocumentsMissing()
    return _next(case, state="submitted", reason="", moderator_id="", submitted_at=now)


def claimed(case: Case, moderator_id: str, now: datetime) -> Case:
    """Whoever claims it decides it; after a day somebody else may, so that no store waits for one who is away."""
    abandoned = case.state == "claimed" and case.claimed_at is not None and now >= case.claimed_at + CLAIM_LIFE
    if case.state != "submitted" and not abandoned:
        raise CaseNotWaiting()
    return _next(case, state="claimed", moderator_id=moderator_id, claimed_at=now)


def approved(case: Case, moderator_id: str, reason: str) -> Case:
    check_claimed(case, moderator_id)
    return _next(case, state="approved", reason=reason)


def rejected(case: Case, moderator_id: str, reason: str) -> Case:
    check_claimed(case, moderator_id)
    return _next(case, state="rejected", reason=reason)


def seen(case: Case, moderator_id: str) -> Case:
    """Looking is an act of its own, so it counts."""
    check_claimed(case, moderator_id)
    return _next(case)


def check_claimed(case: Case, moderator_id: str) -> None:
    if case.state != "claimed" or case.moderator_id != moderator_id:
        raise CaseNotWaiting()


def view(case: Case) -> CaseView:
    """Who looks at it stays between operators."""
    return CaseView(**case.model_dump(exclude={"moderator_id", "claimed_at"}))


def _check_open(case: Case) -> None:
    """Open until sent in, and again after a refusal."""
    if case.state not in ("collecting", "rejected"):
        raise CaseClosed()


def _next(case: Case, **parts: Any) -> Case:
    return case.model_copy(update={**parts, "version": case.version + 1})
