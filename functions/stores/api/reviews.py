"""Looking through the papers of stores, by operators: claim, look, approve, reject."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from functions.stores import events, papers
from functions.stores.api.app import api
from functions.stores.model.moderation import Decision
from functions.stores.model.names import StoreId
from functions.stores.model.stores import Store
from functions.stores.model.verification import Case, CaseView, DocumentId, DocumentLink, Queue
from functions.stores.rules import moderation
from functions.stores.rules import verification as rules
from functions.stores.store.verification import verifications
from kernel import clock
from kernel.authz import require
from kernel.http import receipt


@api.get("/v1/verifications", permit="review_stores")
def list_verifications(
    limit: Annotated[int, Query(ge=1, le=100)] = 50, cursor: Annotated[str | None, Query(max_length=1000)] = None
) -> Queue:
    """The stores that wait for their verification, longest first, and who looks at each."""
    require("review_stores")
    waiting, following = verifications().waiting(limit=limit, cursor=cursor)
    return Queue(items=waiting, cursor=following)


@api.post("/v1/stores/<store_id>/verification/claim", permit="review_stores")
def claim_verification(store_id: Annotated[StoreId, Path()]) -> CaseView:
    """Take a store's papers to look at. For a day nobody else can decide about them."""
    operator = require("review_stores")
    _, case = _judged(store_id, operator.id)
    claimed = rules.claimed(case, operator.id, clock.now())
    view = rules.view(claimed)
    acted = _acted("claim_verification", operator.id, store_id, "Took the papers to look at")
    verifications().acted(claimed, acted, receipt(view))
    return view


@api.post("/v1/stores/<store_id>/verification/documents/<document_id>/link", permit="review_stores")
def link_document(store_id: Annotated[StoreId, Path()], document_id: Annotated[DocumentId, Path()]) -> DocumentLink:
    """A link to one document of the papers you claimed, good for a minute. That you looked is kept."""
    operator = require("review_stores")
    _, case = _judged(store_id, operator.id)
    seen = rules.seen(case, operator.id)
    url = papers.link(store_id, rules.document_of(case, document_id), rules.LINK_LIFE)
    link = DocumentLink(url=url, expires_at=clock.now() + rules.LINK_LIFE)
    acted = _acted("read_document", operator.id, store_id, f"Looked at {document_id}")
    verifications().acted(seen, acted, receipt(link))
    return link


@api.post("/v1/stores/<store_id>/verification/approve", permit="review_stores")
def approve_verification(store_id: Annotated[StoreId, Path()], decision: Decision) -> CaseView:
    """The papers are good: the store is verified."""
    operator = require("review_stores")
    store, case = _judged(store_id, operator.id)
    approved = rules.approved(case, operator.id, decision.reason)
    view = rules.view(approved)
    acted = _acted("approve_verification", operator.id, store_id, decision.reason)
    verifications().stands(store, approved, [events.StoreVerified(store_id=store_id), acted], receipt(view))
    return view


@api.post("/v1/stores/<store_id>/verification/reject", permit="review_stores")
def reject_verification(store_id: Annotated[StoreId, Path()], decision: Decision) -> CaseView:
    """The papers will not do, and why. The store may mend them and send them in again."""
    operator = require("review_stores")
    store, case = _judged(store_id, operator.id)
    rejected = rules.rejected(case, operator.id, decision.reason)
    view = rules.view(rejected)
    acted = _acted("reject_verification", operator.id, store_id, decision.reason)
    verifications().stands(store, rejected, [acted], receipt(view))
    return view


def _judged(store_id: str, operator_id: str) -> tuple[Store, Case]:
    """A store and its papers, for an operator who has no part in it."""
    store, place, case = verifications().asked_for(store_id, operator_id)
    moderation.check_distance(place)
    return store, case


def _acted(action: str, operator_id: str, store_id: str, reason: str) -> events.OperatorActed:
    return events.OperatorActed(operator_id=operator_id, action=action, subject=store_id, reason=reason)
