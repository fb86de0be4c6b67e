"""Stores in their table: domain verbs outside, DynamoDB words inside.

STORE#<id>    -             the store, one document
STORE#<id>    OWNERS        how many owners it has
STORE#<id>    MEMBER#<user> who works there, and as what
PERSON#<user> MEMBER#<id>   the same, to be found from the person
PERSON#<user> STORES        how many stores this person has opened
SLUG#<slug>   -             whose address this is: the page for visitors, or, once moved, only the store's id
"""

from collections.abc import Sequence
from functools import cache

from functions.stores import events
from functions.stores.model.members import Member
from functions.stores.model.names import Section
from functions.stores.model.refusals import NoSuchStore, SlugTaken, StoreChanged, TooManyStores
from functions.stores.model.stores import Store, StorePage
from functions.stores.rules import stores as rules
from kernel.errors import Moved
from kernel.events import Data, Event
from kernel.table import Change, Item, Receipt, Table, put, update

FEW = 100  # rows that cost less to read together than a second call


class Stores:
    def __init__(self) -> None:
        self._table = Table()

    def open(self, store: Store, founder: Member, receipt: Receipt | None) -> Store:
        """The claim of the slug is what makes the store: of all who try, one gets it."""
        opened = events.StoreOpened(
            store_id=store.store_id,
            owner_id=founder.user_id,
            country=store.country,
            currency=store.currency,
            profile=rules.profile(store),
        )
        self._table.commit(
            [
                put(_slug_item(store, followers=0, version=1)).absent().otherwise(SlugTaken()),
                put(store_item(store)).absent().otherwise(StoreChanged()),
                put({"pk": f"STORE#{store.store_id}", "sk": "OWNERS", "owners": 1}).absent(),
                *(row.absent() for row in member_rows(founder)),
                update(f"PERSON#{founder.user_id}", "STORES")
                .add(opened=1)
                .below(opened=rules.STORES_PER_PERSON)
                .otherwise(TooManyStores()),
            ],
            [Event(opened, store.store_id, store.version), joining(founder)],
            receipt,
        )
        return store

    def store_of(self, store_id: str) -> Store:
        item = self._table.get(f"STORE#{store_id}", "-")
        if not item:
            raise NoSuchStore()
        return read_store(item)

    def with_member(self, store_id: str, user_id: str) -> tuple[Store, Member | None]:
        """The store, and what this person is there at this moment, in one call."""
        store, member, _ = self.with_row(store_id, user_id)
        return store, member

    def with_row(self, store_id: str, user_id: str, row: str = "") -> tuple[Store, Member | None, Item | None]:
        """And one more row of the store's, for which there would else be a second call."""
        wanted = [(f"STORE#{store_id}", name) for name in ("-", f"MEMBER#{user_id}", row)]
        found = self._table.get_many([key for key in wanted if key[1]])
        store, place, more = (found.get(key) for key in wanted)
        if not store:
            raise NoSuchStore()
        return read_store(store), Member.model_validate(place) if place else None, more

    def with_rows(
        self, store_id: str, user_id: str, prefix: str, *, limit: int, cursor: str | None, newest_first: bool = False
    ) -> tuple[Store, Member | None, list[Item], str | None]:
        """And a page of the store's rows of one kind: in one call where the store has few rows at all, as most have."""
        few = None if cursor else self._few(store_id)
        wanted = [row for sk, row in few.items() if sk.startswith(prefix)] if few is not None else []
        if few is None or len(wanted) > limit:
            store, member = self.with_member(store_id, user_id)
            page = self._table.query(f"STORE#{store_id}", prefix, limit=limit, cursor=cursor, newest_first=newest_first)
            return store, member, page.items, page.cursor
        if "-" not in few:
            raise NoSuchStore()
        place = few.get(f"MEMBER#{user_id}")
        rows = wanted[::-1] if newest_first else wanted
        return read_store(few["-"]), Member.model_validate(place) if place else None, rows, None

    def _few(self, store_id: str) -> dict[str, Item] | None:
        """All that lies under the store's key, by its sort key and in its order; None where it is more than a page."""
        page = self._table.query(f"STORE#{store_id}", limit=FEW)
        return None if page.cursor else {row["sk"]: row for row in page.items}

    def stores_of(self, user_id: str, *, limit: int, cursor: str | None) -> tuple[list[Member], str | None]:
        page = self._table.query(f"PERSON#{user_id}", "MEMBER#", limit=limit, cursor=cursor)
        return [Member.model_validate(item) for item in page.items], page.cursor

    def edit(
        self,
        store: Store,
        *,
        expecting: int,
        sections: Sequence[Section],
        receipt: Receipt | None,
        also: Sequence[Change] = (),
        told: Sequence[Data] = (),
    ) -> Store:
        """The next version of the document and of its page. Others' changes and events may come along with it."""
        told_first = changed(store, sections)
        self._table.commit(
            [
                put(store_item(store)).when(version=expecting).otherwise(StoreChanged()),
                update(f"SLUG#{store.slug}", "-")
                .set(page=_page(store))
                .add(version=1)
                .when(store_id=store.store_id)
                .otherwise(StoreChanged()),
                *also,
            ],
            [Event(data, store.store_id, store.version) for data in (told_first, *told)],
            receipt,
        )
        return store

    def move(self, store: Store, moved: Store, *, expecting: int, receipt: Receipt | None) -> Store:
        """To another slug: one that nobody has, or one this store had. Followers go along."""
        old, new = (f"SLUG#{store.slug}", "-"), (f"SLUG#{moved.slug}", "-")
        found = self._table.get_many([old, new])
        if new in found and found[new]["store_id"] != store.store_id:
            raise SlugTaken()
        page = found[old]
        claim = put(_slug_item(moved, followers=page["followers"], version=page["version"] + 1))
        free = claim.when(version=found[new]["version"]) if new in found else claim.absent()
        self._table.commit(
            [
                free.otherwise(SlugTaken()),
                put(store_item(moved)).when(version=expecting).otherwise(StoreChanged()),
                put({"pk": old[0], "sk": "-", "store_id": store.store_id, "moved": True, "version": page["version"]})
                .when(version=page["version"])
                .otherwise(StoreChanged()),
            ],
            [Event(changed(moved, ["slug"]), moved.store_id, moved.version)],
            receipt,
        )
        return moved

    def answered(self, receipt: Receipt | None) -> None:
        """Nothing changes, but a repetition is to have the same answer."""
        if receipt:
            self._table.commit([], receipt=receipt)

    # Visitors

    def page(self, slug: str) -> StorePage:
        """One call; a former address costs a second one, and is answered with the present one."""
        item = self._table.get(f"SLUG#{slug}", "-")
        if item and item.get("moved"):
            raise Moved(f"/v1/shops/{self.store_of(item['store_id']).slug}")
        if not item or not item.get("page"):
            raise NoSuchStore()
        return StorePage.model_validate({**item["page"], "followers": item["followers"], "version": item["version"]})


@cache
def stores() -> Stores:
    return Stores()


def joining(member: Member) -> Event:
    told = events.StaffJoined(
        store_id=member.store_id, user_id=member.user_id, role=member.role, permissions=member.permissions
    )
    return Event(told, member.place, member.version)


def member_rows(member: Member) -> list[Change]:
    """Both rows of a membership, to be written in one transaction."""
    told = member.model_dump(mode="json")
    return [
        put({"pk": f"STORE#{member.store_id}", "sk": f"MEMBER#{member.user_id}", **told}),
        put({"pk": f"PERSON#{member.user_id}", "sk": f"MEMBER#{member.store_id}", **told}),
    ]


def changed(store: Store, sections: Sequence[Section]) -> events.StoreChanged:
    return events.StoreChanged(
        store_id=store.store_id,
        country=store.country,
        currency=store.currency,
        sections=list(sections),
        profile=rules.profile(store),
        zones=store.shipping.zones,
        returns=_return_terms(store),
    )


def _return_terms(store: Store) -> events.ReturnTerms | None:
    """All but its words for them."""
    said = store.policies.returns
    return events.ReturnTerms(**said.model_dump(exclude={"text"})) if said else None


def store_item(store: Store) -> Item:
    return {"pk": f"STORE#{store.store_id}", "sk": "-", **_kept(store.model_dump(mode="json"))}


def read_store(item: Item) -> Store:
    return Store.model_validate({name: item[name] for name in Store.model_fields if name in item})


def _slug_item(store: Store, *, followers: int, version: int) -> Item:
    told = {"store_id": store.store_id, "page": _page(store), "followers": followers, "version": version}
    return {"pk": f"SLUG#{store.slug}", "sk": "-", **told}


def _page(store: Store) -> Item | None:
    """None, and so no page, unless the store is open to visitors."""
    if store.standing != "open":
        return None
    return _kept(rules.page(store).model_dump(mode="json", exclude={"followers", "version"}))


def _kept(told: Item) -> Item:
    """Degrees as text: a fraction in a table is refused."""
    point = told.get("point")
    return told | ({"point": {name: str(degrees) for name, degrees in point.items()}} if point else {})
