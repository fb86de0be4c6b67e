"""Chargebacks: the stores whose sale it was say what they have against it, finance sends it or accepts."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.payments import evidence_files
from functions.payments.api.app import ChargebackPath, Cursor, Limit, StorePath, api
from functions.payments.model.chargebacks import (
    FINANCE,
    Chargeback,
    ChargebackFile,
    Chargebacks,
    Contested,
    Evidence,
    EvidenceLink,
    EvidenceTexts,
    EvidenceUpload,
    FileKind,
    NewEvidenceFile,
    Wanted,
)
from functions.payments.rules import chargebacks as rules
from functions.payments.store.chargebacks import chargebacks
from kernel import clock
from kernel.authz import require
from kernel.http import receipt

KindPath = Annotated[FileKind, Path()]
ContributorPath = Annotated[str, Path(pattern=r"^(finance|sto_[0-9a-z]{26})$")]


# The store


@api.get("/v1/stores/<store_id>/chargebacks", permit="answer_chargebacks")
def list_store_chargebacks(store_id: StorePath, limit: Limit = 20, cursor: Cursor = None) -> Chargebacks:
    """Payments for this store's goods that a bank takes back, the newest first."""
    require("answer_chargebacks", store=store_id)
    return chargebacks().listed(store_id, limit=limit, cursor=cursor)


@api.get("/v1/stores/<store_id>/chargebacks/<chargeback_id>", permit="answer_chargebacks")
def read_store_chargeback(store_id: StorePath, chargeback_id: ChargebackPath) -> Contested:
    """How a chargeback stands, until when something can be said, and what this store has said."""
    kept, evidence = _of_store(store_id, chargeback_id)
    return Contested(chargeback=kept, evidence=evidence)


@api.put("/v1/stores/<store_id>/chargebacks/<chargeback_id>/evidence", permit="answer_chargebacks")
def write_store_evidence(store_id: StorePath, chargeback_id: ChargebackPath, texts: EvidenceTexts) -> Evidence:
    """Say what speaks against a chargeback. It is sent a day before it is due, or when finance sends it."""
    kept, evidence = _of_store(store_id, chargeback_id)
    return _said(kept, evidence, texts)


@api.post(
    "/v1/stores/<store_id>/chargebacks/<chargeback_id>/evidence/files", permit="answer_chargebacks", status_code=201
)
def announce_store_evidence(store_id: StorePath, chargeback_id: ChargebackPath, new: NewEvidenceFile) -> EvidenceUpload:
    """Announce a file against a chargeback, and get an address to send it to, good for ten minutes."""
    kept, evidence = _of_store(store_id, chargeback_id)
    return _announced(kept, evidence, new)


@api.post(
    "/v1/stores/<store_id>/chargebacks/<chargeback_id>/evidence/files/<file_kind>/confirm", permit="answer_chargebacks"
)
def confirm_store_evidence(store_id: StorePath, chargeback_id: ChargebackPath, file_kind: KindPath) -> Evidence:
    """Say that the file has been sent. It is looked at: what is not what it was announced to be is refused."""
    kept, evidence = _of_store(store_id, chargeback_id)
    return _confirmed(kept, evidence, file_kind)


@api.delete(
    "/v1/stores/<store_id>/chargebacks/<chargeback_id>/evidence/files/<file_kind>",
    permit="answer_chargebacks",
    status_code=204,
)
def remove_store_evidence(store_id: StorePath, chargeback_id: ChargebackPath, file_kind: KindPath) -> None:
    """Take a file out again, as long as nothing was sent. The file is deleted."""
    kept, evidence = _of_store(store_id, chargeback_id)
    _removed(kept, evidence, file_kind)


# Finance


@api.get("/v1/chargebacks", permit="manage_payments")
def list_chargebacks(limit: Limit = 20, cursor: Cursor = None) -> Chargebacks:
    """All that there are, the newest first."""
    require("manage_payments")
    return chargebacks().listed(limit=limit, cursor=cursor)


@api.get("/v1/chargebacks/<chargeback_id>", permit="manage_payments")
def read_chargeback(chargeback_id: ChargebackPath) -> ChargebackFile:
    """How a chargeback stands, and what everybody has said."""
    require("manage_payments")
    kept, collected = chargebacks().file(chargeback_id)
    return ChargebackFile(chargeback=kept, evidence=collected)


@api.get("/v1/chargebacks/<chargeback_id>/evidence/<contributor>/files/<file_kind>", permit="manage_payments")
def link_evidence(chargeback_id: ChargebackPath, contributor: ContributorPath, file_kind: KindPath) -> EvidenceLink:
    """An address from which a file can be fetched, for a minute."""
    require("manage_payments")
    kept, evidence = chargebacks().contested(chargeback_id, contributor)
    expires_at = clock.now() + rules.LINK_LIFE
    file = rules.file_of(evidence, file_kind)
    return EvidenceLink(
        url=evidence_files.link(kept.chargeback_id, contributor, file, rules.LINK_LIFE), expires_at=expires_at
    )


@api.put("/v1/chargebacks/<chargeback_id>/evidence", permit="manage_payments")
def write_evidence(chargeback_id: ChargebackPath, texts: EvidenceTexts) -> Evidence:
    """Say what speaks against a chargeback on Metco's side. It stands before what stores say."""
    require("manage_payments")
    return _said(*chargebacks().contested(chargeback_id, FINANCE), texts)


@api.post("/v1/chargebacks/<chargeback_id>/evidence/files", permit="manage_payments", status_code=201)
def announce_evidence(chargeback_id: ChargebackPath, new: NewEvidenceFile) -> EvidenceUpload:
    """Announce a file of finance's. It goes instead of a store's file of the same kind."""
    require("manage_payments")
    return _announced(*chargebacks().contested(chargeback_id, FINANCE), new)


@api.post("/v1/chargebacks/<chargeback_id>/evidence/files/<file_kind>/confirm", permit="manage_payments")
def confirm_evidence(chargeback_id: ChargebackPath, file_kind: KindPath) -> Evidence:
    """Say that finance's file has been sent."""
    require("manage_payments")
    return _confirmed(*chargebacks().contested(chargeback_id, FINANCE), file_kind)


@api.delete("/v1/chargebacks/<chargeback_id>/evidence/files/<file_kind>", permit="manage_payments", status_code=204)
def remove_evidence(chargeback_id: ChargebackPath, file_kind: KindPath) -> None:
    """Take a file of finance's out again."""
    require("manage_payments")
    _removed(*chargebacks().contested(chargeback_id, FINANCE), file_kind)


@api.post("/v1/chargebacks/<chargeback_id>/send-evidence", permit="manage_payments")
def send_evidence(chargeback_id: ChargebackPath) -> Chargeback:
    """Send all that was collected to the bank, within a minute. Banks take it once: nothing is changed from here on."""
    return _decided_on(chargeback_id, "send", "send_evidence")


@api.post("/v1/chargebacks/<chargeback_id>/accept", permit="manage_payments")
def accept_chargeback(chargeback_id: ChargebackPath) -> Chargeback:
    """Let the buyer have the money, without a word against it. This cannot be taken back."""
    return _decided_on(chargeback_id, "accept", "accept_chargeback")


# Both


def _of_store(store_id: str, chargeback_id: str) -> tuple[Chargeback, Evidence]:
    require("answer_chargebacks", store=store_id)
    kept, evidence = chargebacks().contested(chargeback_id, store_id)
    rules.check_of_store(kept, store_id)
    return kept, evidence


def _said(kept: Chargeback, evidence: Evidence, texts: EvidenceTexts) -> Evidence:
    rules.check_open(kept)
    after = rules.with_texts(evidence, texts)
    chargebacks().say(kept, evidence, after, receipt(after))
    return after


def _announced(kept: Chargeback, evidence: Evidence, new: NewEvidenceFile) -> EvidenceUpload:
    rules.check_open(kept)
    after = rules.announced(evidence, new)
    form = evidence_files.form_for(kept.chargeback_id, evidence.contributor, rules.file_of(after, new.kind))
    expires_at = clock.now() + rules.UPLOAD_LIFE
    upload = EvidenceUpload(kind=new.kind, url=form.url, fields=form.fields, expires_at=expires_at)
    chargebacks().say(kept, evidence, after, receipt(upload, 201))
    return upload


def _confirmed(kept: Chargeback, evidence: Evidence, kind: FileKind) -> Evidence:
    rules.check_open(kept)
    after = rules.confirmed(evidence, kind)
    evidence_files.keep(kept.chargeback_id, evidence.contributor, rules.file_of(evidence, kind))
    chargebacks().say(kept, evidence, after, receipt(after))
    return after


def _removed(kept: Chargeback, evidence: Evidence, kind: FileKind) -> None:
    """The row first: a file that nothing names is forgotten, a name without a file is a hole in what is sent."""
    rules.check_open(kept)
    after = rules.without(evidence, kind)
    chargebacks().say(kept, evidence, after, receipt(None, 204))
    evidence_files.remove(kept.chargeback_id, evidence.contributor, kind)


def _decided_on(chargeback_id: str, wanted: Wanted, did: str) -> Chargeback:
    me = require("manage_payments")
    kept, collected = chargebacks().file(chargeback_id)
    after = rules.decided_on(kept, wanted, collected)
    chargebacks().replace(kept, after, operator_id=me.id, did=did, receipt=receipt(after))
    return after
