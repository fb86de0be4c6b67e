"""Proposed prices in the table: domain verbs outside, DynamoDB words inside.

PROPOSAL#<id>      -               the proposal; by_store: PROPOSALS#<store>, <state>#<id>
PERSON#<user>      PROPOSAL#<id>   the same, to be found from the buyer
PERSON#<user>      TRIES#<offer>   what the buyer has proposed for one offer of late
PERSON#<user>      TRIES#<day>     how many proposals the buyer made on one day
CHECKOUT#<order>   PRICES          what became of the agreed prices that an order wanted
DUE#proposal       <time>#<id>     what the sweep has to end then
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from itertools import islice

from functions.catalog import events
from functions.catalog.model.proposals import (
    Checkout,
    CheckoutChanged,
    NoSuchProposal,
    Proposal,
    ProposalChanged,
    ProposalState,
    TooManyProposals,
    Tries,
)
from functions.catalog.rules import proposals as rules
from kernel import clock
from kernel.events import Data, Event
from kernel.table import Change, Item, Receipt, Table, check, delete, put, update

DUE = "DUE#proposal"
AT_ONCE = 25
TRIES_KEPT = rules.TRIES_COUNT_FOR
CHECKOUTS_KEPT = rules.TRIES_COUNT_FOR * 3  # longer than any workflow repeats a task

Moved = tuple[Proposal, Proposal]  # a proposal before and after


class Proposals:
    def __init__(self) -> None:
        self._table = Table()

    # Looking

    def proposal(self, proposal_id: str) -> Proposal:
        item = self._table.get(f"PROPOSAL#{proposal_id}", "-")
        if not item:
            raise NoSuchProposal()
        return _read(item)

    def proposals_of_buyer(self, user_id: str, *, limit: int, cursor: str | None) -> tuple[list[Proposal], str | None]:
        page = self._table.query(f"PERSON#{user_id}", "PROPOSAL#", limit=limit, cursor=cursor, newest_first=True)
        return self._several(row["sk"].removeprefix("PROPOSAL#") for row in page.items), page.cursor

    def proposals_of_store(
        self, store_id: str, state: ProposalState, *, limit: int, cursor: str | None
    ) -> tuple[list[Proposal], str | None]:
        page = self._table.query(
            f"PROPOSALS#{store_id}", f"{state}#", index="by_store", limit=limit, cursor=cursor, newest_first=True
        )
        return [_read(item) for item in page.items], page.cursor

    def tries(self, user_id: str, offer_id: str) -> tuple[Tries, Proposal | None]:
        """What the buyer has proposed for this offer of late, and the latest of it."""
        item = self._table.get(f"PERSON#{user_id}", f"TRIES#{offer_id}")
        tries = Tries.model_validate_json(item["doc"]) if item else Tries()
        return tries, self.proposal(tries.latest) if tries.latest else None

    # Bargaining

    def propose(self, proposal: Proposal, tries: Tries, receipt: Receipt | None) -> None:
        """Of two at once for one offer, one is made."""
        (person, sk), now = _of_buyer(proposal), proposal.created_at
        kept = {"doc": tries.model_dump_json(), "version": tries.version, "ttl": clock.epoch_s(now + TRIES_KEPT)}
        self._table.commit(
            [
                put(_item(proposal)).absent(),
                put({"pk": person, "sk": sk}),
                put({"pk": person, "sk": f"TRIES#{proposal.offer_id}", **kept})
                .when(version=tries.version - 1 or None)
                .otherwise(ProposalChanged()),
                update(person, f"TRIES#{now.date().isoformat()}")
                .add(made=1)
                .set(ttl=clock.epoch_s(now + TRIES_KEPT))
                .below(made=rules.A_DAY)
                .otherwise(TooManyProposals()),
                _due(proposal),
            ],
            _told(None, proposal),
            receipt,
        )

    def answer(self, before: Proposal, after: Proposal, receipt: Receipt | None) -> None:
        self._table.commit(_moved(before, after), _told(before, after), receipt)

    # Time

    def over(self, now: datetime) -> Iterator[tuple[str, str]]:
        """The proposals whose time has come, and the rows that say so."""
        for row in self._table.query(DUE, limit=AT_ONCE, before=clock.rfc3339(now)).items:
            yield row["proposal_id"], row["sk"]

    def not_due(self, due_key: str) -> None:
        self._table.commit([delete(DUE, due_key)])

    # Checkouts

    def checkout(self, order_id: str) -> Checkout | None:
        item = self._table.get(f"CHECKOUT#{order_id}", "PRICES")
        return Checkout.model_validate_json(item["doc"]) if item else None

    def wanted(self, proposal_ids: Sequence[str]) -> list[Proposal]:
        """All of them, in this order."""
        found = {one.proposal_id: one for one in self._several(proposal_ids)}
        if missing := [one for one in proposal_ids if one not in found]:
            raise NoSuchProposal(f"There is no proposal {missing[0]}.")
        return [found[one] for one in proposal_ids]

    def is_with_buyer(self, proposal: Proposal) -> bool:
        """False: they have left, and whatever led from them to it is gone."""
        return self._table.get(*_of_buyer(proposal)) is not None

    def settle(
        self, before: Checkout | None, after: Checkout, moved: Sequence[Moved], *, with_buyer: bool = False
    ) -> None:
        """What an order does with its agreed prices, it does with all of them, and once.

        `with_buyer`: only while those are there whose they are.
        """
        there = [check(*_of_buyer(one)).exists().otherwise(ProposalChanged()) for one, _ in moved if with_buyer]
        expires = clock.epoch_s(clock.now() + CHECKOUTS_KEPT)
        kept = {"doc": after.model_dump_json(), "version": after.version, "ttl": expires}
        row = put({"pk": f"CHECKOUT#{after.order_id}", "sk": "PRICES", **kept})
        self._table.commit(
            [
                row.when(version=before.version if before else None).otherwise(CheckoutChanged()),
                *(change for one in moved for change in _moved(*one)),
                *there,
            ],
            [event for one in moved for event in _told(*one)],
        )

    # Stores and people who leave

    def of_store(self, store_id: str, *, cursor: str | None) -> tuple[list[Proposal], str | None]:
        """In whatever state they are."""
        page = self._table.query(f"PROPOSALS#{store_id}", index="by_store", limit=AT_ONCE, cursor=cursor)
        return [_read(item) for item in page.items], page.cursor

    def every_of_buyer(self, user_id: str) -> Iterator[Proposal]:
        rows = self._table.every(f"PERSON#{user_id}", "PROPOSAL#", at_once=AT_ONCE)
        while page := list(islice(rows, AT_ONCE)):
            yield from self._several(row["sk"].removeprefix("PROPOSAL#") for row in page)

    def _several(self, proposal_ids: Iterable[str]) -> list[Proposal]:
        keys = [(f"PROPOSAL#{one}", "-") for one in proposal_ids]
        found = self._table.get_many(keys) if keys else {}
        return [_read(found[key]) for key in keys if key in found]


@cache
def proposals() -> Proposals:
    return Proposals()


def _moved(before: Proposal, after: Proposal) -> list[Change]:
    """The next version, and the row by which its time will be noticed."""
    newer = put(_item(after)).when(version=before.version).otherwise(ProposalChanged())
    old = _due_key(before) if before.state in rules.TIMED else None
    new = _due_key(after) if after.state in rules.TIMED else None
    rows = [newer]
    if old and old != new:
        rows.append(delete(DUE, old))
    if new and old != new:
        rows.append(_due(after))
    return rows


def _told(before: Proposal | None, after: Proposal) -> list[Event]:
    data = _news(before, after)
    return [Event(data, after.proposal_id, after.version)] if data else []


def _news(before: Proposal | None, after: Proposal) -> Data | None:
    """What others should know. Reserving and releasing are between catalog and the order."""
    if before and (before.state, before.price) == (after.state, after.price):
        return None
    if not before:
        return _fact(events.PriceProposed, after)
    match after.state:
        case "awaiting_buyer" | "awaiting_seller":
            return _fact(events.PriceCountered, after, by=after.rounds[-1].by)
        case "agreed" if before.state != "reserved":
            return _fact(events.PriceAgreed, after)
        case "declined" | "withdrawn" | "expired":
            return _fact(events.ProposalClosed, after, how=after.state)
        case "redeemed":
            return _fact(events.PriceRedeemed, after)
        case _:
            return None


def _fact(kind: type[Data], proposal: Proposal, **more: str) -> Data:
    """What an event and a proposal call by the same name is the same."""
    known = {name: getattr(proposal, name) for name in kind.model_fields if name not in more}
    return kind(**known, **more)


def _of_buyer(proposal: Proposal) -> tuple[str, str]:
    return f"PERSON#{proposal.buyer_id}", f"PROPOSAL#{proposal.proposal_id}"


def _item(proposal: Proposal) -> Item:
    indexed = {"by_storepk": f"PROPOSALS#{proposal.store_id}", "by_storesk": f"{proposal.state}#{proposal.proposal_id}"}
    kept = {"doc": proposal.model_dump_json(), "version": proposal.version}
    return {"pk": f"PROPOSAL#{proposal.proposal_id}", "sk": "-", **kept, **indexed}


def _read(item: Item) -> Proposal:
    return Proposal.model_validate_json(item["doc"])


def _due_key(proposal: Proposal) -> str:
    return f"{clock.rfc3339(proposal.expires_at)}#{proposal.proposal_id}"


def _due(proposal: Proposal) -> Change:
    return put({"pk": DUE, "sk": _due_key(proposal), "proposal_id": proposal.proposal_id})
