"""The slice as a world: its functions as AWS runs them, the gateway in front, the plumbing behind, the facts to check."""

import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any, NamedTuple, Protocol
from unittest.mock import patch

import jwt
import kernel.relay
from kernel import authz, settings

import functions.access.authorizer
import functions.access.consumers
import functions.access.store
import functions.identity.api
import functions.identity.consumers
import functions.identity.rules
import functions.identity.store
from tests.chaos.cloud import REGION, Cloud
from tests.chaos.identity_checks import Facts
from tests.chaos.plumbing import Plumbing, Queue, Stream, http_event
from tests.chaos.processes import Function, Processes

API = functions.identity.api.api
TABLES = ("identity", "access")
PARAMETERS = {"/identity/settings": '{"first_admin": "ada@metco.example"}', "/access/settings": "{}"}
SECRETS = {"identity-secret": "a secret of the simulation", "access-secret": "another secret of the simulation"}
CODE = re.compile(r"\b\d{6}\b")


class Response(NamedTuple):
    status: int
    body: Any
    headers: Mapping[str, str]


class MakeCloud(Protocol):
    def __call__(self, plumbing: Plumbing) -> Cloud: ...


class IdentityWorld:
    """`pause` is how whoever waits lets the others go on; `later` is a quarter of an hour after."""

    def __init__(
        self, make_cloud: MakeCloud, chance: random.Random, pause: Callable[[], None], later: Callable[[], None]
    ) -> None:
        self.pause, self.later, self.chance = pause, later, chance
        self.processes = Processes(API.resolver)
        self.plumbing = Plumbing(chance)
        self.cloud = make_cloud(self.plumbing)
        self.comparisons: Counter[str] = Counter()
        self.edits: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.chosen: dict[str, str] = {}
        self.secrets: set[str] = set()
        self.tokens: dict[str, str] = {}  # the access token of every session that somebody was told of
        self.ended: set[str] = set()  # the access tokens of those that were signed out
        self.complaints: list[str] = []
        self._functions = {name: Function(name, handler, self._environment(name)) for name, handler in HANDLERS.items()}
        self._connect()
        self._cleanup = ExitStack()
        self._replace()

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
            authorizer = self.invoke("access-authorizer", {"headers": dict(headers or {})})["context"]
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
            codes=[code for mail in self.cloud.mails for code in CODE.findall(mail.text)],
            log=log,
            comparisons=self.comparisons,
            edits=self.edits,
            chosen=self.chosen,
        )

    def _connect(self) -> None:
        self.plumbing.streams.append(
            Stream(self.cloud.inserted("identity"), lambda event: self.invoke("identity-relay", event))
        )
        for name, consumer in CONSUMERS.items():
            subscriptions = consumer.subscriptions
            self.plumbing.queues.append(Queue(name, subscriptions, lambda event, name=name: self.invoke(name, event)))

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
        """The only two places where production code is not left alone: it reads keys by HTTP, and its looks are counted."""
        compare = functions.identity.rules.check_code

        def counted(challenge: Any, *rest: Any) -> None:
            self.comparisons[challenge.id] += 1
            compare(challenge, *rest)

        self._cleanup.enter_context(patch.object(functions.identity.rules, "check_code", counted))
        self._cleanup.enter_context(patch.object(jwt.PyJWKClient, "fetch_data", lambda _: self.cloud.jwks()))
        self._forget()

    def _forget(self) -> None:
        functions.identity.store.store.cache_clear()
        functions.access.store.store.cache_clear()
        functions.access.authorizer._keys.cache_clear()
        settings.forget()


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
