"""Granted downloads in the table: domain verbs outside, DynamoDB words inside.

PERSON#<user>     DOWNLOADS#<gra>   the grant, whole; beside it, by a file's id and in all, how many links were given,
                                    and the licence keys that went with it
GRANTS#<store>    <gra>             whose it is, to be found from the store
WAITING#<offer>   <gra>             whose it is: bought before there was anything to download
CLAIMED#<order>   -                 whose account a guest's order is in by now
LIMIT#gifts#<s>   <day>             how many the store gave away that day
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import islice

from functions.catalog import events
from functions.catalog.model.downloads import Grant, GrantChanged, NoSuchDownload, TooManyGifts
from functions.catalog.rules import downloads as rules
from functions.catalog.store import keys
from functions.catalog.store.files import files
from kernel import clock, ids
from kernel.events import Event
from kernel.table import Change, Item, Receipt, Table, check, delete, put, update

PREFIX = "DOWNLOADS#"
AT_ONCE = 50


class Downloads:
    def __init__(self) -> None:
        self._table = Table()

    def of_buyer(self, buyer_id: str, grant_id: str) -> Grant:
        item = self._table.get(*_key(buyer_id, grant_id))
        if not item or item.get("void"):
            raise NoSuchDownload()
        return _read(item)

    def current(self, buyer_id: str, grant_id: str) -> Grant:
        """With the files that the store has added since."""
        item = self._table.get(*_key(buyer_id, grant_id))
        if not item or item.get("void"):
            raise NoSuchDownload()
        grant = Grant.model_validate_json(item["doc"])
        return rules.counted(rules.with_later(grant, files().every_of(grant.offer_id)), _used(item))

    def find(self, buyer_id: str, grant_id: str) -> Grant | None:
        """Also what was ruled out before it was granted."""
        item = self._table.get(*_key(buyer_id, grant_id))
        return _read(item) if item else None

    def of_store(self, store_id: str, grant_id: str) -> Grant:
        pointer = self._table.get(f"GRANTS#{store_id}", grant_id)
        if not pointer:
            raise NoSuchDownload()
        return self.of_buyer(pointer["buyer_id"], grant_id)

    def list_of_buyer(self, buyer_id: str, *, limit: int, cursor: str | None) -> tuple[list[Grant], str | None]:
        page = self._table.query(f"PERSON#{buyer_id}", PREFIX, limit=limit, cursor=cursor, newest_first=True)
        return [_read(item) for item in page.items if not item.get("void")], page.cursor

    def list_of_store(self, store_id: str, *, limit: int, cursor: str | None) -> tuple[list[Grant], str | None]:
        page = self._table.query(f"GRANTS#{store_id}", limit=limit, cursor=cursor, newest_first=True)
        keys = [_key(row["buyer_id"], row["sk"]) for row in page.items]
        found = self._table.get_many(keys) if keys else {}
        return [_read(found[key]) for key in keys if key in found], page.cursor

    def ends_of_store(self, store_id: str, now: datetime) -> dict[str, datetime]:
        """When the last may download an offer's files for the last time; offers of which nobody may are left out."""
        ends: dict[str, datetime] = {}
        pointers = self._table.every(f"GRANTS#{store_id}", at_once=AT_ONCE)
        while some := list(islice(pointers, AT_ONCE)):
            found = self._table.get_many([_key(row["buyer_id"], row["sk"]) for row in some])
            for grant in map(_read, found.values()):
                if rules.is_open(grant, now):
                    ends[grant.offer_id] = max(grant.expires_at, ends.get(grant.offer_id, now))
        return ends

    def give(self, grant: Grant, now: datetime, receipt: Receipt | None) -> None:
        counted = update(f"LIMIT#gifts#{grant.store_id}", now.date().isoformat()).add(given=1)
        limit = counted.set(ttl=clock.epoch_s(now + timedelta(days=2))).below(given=rules.GIFTS_A_DAY)
        self._table.commit([*_made(grant), limit.otherwise(TooManyGifts())], [_granted(grant)], receipt)

    def grant(self, grant: Grant, given: Sequence[str] = ()) -> None:
        """What an order bought, once: GrantChanged says that it was granted, or ruled out, before.

        A guest's order may be taken into an account at this moment: then it is granted there.
        """
        changes, told = [*_made(grant, given), *keys.taken(grant, given)], [_granted(grant)]
        if grant.order_id and rules.is_guest(grant.buyer_id):
            changes.append(check(*_claimed_key(grant.order_id)).absent().otherwise(GrantChanged()))
        if rules.waits(grant):
            changes.append(put({**_waiting(grant), "buyer_id": grant.buyer_id}))
        if grant.delivered_at:
            told.append(_delivered(grant))
        self._table.commit(changes, told)

    # What waits for its first file, or for keys

    def waiting_for(self, offer_id: str) -> list[tuple[str, str]]:
        """Whose, and which."""
        rows = self._table.every(f"WAITING#{offer_id}", at_once=AT_ONCE)
        return [(row["buyer_id"], row["sk"]) for row in rows]

    def deliver(self, grant: Grant, given: Sequence[str]) -> None:
        after = grant.model_copy(update={"version": grant.version + 1})
        row = update(*_key(grant.buyer_id, grant.grant_id)).set(doc=_doc(after), version=after.version)
        as_read = row.set(keys=list(given) or None).when(version=grant.version).otherwise(GrantChanged())
        self._table.commit([as_read, *keys.taken(after, given), _waits_no_more(after)], [_delivered(after)])

    def wait_no_more(self, offer_id: str, grant_id: str) -> None:
        """It was taken back, or is its buyer's no more."""
        self._table.commit([delete(f"WAITING#{offer_id}", grant_id)])

    # Guests who come back with an account

    def owner_of(self, order_id: str, buyer_id: str) -> str:
        """Who has it by now."""
        if not rules.is_guest(buyer_id):
            return buyer_id
        claimed = self._table.get(*_claimed_key(order_id))
        return str(claimed["owner_id"]) if claimed else buyer_id

    def claim(self, order_id: str, owner_id: str) -> None:
        """Written first: what is granted from now on is granted there."""
        pk, sk = _claimed_key(order_id)
        self._table.commit([put({"pk": pk, "sk": sk, "owner_id": owner_id})])

    def move(self, grant: Grant, owner_id: str) -> None:
        """With the links that were counted."""
        row = self._table.get(*_key(grant.buyer_id, grant.grant_id))
        if not row or row.get("void"):
            return
        there = rules.moved(grant, owner_id)
        as_read = {"version": row["version"], "linked": row.get("linked")}
        gone = delete(row["pk"], row["sk"]).when(**as_read).otherwise(GrantChanged())
        kept = {name: value for name, value in row.items() if name in ("linked", "revoked", "keys")}
        pointer = {"pk": f"GRANTS#{grant.store_id}", "sk": grant.grant_id, "buyer_id": owner_id}
        changes = [gone, put({**_item(there), **_used(row), **kept}), put(pointer)]
        if rules.waits(there):
            changes.append(put({**_waiting(there), "buyer_id": owner_id}))
        self._table.commit(changes)

    def rule_out(self, grant: Grant) -> None:
        """A refund that is faster than what it refunds: this grant is never made."""
        self._table.commit([put({**_item(grant), "void": True}).absent().otherwise(GrantChanged())])

    def take_back(self, grant: Grant, receipt: Receipt | None = None) -> None:
        """The links that were given stay counted; keys that nobody has seen can be sold again."""
        self._table.commit(self._ended(grant), [_revoked(grant)], receipt)

    def give_back(self, grant: Grant, receipt: Receipt | None) -> None:
        """Only as long as nobody has a link: of a link and a return at the same moment, one is refused."""
        returned = events.DownloadReturned(
            **grant.model_dump(include=set(events.DownloadReturned.model_fields)),
        )
        told = [_revoked(grant), Event(returned, grant.grant_id, grant.version)]
        self._table.commit(self._ended(grant, unused=True), told, receipt)

    def _ended(self, grant: Grant, *, unused: bool = False) -> list[Change]:
        place = _key(grant.buyer_id, grant.grant_id)
        kept = self._table.get(*place) or {}
        given, linked = list(kept.get("keys", [])), None if unused else kept.get("linked")
        row = update(*place).set(doc=_doc(grant), version=grant.version, revoked=True)
        row = row.when(version=grant.version - 1).otherwise(GrantChanged())
        if unused or given:
            row = row.when(linked=linked)
        again = [] if linked else given
        return [row.set(keys=None) if again else row, *keys.returned(grant, again)]

    def count_link(self, grant: Grant, file_id: str, receipt: Receipt | None) -> None:
        """Of two who ask for the last link at once, one gets it; none for what is being taken back."""
        row = update(*_key(grant.buyer_id, grant.grant_id))
        one_more = row.add(**{file_id: 1, "linked": 1}).below(**{file_id: rules.LINKS})
        linked = events.DownloadLinked(
            grant_id=grant.grant_id, store_id=grant.store_id, buyer_id=grant.buyer_id, file_id=file_id
        )
        told = [Event(linked, ids.new_id("lnk"), 1)]
        as_read = one_more.when(version=grant.version)
        self._table.commit([as_read.otherwise(GrantChanged())], told, receipt)

    # Licence keys

    def with_keys(self, buyer_id: str, grant_id: str) -> tuple[Grant, list[str]]:
        row = self._table.get(*_key(buyer_id, grant_id))
        if not row or row.get("void"):
            raise NoSuchDownload()
        return _read(row), list(row.get("keys", []))

    def show_keys(self, grant: Grant, receipt: Receipt | None) -> None:
        """Noted before they are told, as a link is: whoever has seen them keeps them."""
        row = update(*_key(grant.buyer_id, grant.grant_id)).add(linked=1).when(version=grant.version)
        shown = events.KeysShown(grant_id=grant.grant_id, store_id=grant.store_id, buyer_id=grant.buyer_id)
        told = [Event(shown, ids.new_id("lnk"), 1)]
        self._table.commit([row.otherwise(GrantChanged())], told, receipt)

    def answered(self, receipt: Receipt | None) -> None:
        """Nothing changes, but a repetition is to have the same answer."""
        if receipt:
            self._table.commit([], receipt=receipt)

    # People who leave

    def every_of_buyer(self, buyer_id: str) -> Iterator[Grant]:
        rows = self._table.every(f"PERSON#{buyer_id}", PREFIX, at_once=AT_ONCE)
        yield from (_read(item) for item in rows if not item.get("void"))

    def forget(self, buyer_id: str) -> None:
        """Stores find nobody any more. The person's own rows go with all that is theirs."""
        for grant in self.every_of_buyer(buyer_id):
            claimed = [delete(*_claimed_key(grant.order_id))] if grant.order_id else []
            pointer = delete(f"GRANTS#{grant.store_id}", grant.grant_id)
            self._table.commit([pointer, _waits_no_more(grant), *claimed])


@cache
def downloads() -> Downloads:
    return Downloads()


def _made(grant: Grant, given: Sequence[str] = ()) -> Sequence[Change]:
    pointer = {"pk": f"GRANTS#{grant.store_id}", "sk": grant.grant_id, "buyer_id": grant.buyer_id}
    return [put({**_item(grant), "keys": list(given) or None}).absent().otherwise(GrantChanged()), put(pointer)]


def _granted(grant: Grant) -> Event:
    granted = events.DownloadsGranted(
        grant_id=grant.grant_id,
        store_id=grant.store_id,
        product_id=grant.product_id,
        offer_id=grant.offer_id,
        buyer_id=grant.buyer_id,
        order_id=grant.order_id,
    )
    return Event(granted, grant.grant_id, grant.version)


def _delivered(grant: Grant) -> Event:
    told = events.DigitalDelivered(**grant.model_dump(include=set(events.DigitalDelivered.model_fields)))
    return Event(told, grant.grant_id, grant.version)


def _revoked(grant: Grant) -> Event:
    revoked = events.DownloadsRevoked(
        grant_id=grant.grant_id, store_id=grant.store_id, buyer_id=grant.buyer_id, order_id=grant.order_id
    )
    return Event(revoked, grant.grant_id, grant.version)


def _waiting(grant: Grant) -> Item:
    return {"pk": f"WAITING#{grant.offer_id}", "sk": grant.grant_id}


def _waits_no_more(grant: Grant) -> Change:
    row = _waiting(grant)
    return delete(row["pk"], row["sk"])


def _claimed_key(order_id: str) -> tuple[str, str]:
    return f"CLAIMED#{order_id}", "-"


def _key(buyer_id: str, grant_id: str) -> tuple[str, str]:
    return f"PERSON#{buyer_id}", f"{PREFIX}{grant_id}"


def _read(item: Item) -> Grant:
    return rules.counted(Grant.model_validate_json(item["doc"]), _used(item))


def _used(item: Item) -> dict[str, int]:
    return {name: value for name, value in item.items() if name.startswith("fil_")}


def _item(grant: Grant) -> Item:
    pk, sk = _key(grant.buyer_id, grant.grant_id)
    return {"pk": pk, "sk": sk, "version": grant.version, "doc": _doc(grant)}


def _doc(grant: Grant) -> str:
    return grant.model_dump_json(exclude_defaults=True)
