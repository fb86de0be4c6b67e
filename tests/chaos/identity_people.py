"""The people of the slice: each walks it to the end, repeats what got no answer, and remembers what they were told."""

import json
from collections.abc import Mapping
from itertools import count
from typing import Any

from tests.chaos.faults import Crash
from tests.chaos.identity_world import CODE, IdentityWorld, Response

PATIENCE = 80
ADMIN = "ada@metco.example"


class GaveUp(Exception):
    """Somebody was not served although they tried again and again."""


class Person:
    def __init__(self, world: IdentityWorld, name: str, email: str) -> None:
        self.world, self.name, self.email = world, name, email
        self.password = f"horse battery {email}"
        self.user_id = self.challenge = self.token = ""
        self._numbers = count(1)
        world.secrets.add(self.password)

    def live(self) -> None:
        self.sign_up()
        self.sign_in()
        self.edit()
        self.sign_out()

    # --- steps; each ends with a definite answer

    def sign_up(self) -> None:
        """Until there is an account: this person's own, or one that was opened meanwhile for the same address."""
        for _ in range(PATIENCE):
            mails = len(self.world.cloud.mails)
            self.challenge = self.send("POST", "/v1/sign-ups", {"email": self.email}, expect=(202,)).body["id"]
            code = self.code(mails)
            if code is None:
                return
            body = {"code": code, "password": self.password, "name": self.name}
            answer = self.send(
                "POST", "/v1/sign-ups/{sign_up_id}/verify", body, expect=(201, 409, 422), sign_up_id=self.challenge
            )
            if answer.status == 201:
                self.user_id = answer.body["user_id"]
                self.world.chosen[self.user_id] = self.password
            if answer.status != 422:
                return
        raise GaveUp(f"{self.name} signing up")

    def code(self, since: int) -> str | None:
        """From the newest mail; None when the mail says that there is an account."""
        for _ in range(PATIENCE):
            for mail in reversed(self.world.cloud.mails[since:]):
                if mail.to == self.email:
                    found = CODE.search(mail.text)
                    return found[0] if found else None
            self.world.pause()
        self.world.later()  # the address had its share of mails
        return "000000"

    def sign_in(self) -> None:
        body = {"email": self.email, "password": self.password}
        signed_in = self.send("POST", "/v1/sessions", body, expect=(201,)).body
        self.token = signed_in["access_token"]
        self.world.tokens[signed_in["session_id"]] = self.token

    def edit(self) -> None:
        """Edits are told apart by their names. One that lost against another is made anew, under a new key."""
        for _ in range(PATIENCE):
            body = {"name": f"{self.name} {next(self._numbers)}"}
            key = f"edit-{body['name']}".replace(" ", "-")
            answer = self.send("PATCH", "/v1/me", body, expect=(200, 401, 409), key=key)
            if answer.status == 401:
                return
            if answer.status == 200:
                self.world.edits[answer.body["user_id"]].append(answer.body)
                if self.world.chance.random() < 0.3:
                    self.repeat("PATCH", "/v1/me", body, key, answer)
                return
        raise GaveUp(f"{self.name} editing")

    def repeat(self, method: str, route: str, body: Mapping[str, Any], key: str, first: Response) -> None:
        again = self.send(method, route, body, expect=(200, 401), key=key)
        if again.status != 401 and (again.status, again.body) != (first.status, first.body):
            self.world.complaints.append(f"{key}: answered {first.body}, then {again.body}")

    def sign_out(self) -> None:
        everywhere = self.world.chance.random() < 0.3
        route = "/v1/sessions" if everywhere else "/v1/sessions/{session_id}"
        for _ in range(PATIENCE):
            parameters = {} if everywhere else {"session_id": "current"}
            if self.send("DELETE", route, expect=(204, 401, 409), **parameters).status != 409:
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
        headers = {"idempotency-key": (key or f"{self.name}-{method}-{next(self._numbers)}").replace(" ", "-")}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        for _ in range(PATIENCE):
            try:
                answer = self.world.call(method, route, body=body, headers=headers, **parameters)
            except Crash:
                answer = None
            if answer and answer.status in expect:
                return answer
            if answer and answer.status == 429:
                self.world.later()
            elif answer and answer.status < 500:
                raise GaveUp(f"{self.name}: {method} {route} answered {answer.status} {answer.body}")
            self.world.pause()
        raise GaveUp(f"{self.name}: {method} {route} has no answer")


class Device(Person):
    """A second device of somebody: the same account, at the same time."""

    def __init__(self, owner: Person) -> None:
        super().__init__(owner.world, f"{owner.name}'s device", owner.email)
        self.owner = owner

    def live(self) -> None:
        for _ in range(PATIENCE * 4):
            if self.owner.token:
                self.sign_in()
                self.edit()
                self.sign_out()
                return
            self.world.pause()


class Admin(Person):
    """Gives somebody a role while they edit their profile."""

    def __init__(self, world: IdentityWorld, other: Person) -> None:
        super().__init__(world, "Ada", ADMIN)
        self.other = other

    def live(self) -> None:
        self.sign_up()
        self.sign_in()
        for _ in range(PATIENCE * 4):
            if self.other.user_id:
                body = {"roles": ["seller"], "reason": "sells cameras"}
                answer = self.send(
                    "PUT", "/v1/users/{user_id}/roles", body, expect=(200, 401, 403, 409), user_id=self.other.user_id
                )
                if answer.status in (200, 401):
                    break
            self.world.pause()
        self.sign_out()


class Guesser:
    """Tries codes for somebody else's challenge, more often than is allowed."""

    def __init__(self, world: IdentityWorld, victim: Person) -> None:
        self.world, self.victim = world, victim
        self.person = Person(world, "Mallory", "mallory@metco.example")

    def live(self) -> None:
        for number in range(7):
            while not self.victim.challenge:
                self.world.pause()
            body = {"code": f"{number:06d}", "password": self.person.password, "name": "Mallory"}
            self.person.send(
                "POST", "/v1/sign-ups/{sign_up_id}/verify", body, expect=(201, 409, 422), sign_up_id=self.victim.challenge
            )
