"""What Stripe's word makes of a chargeback, and what may be held against it until when."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.payments.events import ChargebackClosed, ChargebackOpened
from functions.payments.model.chargebacks import (
    FINANCE,
    MAX_BYTES,
    Chargeback,
    ChargebackDecided,
    ChargebackState,
    Evidence,
    EvidenceFile,
    EvidenceFileRefused,
    EvidenceFilesTooLarge,
    EvidenceSent,
    EvidenceTexts,
    FileKind,
    FileType,
    NewEvidenceFile,
    NoEvidence,
    NoSuchChargeback,
    Wanted,
)
from functions.payments.model.payments import Payment
from kernel.errors import NotFound
from kernel.events import Data
from kernel.file_types import Arrived
from kernel.money import Money

# docs.stripe.com/disputes/how-disputes-work, in our words.
STANDS: dict[str, ChargebackState] = {
    "warning_needs_response": "inquiry",
    "warning_under_review": "inquiry",
    "warning_closed": "closed",
    "prevented": "closed",
    "needs_response": "open",
    "appeal_needs_response": "open",
    "under_review": "under_review",
    "appeal_under_review": "under_review",
    "won": "won",
    "lost": "lost",
}
DECIDED: frozenset[ChargebackState] = frozenset({"won", "lost", "closed"})

LOOK_AGAIN, RETRY = timedelta(hours=6), timedelta(minutes=10)
SENT_BEFORE_DUE = timedelta(days=1)  # what was collected goes by itself: late evidence is none
UPLOAD_LIFE = timedelta(minutes=10)
LINK_LIFE = timedelta(minutes=1)


def read(said: Mapping[str, Any], chargeback_id: str, payment: Payment, store_ids: Sequence[str]) -> Chargeback:
    """As Stripe tells it for the first time."""
    details = said.get("evidence_details") or {}
    return Chargeback(
        chargeback_id=chargeback_id,
        dispute_id=said["id"],
        payment_id=payment.payment_id,
        purpose=payment.purpose,
        order_id=payment.order_id,
        buyer_id=payment.buyer_id,
        amount=_amount(said),
        fee=_fee(said),
        reason=said["reason"],
        state=_state(said),
        opened_at=datetime.fromtimestamp(said["created"], UTC),
        due_by=_moment(details.get("due_by")),
        taken=_taken(said),
        store_ids=list(store_ids),
    )


def heard(kept: Chargeback, said: Mapping[str, Any], store_ids: Sequence[str], now: datetime) -> Chargeback | None:
    """None, if all of it is known. What was decided stays so: what comes after that, reconciliation shows."""
    if kept.state in DECIDED:
        return None
    details = said.get("evidence_details") or {}
    sent = bool(details.get("submission_count"))
    after = kept.model_copy(
        update={
            "amount": _amount(said) if not kept.taken else kept.amount,
            "fee": _fee(said) if not kept.taken else kept.fee,
            "reason": said["reason"],
            "state": _state(said),
            "due_by": _moment(details.get("due_by")) or kept.due_by,
            "taken": kept.taken or _taken(said),
            "sent_at": kept.sent_at or (now if sent else None),
            "store_ids": sorted({*kept.store_ids, *store_ids}),
            "wanted": "" if sent or _state(said) in DECIDED else kept.wanted,
        }
    )
    return _next(after) if after != kept else None


def told(before: Chargeback | None, after: Chargeback, said: Mapping[str, Any]) -> list[Data]:
    """The books hear only of what moved money. It may be decided already when it is first heard of."""
    names = {"chargeback_id", "payment_id", "purpose", "order_id", "buyer_id", "amount"}
    common, news = after.model_dump(include=names), list[Data]()
    if after.taken and not (before and before.taken):
        news.append(ChargebackOpened(**common, fee=after.fee))
    if after.taken and _ended(before, after):
        outcome = "lost" if after.state == "lost" else "won"
        returned = _fee_returned(said) if outcome == "won" else Money.zero(after.amount.currency)
        news.append(ChargebackClosed.model_validate({**common, "outcome": outcome, "fee_returned": returned}))
    return news


def counted(before: Chargeback | None, after: Chargeback) -> tuple[int, int]:
    """How many more of the payment's are open, and how many more are lost."""
    was_open = bool(before and before.taken and before.state not in DECIDED)
    is_open = after.taken and after.state not in DECIDED
    return int(is_open) - int(was_open), int(after.taken and after.state == "lost" and _ended(before, after))


def _ended(before: Chargeback | None, after: Chargeback) -> bool:
    return after.state in DECIDED and not (before and before.state in DECIDED)


def filed(kept: Chargeback) -> Chargeback:
    return _next(kept, filed=True)


def look_again_at(kept: Chargeback, now: datetime, *, tried: bool = False) -> datetime | None:
    if kept.filed:
        return None
    if kept.wanted or kept.state in DECIDED:
        return now + RETRY if tried else now  # it is to be done, or whoever did it may have been cut off
    later = now + LOOK_AGAIN
    if kept.due_by and not kept.sent_at:
        by_itself = kept.due_by - SENT_BEFORE_DUE
        return min(later, by_itself) if by_itself > now else later
    return later


# Evidence


def check_of_store(kept: Chargeback, store_id: str) -> None:
    if store_id not in kept.store_ids:
        raise NoSuchChargeback()


def check_open(kept: Chargeback) -> None:
    if kept.state in DECIDED:
        raise ChargebackDecided()
    if kept.sent_at or kept.wanted:
        raise EvidenceSent()


def with_texts(kept: Evidence, texts: EvidenceTexts) -> Evidence:
    return _next_of(kept, texts=texts.model_dump(exclude_none=True))


def announced(kept: Evidence, new: NewEvidenceFile) -> Evidence:
    """One of each kind: banks have one place for each."""
    others = [one for one in kept.files if one.kind != new.kind]
    if sum(one.size_bytes for one in others) + new.size_bytes > MAX_BYTES:
        raise EvidenceFilesTooLarge()
    return _next_of(kept, files=[*others, EvidenceFile(**new.model_dump())])


def file_of(kept: Evidence, kind: FileKind) -> EvidenceFile:
    for one in kept.files:
        if one.kind == kind:
            return one
    raise NotFound()


def confirmed(kept: Evidence, kind: FileKind) -> Evidence:
    there = file_of(kept, kind).model_copy(update={"confirmed": True})
    return _next_of(kept, files=[there if one.kind == kind else one for one in kept.files])


def without(kept: Evidence, kind: FileKind) -> Evidence:
    file_of(kept, kind)
    return _next_of(kept, files=[one for one in kept.files if one.kind != kind])


def checked(announced_: EvidenceFile, arrived: Arrived) -> FileType:
    """By what the file is, never by what it is called."""
    if arrived.size_bytes != announced_.size_bytes or not arrived.type_among([announced_.content_type]):
        raise EvidenceFileRefused()
    return announced_.content_type


def incoming(chargeback_id: str, contributor: str, kind: FileKind) -> str:
    return f"incoming/{chargeback_id}/{contributor}/{kind}"


def kept_at(chargeback_id: str, contributor: str, kind: FileKind) -> str:
    return f"evidence/{chargeback_id}/{contributor}/{kind}"


def is_something(collected: Sequence[Evidence]) -> bool:
    return any(one.texts or any(file.confirmed for file in one.files) for one in collected)


def goes_by_itself(kept: Chargeback, collected: Sequence[Evidence], now: datetime) -> bool:
    """Nobody decided, and tomorrow it would be too late."""
    nearly_due = kept.due_by is not None and kept.due_by - SENT_BEFORE_DUE <= now < kept.due_by
    return nearly_due and not kept.sent_at and not kept.wanted and is_something(collected)


def decided_on(kept: Chargeback, wanted: Wanted, collected: Sequence[Evidence]) -> Chargeback:
    """From here on nobody changes what is sent."""
    check_open(kept)
    if wanted == "send" and not is_something(collected):
        raise NoEvidence()
    return _next(kept, wanted=wanted)


def together(collected: Sequence[Evidence]) -> tuple[dict[str, str], dict[FileKind, str]]:
    """One set for the bank: texts of all one after the other, finance's first; of each kind of file the first one there
    is, finance's before others. Who has brought each file is told with it.
    """
    ordered = sorted(collected, key=lambda one: (one.contributor != FINANCE, one.contributor))
    texts: dict[str, str] = {}
    files: dict[FileKind, str] = {}
    for one in ordered:
        for name, text in one.texts.items():
            texts[name] = f"{texts[name]}\n\n{text}" if name in texts else text
        for file in one.files:
            if file.confirmed:
                files.setdefault(file.kind, one.contributor)
    return {name: text[:20_000] for name, text in texts.items()}, files


def _next(kept: Chargeback, **said: Any) -> Chargeback:
    return kept.model_copy(update={**said, "version": kept.version + 1})


def _next_of(kept: Evidence, **said: Any) -> Evidence:
    return kept.model_copy(update={**said, "version": kept.version + 1})


# Reading Stripe's words


def _state(said: Mapping[str, Any]) -> ChargebackState:
    return STANDS.get(str(said["status"]), "under_review")


def _amount(said: Mapping[str, Any]) -> Money:
    return Money(said["amount"], said["currency"].upper())


def _taken(said: Mapping[str, Any]) -> bool:
    return any(one["amount"] < 0 for one in said.get("balance_transactions") or ())


def _fee(said: Mapping[str, Any]) -> Money:
    return _fees(said, lambda one: one["amount"] < 0)


def _fee_returned(said: Mapping[str, Any]) -> Money:
    return -_fees(said, lambda one: one["amount"] > 0)


def _fees(said: Mapping[str, Any], which: Any) -> Money:
    currency = said["currency"].upper()
    found = [one for one in said.get("balance_transactions") or () if which(one)]
    return Money(sum(one["fee"] for one in found if one["currency"].upper() == currency), currency)


def _moment(epoch_s: int | None) -> datetime | None:
    return datetime.fromtimestamp(epoch_s, UTC) if epoch_s else None
