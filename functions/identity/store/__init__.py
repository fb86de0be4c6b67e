"""Identity's table: domain verbs outside, DynamoDB words inside.

EMAIL#<address key>   -              the claim of an address: which account it leads to
PHONE#<address key>   -              the same of a telephone number
USER#<id>             PROFILE        the person; the only item with personal data
LINK#<link>           -              the same of a person at an OpenID provider; USER#<id> LINK#<link> is the way back
SOCIAL#<id>           -              somebody who came back from a provider and is not signed in yet
USER#<id>             SECOND_FACTOR  the authenticator app that signing in asks for
USER#<id>             SESSION#<id>   one sign-in
CHALLENGE#<id>        -              a one-time code on its way, with its attempts
LIMIT#<what>#<key>    <window>       how often something was done in a window
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from functools import cache

from functions.identity import events, rules
from functions.identity.model import (
    AccountExists,
    AlreadyEnded,
    Challenge,
    CodeRefused,
    MailShareUsed,
    Profile,
    ProfileChanged,
    Session,
    SignInBlocked,
)
from functions.identity.model.social import Arrival
from functions.identity.rules.contacts import FAILURES_PER_CALLER, Network
from functions.identity.rules.second_factor import Use
from functions.identity.store.contacts import Contacts
from functions.identity.store.passwords import Passwords, Turn
from functions.identity.store.rows import (
    challenge_of,
    count,
    forget_count,
    profile_item,
    sending,
    session_item,
    session_of,
    spend,
    uncount,
)
from functions.identity.store.second_factors import SecondFactors, second_step
from functions.identity.store.social import Links, completing
from kernel import clock
from kernel.events import Data, Event
from kernel.table import Change, Receipt, Table, put, update

SESSIONS_PER_COMMIT = 40  # each takes two rows of a transaction's hundred


class Store(SecondFactors, Links, Contacts, Passwords):
    def __init__(self) -> None:
        self._table = Table()

    # One-time codes

    def begin(self, challenge: Challenge, now: datetime, network: Network | None = None) -> None:
        """Silent when the address has had its share of mails, so that whoever asks is answered alike."""
        requested = events.CodeRequested(challenge_id=challenge.id, purpose=challenge.purpose)
        with suppress(MailShareUsed):
            self._table.commit(sending(challenge, network, now), [Event(requested, challenge.id, 1)])

    def challenge(self, challenge_id: str) -> Challenge:
        item = self._table.get(f"CHALLENGE#{challenge_id}", "-")
        if not item:
            raise CodeRefused()
        return challenge_of(item)

    def count_attempt(self, challenge: Challenge) -> None:
        """Before the code is compared: however many guess at once, only so many are looked at."""
        counted = update(f"CHALLENGE#{challenge.id}", "-").add(attempts=1)
        self._table.commit([counted.exists().below(attempts=rules.CODE_ATTEMPTS).otherwise(CodeRefused())])

    # Accounts

    def account_of(self, address: str) -> str | None:
        claim = self._table.get(f"EMAIL#{address}", "-")
        return claim["user_id"] if claim else None

    def open_account(self, profile: Profile, challenge: Challenge, turn: Turn) -> None:
        """The claim of the address is what makes the account: of all who try, one gets it."""
        registered = events.UserRegistered(
            user_id=profile.user_id, roles=list(profile.roles), locale=profile.locale, currency=profile.currency
        )
        verified = events.UserVerified(user_id=profile.user_id, channel="email")
        self._table.commit(
            [
                spend(challenge, profile.user_id),
                put({"pk": f"EMAIL#{challenge.address}", "sk": "-", "user_id": profile.user_id})
                .absent()
                .otherwise(AccountExists()),
                put(profile_item(profile)).absent().otherwise(AccountExists()),
                turn.over(),
            ],
            [Event(registered, profile.user_id, 1), Event(verified, profile.user_id, 2)],
        )

    def profile(self, user_id: str) -> Profile | None:
        item = self._table.get(f"USER#{user_id}", "PROFILE")
        return Profile.model_validate(item) if item else None

    def replace(self, profile: Profile, *, expecting: int, told: Sequence[Data], receipt: Receipt | None) -> Profile:
        self._table.commit(
            [put(profile_item(profile)).when(version=expecting).otherwise(ProfileChanged())],
            [Event(data, profile.user_id, profile.version) for data in told],
            receipt,
        )
        return profile

    # Signing in

    def count_sign_in(self, address: str, now: datetime, network: Network | None = None) -> None:
        wait_s = rules.window(now) + int(rules.WINDOW.total_seconds()) - clock.epoch_s(now)
        blocked = SignInBlocked(retry_after_s=wait_s)
        counted = [count("sign-in", address, now, rules.SIGN_INS_PER_WINDOW)]
        if network:
            counted.append(count("sign-ins-from", network.key, now, FAILURES_PER_CALLER * network.people))
        self._table.commit([one.otherwise(blocked) for one in counted])

    def start(
        self,
        session: Session,
        address: str,
        now: datetime,
        *,
        network: Network | None = None,
        challenge: Challenge | None = None,
        second: Use | None = None,
        arrival: Arrival | None = None,
    ) -> None:
        """A success wipes the address's count and leaves the network's: only failures block. A code is good once."""
        began = events.UserLoggedIn(user_id=session.user_id, session_id=session.id)
        arrived, told = completing(arrival) if arrival else ([], [])
        self._table.commit(
            [
                put(session_item(session)).absent(),
                forget_count("sign-in", address, now),
                *([uncount("sign-ins-from", network.key, now)] if network else []),
                *([spend(challenge, session.user_id).otherwise(CodeRefused())] if challenge else []),
                *second_step(session.user_id, second, now),
                *arrived,
            ],
            [Event(began, session.id, 1), *told],
        )

    def session(self, user_id: str, session_id: str) -> Session | None:
        item = self._table.get(f"USER#{user_id}", f"SESSION#{session_id}")
        return session_of(item) if item else None

    def sessions(self, user_id: str, *, limit: int, cursor: str | None) -> tuple[list[Session], str | None]:
        page = self._table.query(f"USER#{user_id}", "SESSION#", limit=limit, cursor=cursor)
        return [session_of(item) for item in page.items], page.cursor

    def end(self, sessions: Sequence[Session], receipt: Receipt | None = None) -> None:
        """Each session ends once; those that have ended already are left as they are."""
        open_ones = [session for session in sessions if not session.ended]
        for start in range(0, len(open_ones), SESSIONS_PER_COMMIT):
            batch = open_ones[start : start + SESSIONS_PER_COMMIT]
            self._table.commit(*_ending(batch), receipt if start == 0 else None)

    def end_all(self, user_id: str, *, begun_before: datetime | None = None) -> None:
        """What began later stays, if a moment is named: whoever comes late ends what they came for, and no more."""
        sessions = map(session_of, self._table.every(f"USER#{user_id}", "SESSION#"))
        self.end([one for one in sessions if not begun_before or one.started_at < begun_before])


@cache
def store() -> Store:
    return Store()


def _ending(sessions: Sequence[Session]) -> tuple[list[Change], list[Event]]:
    changes = [
        update(f"USER#{one.user_id}", f"SESSION#{one.id}").set(ended=True).when(ended=False).otherwise(AlreadyEnded())
        for one in sessions
    ]
    told = [
        events.UserLoggedOut(user_id=one.user_id, session_id=one.id, expires_at=clock.rfc3339(one.expires_at))
        for one in sessions
    ]
    return changes, [Event(data, data.session_id, 2) for data in told]
