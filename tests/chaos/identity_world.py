"""The slice as a world: functions as AWS runs them, the gateway in front, the plumbing behind, the facts to check."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from typing import Any
from unittest.mock import patch

import jwt

import functions.access.authorizer
import functions.access.consumers
import functions.identity.api
import functions.identity.consumers
import functions.identity.rules
import kernel.relay
from kernel import authz, clock, settings
from tests.chaos import identity_checks
from tests.chaos.cloud import REGION, Shelves
from tests.chaos.faults import Call
from tests.chaos.identity_checks import Facts
from tests.chaos.identity_people import ADMIN, Account, Admin, Device, Echo, Guesser, Person, Request, Response, Worrier
from tests.chaos.plumbing import Plumbing, Queue, Stream, http_event
from tests.chaos.processes import Function, Processes
from tests.chaos.world import Actor, Surroundings

API = functions.identity.api.api
SHELVES = Shelves(
    tables=("identity", "access"),
    parameters={"/identity/settings": json.dumps({"first_admin": ADMIN}), "/access/settings": "{}"},
    secrets={"identity-secret": "a secret of the simulation", "access-secret": "another secret of the simulation"},
)
HANDLERS = {
    "identity-api": functions.identity.api.handler,
    "identity-relay": kernel.relay.handler,
    "identity-mail": functions.identity.consumers.handler,
    "access-authorizer": functions.access.authorizer.handler,
    "access-consumer": functions.access.consumers.handler,
}
CONSUMERS = {
    "identity-mail": functions.identity.consumers.consumer,
    "access-consumer": functions.access.consumers.consumer,
}


class IdentityWorld:
    def __init__(self, around: Surroundings) -> None:
        self.pause, self.later, self.chance = around.pause, around.later, around.chance
        self.outlast = around.later
        self.processes = Processes(API.resolver)
        self.plumbing = Plumbing(around.chance)
        self.cloud = around.make_cloud(self.plumbing)
        self.comparisons: Counter[str] = Counter()
        self.edits: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.doubts: Counter[str] = Counter()
        self.echoes: list[Request] = []
        self.chosen: dict[str, str] = {}
        self.secrets: set[str] = set()
        self.tokens: dict[str, str] = {}  # the access token of every session that somebody was told of
        self.ended: set[str] = set()  # the access tokens of those that were signed out
        self.complaints: list[str] = []
        self._people: list[Person] = []
        self._functions = {name: Function(name, handler, self._environment(name)) for name, handler in HANDLERS.items()}
        self._connect()
        self._cleanup = ExitStack()
        self._replace()

    def cast(self) -> list[Actor]:
        """Somebody, and one or two who make their life harder."""
        bea, chance = Account("bea@metco.example"), self.chance
        cast: list[Actor] = [chance.choice([Person, Person, Person, Person, Worrier])(self, "Bea", bea)]
        others: list[Callable[[], list[Actor]]] = [
            lambda: [Person(self, "Bea's double", bea)],
            lambda: [Device(self, "Bea's phone", bea)],
            lambda: [Device(self, "Bea's tablet", bea)],
            lambda: [Device(self, "Bea's watch", bea)],
            lambda: [Guesser(self, bea), Guesser(self, bea)],
            lambda: [Admin(self, bea)],
            lambda: [Device(self, "Bea's phone", bea), Echo(self)],
            lambda: [Person(self, "Cal", Account("cal@metco.example"))],
        ]
        for join in chance.sample(others, 2 if chance.random() < 0.1 else 1):
            cast += join()
        return cast

    def walks(self) -> list[Actor]:
        return [Person(self, "Bea", Account("bea@metco.example")), Worrier(self, "Cal", Account("cal@metco.example"))]

    def steps(self) -> list[Callable[[], None]]:
        return [step for person in self._household() for step in person.steps()]

    def _household(self) -> list[Person]:
        if not self._people:
            bea = Account("bea@metco.example")
            cal = Account("cal@metco.example")
            self._people = [
                Worrier(self, "Bea", bea),
                Person(self, "Bea's phone", bea),
                Admin(self, cal),
                Person(self, "Cal", cal),
            ]
        return self._people

    def concerns(self, call: Call) -> bool:
        return call.table == "identity"

    def always(self) -> Iterator[str]:
        seen = Facts(self.cloud.rows("identity"), {}, self.cloud.passwords, comparisons=self.comparisons)
        return identity_checks.always(seen)

    def at_rest(self, log: str) -> Iterator[str]:
        yield from self.complaints
        yield from identity_checks.at_rest(self.facts(log))
        yield from self._admissions()

    def _admissions(self) -> Iterator[str]:
        rows = self.cloud.rows("identity")
        over = {sk[8:] for (_, sk), row in rows.items() if sk.startswith("SESSION#") and row["ended"]["BOOL"]}
        for session, token in self.tokens.items():
            if self.admits(token) == (session in over):
                yield f"session {session}: ended={session in over}, yet the authorizer says otherwise"
            if token in self.ended and session not in over:
                yield f"session {session}: was told to have ended, but has not"

    def close(self) -> None:
        self._cleanup.close()
        self.cloud.close()
        self.processes.environment = {}
        self._forget()

    def invoke(self, name: str, event: Mapping[str, Any]) -> dict[str, Any]:
        return self.processes.invoke(self._functions[name], event)

    def call(
        self,
        method: str,
        route: str,
        *,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        **parameters: str,
    ) -> Response:
        """As the HTTP API does it: the authorizer first, where the route is not public."""
        key, path = f"{method} {route}", route.format(**parameters)
        authorizer = None
        if API.permits[key] != authz.PUBLIC:
            try:
                authorizer = self.invoke("access-authorizer", {"headers": dict(headers or {})})["context"]
            except Exception:  # noqa: BLE001  # the gateway answers for whatever an authorizer raises
                return Response(500, None, {})
        event = http_event(
            method, path, key, body=body, headers=headers, parameters=parameters or None, authorizer=authorizer
        )
        answer = self.invoke("identity-api", event)
        text = answer.get("body")
        return Response(answer["statusCode"], json.loads(text) if text else None, answer["headers"])

    def admits(self, token: str) -> bool:
        answer = self.invoke("access-authorizer", {"headers": {"authorization": f"Bearer {token}"}})
        return "principal" in answer["context"]

    def facts(self, log: str = "") -> Facts:
        return Facts(
            identity=self.cloud.rows("identity"),
            access=self.cloud.rows("access"),
            passwords=self.cloud.passwords,
            published=[event.detail["metadata"]["id"] for event in self.plumbing.published],
            mails=self.cloud.mails,
            secrets=[*self.secrets, *self.cloud.tokens],
            codes=self._codes(),
            now=clock.rfc3339(clock.now()),
            log=log,
            comparisons=self.comparisons,
            edits=self.edits,
            doubts=self.doubts,
            chosen=self.chosen,
        )

    def _codes(self) -> dict[str, str]:
        """What production code would mail for each challenge."""
        self.processes.environment = self._functions["identity-mail"].environment
        challenges = [pk[10:] for pk, _ in self.cloud.rows("identity") if pk.startswith("CHALLENGE#")]
        return {one: functions.identity.rules.code_for(one, settings.key("code")) for one in challenges}

    def _connect(self) -> None:
        self.plumbing.streams.append(Stream(self.cloud.inserted("identity"), partial(self.invoke, "identity-relay")))
        for name, consumer in CONSUMERS.items():
            self.plumbing.queues.append(Queue(name, consumer.subscriptions, partial(self.invoke, name)))

    def _environment(self, name: str) -> dict[str, str]:
        domain = name.partition("-")[0]
        return {
            "STAGE": "chaos",
            "DOMAIN": domain,
            "TABLE": domain,
            "BUS": "bus",
            "SECRET_ID": f"{domain}-secret",
            "SETTINGS_PATH": f"/{domain}/settings",
            "USER_POOL_ID": self.cloud.pool,
            "USER_POOL_CLIENT_ID": self.cloud.client_id,
            "MAIL_FROM": "Metco <no-reply@metco.example>",
            "AWS_REGION": REGION,
            "POWERTOOLS_SERVICE_NAME": domain,
        }

    def _replace(self) -> None:
        """Two things only: keys are not fetched over the network, and comparisons of codes are counted."""
        compare = functions.identity.rules.check_code

        def counted(challenge: Any, *rest: Any) -> None:
            self.comparisons[challenge.id] += 1
            compare(challenge, *rest)

        self._cleanup.enter_context(patch.object(functions.identity.rules, "check_code", counted))
        self._cleanup.enter_context(patch.object(jwt.PyJWKClient, "fetch_data", lambda _: self.cloud.jwks()))
        self._forget()

    def _forget(self) -> None:
        functions.access.authorizer._keys.cache_clear()
        settings.forget()
