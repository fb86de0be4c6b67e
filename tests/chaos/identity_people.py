"""The people of the slice: each walks it to the end, repeats what got no answer, and remembers what they were told."""

import base64
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any, NamedTuple, Protocol

from tests.chaos.faults import Crash
from tests.chaos.memory_services import Mail
from tests.chaos.world import GaveUp

PATIENCE = 80
LONG = 4 * PATIENCE
ECHOED = 0.3
CODE = re.compile(r"\b\d{6}\b")
ADMIN = "ada@metco.example"


class Response(NamedTuple):
    status: int
    body: Any
    headers: Mapping[str, str]


class Request(NamedTuple):
    method: str
    route: str
    body: Mapping[str, Any] | None
    headers: Mapping[str, str]
    parameters: Mapping[str, str]


class Outside(Protocol):
    """What people see of the services: their mail. `passwords` is empty where nobody can look into Cognito."""

    @property
    def mails(self) -> Sequence[Mail]: ...
    @property
    def passwords(self) -> Mapping[str, str]: ...


class Society(Protocol):
    """What people act on, and where they leave what they were told."""

    chance: random.Random
    secrets: set[str]
    chosen: dict[str, str]
    tokens: dict[str, str]
    ended: set[str]
    edits: dict[str, list[dict[str, Any]]]
    doubts: Counter[str]
    echoes: list[Request]
    complaints: list[str]
    pause: Callable[[], None]
    later: Callable[[], None]
    outlast: Callable[[], None]  # a turn that nobody ends any more

    @property
    def cloud(self) -> Outside: ...
    def call(
        self,
        method: str,
        route: str,
        *,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        **parameters: str,
    ) -> Response: ...


@dataclass
class Account:
    """What the devices of one person share."""

    email: str
    password: str = ""
    user_id: str = ""
    challenge: str = ""
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.password = self.password or f"horse battery {self.email}"


def user_of(token: str) -> str:
    claims = token.split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(claims + "=="))["username"])


class Person:
    def __init__(self, world: Society, name: str, account: Account) -> None:
        self.world, self.name, self.account = world, name, account
        self.token = ""
        world.secrets.add(account.password)

    def live(self) -> None:
        self.sign_up()
        self.sign_in()
        self.edit()
        self.sign_out()

    def steps(self) -> list[Callable[[], None]]:
        """What this person could do now."""
        if not self.account.user_id:
            return [self.sign_up]
        return [self.edit, self.sign_out] if self.token and self.token not in self.world.ended else [self.sign_in]

    # --- steps, each of which ends with a definite answer

    def sign_up(self) -> None:
        """Until there is an account: this person's own, or one that was opened meanwhile for the same address."""
        for _ in range(PATIENCE):
            mails = len(self.world.cloud.mails)
            asked = self.send("POST", "/v1/sign-ups", {"email": self.account.email}, expect=(202,))
            self.account.challenge = challenge = asked.body["id"]
            code = self.code(mails)
            if code is None:
                return
            body = {"code": code, "password": self.account.password, "name": self.name}
            route = "/v1/sign-ups/{sign_up_id}/verify"
            answer = self.send("POST", route, body, expect=(201, 409, 422), sign_up_id=challenge)
            if answer.status == 201:
                self.account.user_id = answer.body["user_id"]
                self.world.chosen[self.account.user_id] = self.account.password
            if answer.status != 422:
                return
        raise GaveUp(f"{self.name} signing up")

    def code(self, since: int) -> str | None:
        """From the newest mail; None when the mail says that there is an account."""
        for _ in range(PATIENCE):
            for mail in reversed(self.world.cloud.mails[since:]):
                if mail.to == self.account.email:
                    found = CODE.search(mail.text)
                    return found[0] if found else None
            self.world.pause()
        self.world.later()  # the address had its share of mails
        return "000000"

    def sign_in(self) -> None:
        for _ in range(PATIENCE):
            body = {"email": self.account.email, "password": self.account.password}
            answer = self.send("POST", "/v1/sessions", body, expect=(201, 401))
            if answer.status == 201:
                self.token = answer.body["access_token"]
                self.world.tokens[answer.body["session_id"]] = self.token
                self.account.user_id = user_of(self.token)
                return
            self.world.pause()  # another device has just changed the password
        raise GaveUp(f"{self.name} signing in")

    def edit(self) -> None:
        """Edits are told apart by their names. One that lost against another is made anew, under a new key."""
        for _ in range(PATIENCE):
            body = {"name": f"{self.name} {next(self.account.numbers)}"}
            key = f"edit {body['name']}"
            answer = self.send("PATCH", "/v1/me", body, expect=(200, 401, 409), key=key)
            if answer.status == 200:
                self.world.edits[answer.body["user_id"]].append(answer.body)
                if self.world.chance.random() < 0.3:
                    self.repeat("PATCH", "/v1/me", body, key, answer)
            if answer.status == 401:  # signed out meanwhile: whether the edit was made before, nobody can tell any more
                self.world.doubts[self.account.user_id] += 1
            if answer.status != 409:
                return
        raise GaveUp(f"{self.name} editing")

    def repeat(self, method: str, route: str, body: Mapping[str, Any], key: str, first: Response) -> None:
        again = self.send(method, route, body, expect=(200, 401), key=key)
        if again.status != 401 and (again.status, again.body) != (first.status, first.body):
            self.world.complaints.append(f"{key}: answered {first.body}, then {again.body}")

    def change_password(self) -> None:
        new = f"{self.account.password} {next(self.account.numbers)}"
        self.world.secrets.add(new)
        for _ in range(PATIENCE):
            body = {"current_password": self.account.password, "new_password": new}
            answer = self.send("POST", "/v1/me/password", body, expect=(204, 401, 409))
            if answer.status == 204:
                self.account.password = self.world.chosen[self.account.user_id] = new
                return
            if answer.status == 401:
                changed = self.world.cloud.passwords.get(self.account.user_id) == new
                if changed and answer.body["code"] == "sign_in_refused":
                    self.world.complaints.append(f"{self.name} changed the password, but was told {answer.body}")
                if changed:  # signed out after a try that was cut off: people find out which one it is
                    self.account.password = self.world.chosen[self.account.user_id] = new
                return
        raise GaveUp(f"{self.name} changing the password")

    def reset_password(self) -> None:
        new = f"{self.account.password} {next(self.account.numbers)}"
        self.world.secrets.add(new)
        for _ in range(PATIENCE):
            mails = len(self.world.cloud.mails)
            asked = self.send("POST", "/v1/password-resets", {"email": self.account.email}, expect=(202,))
            body = {"code": self.code(mails) or "000000", "password": new}
            route, reset_id = "/v1/password-resets/{reset_id}/confirm", asked.body["id"]
            answer = self.send("POST", route, body, expect=(204, 409, 422), reset_id=reset_id)
            if answer.status == 204:
                self.account.password = self.world.chosen[self.account.user_id] = new
                return
        raise GaveUp(f"{self.name} resetting the password")

    def sign_out(self) -> None:
        everywhere = self.world.chance.random() < 0.3
        route = "/v1/sessions" if everywhere else "/v1/sessions/{session_id}"
        for _ in range(PATIENCE):
            if self.send("DELETE", route, expect=(204, 401, 409), session_id="current").status != 409:
                self.world.ended.add(self.token)
                return
        raise GaveUp(f"{self.name} signing out")

    # --- how people ask

    def send(
        self,
        method: str,
        route: str,
        body: Mapping[str, Any] | None = None,
        *,
        expect: tuple[int, ...],
        key: str = "",
        **parameters: str,
    ) -> Response:
        """Again and again with the same key until there is a definite answer, as a good client does."""
        headers = {"idempotency-key": (key or f"{self.name} {method} {next(self.account.numbers)}").replace(" ", "-")}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        if self.world.chance.random() < ECHOED:
            self.world.echoes.append(Request(method, route, body, headers, parameters))
        for _ in range(PATIENCE):
            try:
                answer = self.world.call(method, route, body=body, headers=headers, **parameters)
            except Crash:
                answer = Response(504, None, {})
            if answer.status == 409 and answer.body["code"] == "password_busy":
                self.world.outlast()
                continue
            if answer.status in expect:
                return answer
            if answer.status == 429:
                self.world.later()
            elif answer.status < 500:
                raise GaveUp(f"{self.name}: {method} {route} answered {answer.status} {answer.body}")
            self.world.pause()
        raise GaveUp(f"{self.name}: {method} {route} has no answer")


class Echo:
    """A network or an impatient finger that sends people's requests once more, at the same time or much later."""

    def __init__(self, world: Society) -> None:
        self.world, self.name = world, "echo"

    def live(self) -> None:
        for _ in range(PATIENCE):
            if self.world.echoes and self.world.chance.random() < 0.5:
                self.send(self.world.echoes.pop())
            self.world.pause()

    def send(self, request: Request) -> None:
        method, route, body, headers, parameters = request
        if method == "PATCH":  # of an edit whose sender was perhaps told that it had failed
            self.world.doubts[user_of(headers["authorization"])] += 1
        with suppress(Crash):
            self.world.call(method, route, body=body, headers=headers, **parameters)


class Worrier(Person):
    """Changes the password, forgets it, and asks for another one."""

    def live(self) -> None:
        self.sign_up()
        self.sign_in()
        self.change_password()
        self.reset_password()
        self.sign_in()
        self.sign_out()

    def steps(self) -> list[Callable[[], None]]:
        signed_in = self.token and self.token not in self.world.ended
        return super().steps() + ([self.change_password, self.reset_password] if signed_in else [])


class Device(Person):
    """A second device of somebody: the same account, at the same time."""

    def live(self) -> None:
        for _ in range(LONG):
            if self.account.user_id:
                self.sign_in()
                self.edit()
                self.sign_out()
                return
            self.world.pause()


class Admin(Person):
    """Gives somebody a role while they edit their profile."""

    def __init__(self, world: Society, other: Account) -> None:
        super().__init__(world, "Ada", Account(ADMIN))
        self.other = other

    def live(self) -> None:
        self.sign_up()
        self.sign_in()
        for _ in range(LONG):
            if self.other.user_id and self.grant():
                break
            self.world.pause()
        self.sign_out()

    def grant(self) -> bool:
        """Not before the read model knows that this is an admin."""
        roles = self.world.chance.choice([["seller"], ["finance"], ["seller", "moderator"]])
        route, body = "/v1/users/{user_id}/roles", {"roles": roles, "reason": "sells cameras"}
        expect = (200, 401, 403, 409)
        return self.send("PUT", route, body, expect=expect, user_id=self.other.user_id).status in (200, 401)

    def govern(self) -> None:
        self.grant()

    def steps(self) -> list[Callable[[], None]]:
        signed_in = self.token and self.token not in self.world.ended and self.other.user_id
        return super().steps() + ([self.govern] if signed_in else [])


class Guesser(Person):
    """Tries codes for somebody else's challenge, more often than is allowed."""

    def __init__(self, world: Society, victim: Account) -> None:
        super().__init__(world, "Mallory", Account("mallory@metco.example"))
        self.victim = victim

    def live(self) -> None:
        route = "/v1/sign-ups/{sign_up_id}/verify"
        for number in range(6):
            while not self.victim.challenge:
                self.world.pause()
            body = {"code": f"{number:06d}", "password": self.account.password, "name": "Mallory"}
            self.send("POST", route, body, expect=(201, 409, 422), sign_up_id=self.victim.challenge)
