"""One call as its handler sees it: what was asked, for which account, at what time, and the verbs to answer with."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from local.stripe import events
from local.stripe.settings import Settings
from local.stripe.state import PLATFORM, State
from local.stripe.wire import Document, a_list, invalid, missing_object

PAGE, LARGEST_PAGE = 10, 100
COMPARE = {
    "gt": lambda one, other: one > other,
    "gte": lambda one, other: one >= other,
    "lt": lambda one, other: one < other,
    "lte": lambda one, other: one <= other,
}
MAX_METADATA, MAX_METADATA_KEY, MAX_METADATA_VALUE = 50, 40, 500  # docs.stripe.com/api/metadata


@dataclass
class Call:
    state: State
    now: int
    settings: Settings
    account: str = PLATFORM  # another's, where the call was made for it
    params: Document = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)  # what the address names
    path: str = ""
    request_id: str = ""
    idempotency_key: str = ""
    publishable: bool = False

    def of(self, account: str) -> "Call":
        """The same moment, in another account."""
        return Call(self.state, self.now, self.settings, account, path=self.path, request_id=self.request_id)

    # -- documents

    def get(self, kind: str, id: str, param: str = "") -> Document:
        """A thing that the address names, or that `param` refers to."""
        found = self.state.get(kind, id, self.account)
        if not found:
            what = kind.replace("_", " ") if kind not in ("payment_intent", "setup_intent") else kind
            raise missing_object(_called(what), id, param or _param(kind), 400 if param else 404)
        return found

    def named(self, kind: str) -> Document:
        return self.get(kind, self.names["id"])

    def add(self, body: Document, tell: str = "") -> Document:
        self.state.add(body, self.account)
        if tell:
            self.tell(tell, body)
        return body

    def save(self, body: Document, tell: str = "", before: Document | None = None) -> Document:
        self.state.save(body, self.account)
        if tell:
            self.tell(tell, body, before)
        return body

    def keep(self, body: Document, tell: str = "") -> Document:
        """Added or saved, whichever it is."""
        known = self.state.get(body["object"], body["id"], self.account)
        return self.save(body, tell) if known else self.add(body, tell)

    def tell(self, kind: str, body: Document, before: Document | None = None) -> None:
        """An event, with what it was before where that is told."""
        events.happened(self, kind, body, before)

    def id(self, prefix: str) -> str:
        return self.state.new_id(prefix)

    def schedule(self, in_s: int, what: str, **told: Any) -> None:
        """Something that happens by itself later: see `routes.later`."""
        due = {"id": self.state.new_id("due"), "at": self.now + in_s, "what": what, "told": told}
        self.state.add(due, self.account, "due")

    # -- lists

    def listed(self, kind: str, keep: Iterable[Document] | None = None, **equal: Any) -> Document:
        """Newest first, page by page. `keep`: a choice of them. # docs.stripe.com/api/pagination"""
        limit = self.params.get("limit", PAGE)
        if not 1 <= limit <= LARGEST_PAGE:
            raise invalid("Invalid limit: must be between 1 and 100.", param="limit", code="parameter_invalid_integer")
        after, before = self.params.get("starting_after", ""), self.params.get("ending_before", "")
        if after and before:
            raise invalid("You can't specify both starting_after and ending_before.", param="ending_before")
        created = self.params.get("created")
        if keep is None:
            found = self.state.page(kind, self.account, limit, after, before, created, **equal)
        else:
            found = _page([one for one in keep if _in(one.get("created", 0), created)], limit, after, before)
        if found is None:
            raise missing_object(_called(kind), after or before, "starting_after" if after else "ending_before", 400)
        return a_list(found[0], self.path, found[1])

    # -- what many things share

    def metadata(self, known: Document | None = None) -> Document:
        """Merged key by key; an empty value takes one away. # docs.stripe.com/api/metadata"""
        given = self.params.get("metadata")
        if given is None:
            return known or {}
        if given == "":
            return {}
        merged = ({} if not given else dict(known or {})) | given
        merged = {name: value for name, value in merged.items() if value != ""}
        if len(merged) > MAX_METADATA:
            raise invalid(f"Metadata can have up to {MAX_METADATA} keys.", param="metadata")
        for name, value in merged.items():
            if len(name) > MAX_METADATA_KEY or not isinstance(value, str) or len(value) > MAX_METADATA_VALUE:
                raise invalid("Metadata keys have up to 40 characters, values up to 500.", param=f"metadata[{name}]")
        return merged


def _in(moment: int, asked: Any) -> bool:
    if asked is None or isinstance(asked, int):
        return asked in (None, moment)
    return all(COMPARE[how](moment, limit) for how, limit in asked.items())


def _page(rows: list[Document], limit: int, after: str, before: str) -> tuple[list[Document], bool] | None:
    if cursor := after or before:
        at = next((number for number, row in enumerate(rows) if row["id"] == cursor), None)
        if at is None:
            return None
        rows = rows[at + 1 :] if after else rows[:at]
    return (rows[-limit:] if before else rows[:limit]), len(rows) > limit


def _called(kind: str) -> str:
    """As Stripe's messages call it."""
    return {"payment_method": "PaymentMethod", "payment_intent": "payment_intent"}.get(kind, kind.replace("_", " "))


def _param(kind: str) -> str:
    return {"payment_intent": "intent", "setup_intent": "intent"}.get(kind, kind if kind == "charge" else "id")
