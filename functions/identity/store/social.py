"""Links in identity's table: which account a person at a provider leads to, and who is just coming back from one."""

from functions.identity import events
from functions.identity.model import AccountExists, Profile, ProfileChanged
from functions.identity.model.social import Arrival, ArrivalTaken, Link
from functions.identity.store.passwords import Turn
from functions.identity.store.rows import profile_item
from kernel import clock
from kernel.events import Event
from kernel.table import Change, Receipt, Table, delete, put, update

LINKED = ("provider", "linked_at")


class Links:
    _table: Table

    def linked(self, link: str) -> str | None:
        item = self._table.get(f"LINK#{link}", "-")
        return item["user_id"] if item else None

    def arrival(self, arrival_id: str) -> Arrival | None:
        item = self._table.get(f"SOCIAL#{arrival_id}", "-")
        return Arrival.model_validate(item) if item else None

    def arrive(self, arrival: Arrival) -> None:
        expires = clock.epoch_s(arrival.expires_at)
        row = {
            "pk": f"SOCIAL#{arrival.id}",
            "sk": "-",
            **arrival.model_dump(mode="json", exclude={"spent"}),
            "ttl": expires,
        }
        self._table.commit([put(row).absent().otherwise(ArrivalTaken())])

    def links(self, user_id: str) -> list[Link]:
        rows = self._table.every(f"USER#{user_id}", "LINK#")
        return [Link(id=row["sk"].removeprefix("LINK#"), **{name: row[name] for name in LINKED}) for row in rows]

    def unlink(self, profile: Profile, link: Link, receipt: Receipt | None) -> None:
        """By the profile's version: of two removed at once, each might take the other for what is left."""
        newer = profile.model_copy(update={"version": profile.version + 1})
        told = events.AccountUnlinked(user_id=profile.user_id, provider=link.provider)
        self._table.commit(
            [
                put(profile_item(newer)).when(version=profile.version).otherwise(ProfileChanged()),
                delete(f"LINK#{link.id}", "-"),
                delete(f"USER#{profile.user_id}", f"LINK#{link.id}"),
            ],
            [Event(told, newer.user_id, newer.version)],
            receipt,
        )

    def open_linked_account(self, profile: Profile, address: str, link: str, provider: str, turn: Turn) -> None:
        """As every account comes to be: by the claim of an address; here the provider has proven it."""
        registered = events.UserRegistered(
            user_id=profile.user_id, roles=list(profile.roles), locale=profile.locale, currency=profile.currency
        )
        verified = events.UserVerified(user_id=profile.user_id, channel="email")
        self._table.commit(
            [
                put({"pk": f"EMAIL#{address}", "sk": "-", "user_id": profile.user_id})
                .absent()
                .otherwise(AccountExists()),
                put(profile_item(profile)).absent().otherwise(AccountExists()),
                *link_rows(link, profile.user_id, provider),
                turn.over(),
            ],
            [Event(registered, profile.user_id, 1), Event(verified, profile.user_id, 2)],
        )


def completing(arrival: Arrival) -> tuple[list[Change], list[Event]]:
    """The part of a sign-in that was proven by a provider: it happens once, and makes the link if there is none."""
    spent = update(f"SOCIAL#{arrival.id}", "-").set(spent=True).exists().when(spent=None).otherwise(ArrivalTaken())
    if arrival.linked:
        return [spent], []
    told = events.AccountLinked(user_id=arrival.user_id, provider=arrival.provider)
    return [spent, *link_rows(arrival.link, arrival.user_id, arrival.provider)], [Event(told, arrival.id, 1)]


def link_rows(link: str, user_id: str, provider: str) -> list[Change]:
    """The way in, and that the account has it: who is erased takes both along."""
    now = clock.rfc3339(clock.now())
    return [
        put({"pk": f"LINK#{link}", "sk": "-", "user_id": user_id}).absent().otherwise(ArrivalTaken()),
        put({"pk": f"USER#{user_id}", "sk": f"LINK#{link}", **dict(zip(LINKED, (provider, now), strict=True))}),
    ]
