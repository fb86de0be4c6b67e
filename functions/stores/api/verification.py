"""A store's papers: collected by its owners, sent in."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.stores import papers
from functions.stores.api.app import api, asking, placed_in
from functions.stores.model.names import StoreId
from functions.stores.model.stores import Store
from functions.stores.model.verification import Case, CaseView, DocumentId, NewDocument, Upload
from functions.stores.rules import verification as rules
from functions.stores.store.verification import verifications
from kernel import authz, clock, ids
from kernel.http import receipt


@api.get("/v1/stores/<store_id>/verification", permit="verify_store")
def read_verification(store_id: Annotated[StoreId, Path()]) -> CaseView:
    """The store's papers, and how they stand."""
    _, case = _owned(store_id)
    return rules.view(case)


@api.post("/v1/stores/<store_id>/verification/documents", permit="verify_store", status_code=201)
def announce_document(store_id: Annotated[StoreId, Path()], request: NewDocument) -> Upload:
    """Announce a file and get an address to send it to, good for ten minutes and for exactly this file."""
    _, case = _owned(store_id)
    case = rules.announced(case, ids.new_id("doc"), request, authz.principal().id)
    document = case.documents[-1]
    form = papers.form_for(store_id, document)
    expires_at = clock.now() + rules.UPLOAD_LIFE
    upload = Upload(document_id=document.id, url=form.url, fields=form.fields, expires_at=expires_at)
    verifications().collect(case, receipt(upload, 201))
    return upload


@api.post("/v1/stores/<store_id>/verification/documents/<document_id>/confirm", permit="verify_store")
def confirm_document(store_id: Annotated[StoreId, Path()], document_id: Annotated[DocumentId, Path()]) -> CaseView:
    """Say that the file has been sent. It is looked at: what is not what it was announced to be is refused."""
    _, case = _owned(store_id)
    document = rules.document_of(case, document_id)
    confirmed = rules.confirmed(case, document)
    papers.keep(store_id, document)
    view = rules.view(confirmed)
    verifications().collect(confirmed, receipt(view))
    return view


@api.delete("/v1/stores/<store_id>/verification/documents/<document_id>", permit="verify_store", status_code=204)
def remove_document(store_id: Annotated[StoreId, Path()], document_id: Annotated[DocumentId, Path()]) -> None:
    """Take a document out again, as long as the papers are not with a moderator. The file is deleted."""
    _, case = _owned(store_id)
    document = rules.document_of(case, document_id)
    smaller = rules.without(case, document)
    papers.remove(store_id, document)
    verifications().collect(smaller, receipt(None, 204))


@api.post("/v1/stores/<store_id>/verification/submit", permit="verify_store")
def submit_verification(store_id: Annotated[StoreId, Path()]) -> CaseView:
    """Send the papers in, for the first time or again after a refusal."""
    store, case = _owned(store_id)
    submitted = rules.submitted(case, clock.now())
    view = rules.view(submitted)
    verifications().stands(store, submitted, [], receipt(view))
    return view


def _owned(store_id: str) -> tuple[Store, Case]:
    """A store and its papers, for an owner, in one call."""
    store, place, case = verifications().asked_for(store_id, asking("verify_store"))
    rules.check_owner(placed_in("verify_store", store, place))
    return store, case
