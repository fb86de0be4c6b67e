"""The services a world runs against, and what a checker may look at: in memory, or moto behind real boto3."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from kernel import aws, clock
from tests.chaos.expressions import Item
from tests.chaos.memory_cognito import MemoryCognito, jwks
from tests.chaos.memory_objects import MemoryObjects
from tests.chaos.memory_services import Mail, MemoryBus, MemoryMail, MemoryParameters, MemorySecrets
from tests.chaos.memory_table import Key, MemoryDynamoDB
from tests.chaos.plumbing import Plumbing
from tests.chaos.wire import Wire

REGION = "eu-central-1"


@dataclass(frozen=True)
class Shelves:
    """What infrastructure puts in place before any function runs."""

    tables: Sequence[str]
    parameters: Mapping[str, str]
    secrets: Mapping[str, str]
    indexes: Mapping[str, Sequence[str]] = field(default_factory=dict)  # by table


class Cloud(Protocol):
    """`passwords` by user name; `tokens` is every token handed out; `inserted` is a table's stream so far."""

    pool: str
    client_id: str

    def rows(self, table: str) -> Mapping[Key, Item]: ...
    def inserted(self, table: str) -> Sequence[Item]: ...
    def jwks(self) -> dict[str, Any]: ...
    def close(self) -> None: ...

    @property
    def mails(self) -> Sequence[Mail]: ...
    @property
    def passwords(self) -> Mapping[str, str]: ...
    @property
    def tokens(self) -> Sequence[str]: ...


class MemoryCloud:
    pool = f"{REGION}_chaos"
    client_id = "client"

    def __init__(self, wire: Wire, plumbing: Plumbing, shelves: Shelves, chance: random.Random) -> None:
        self.wire = wire
        self.dynamodb = MemoryDynamoDB(shelves.tables, wire, clock.now)
        self.cognito = MemoryCognito(wire, chance, clock.now, pool=self.pool, client_id=self.client_id)
        self.mail = MemoryMail(wire)
        self.files = MemoryObjects(wire)
        wire.forget_tokens = self.dynamodb.forget_tokens
        self._clients = {
            "dynamodb": self.dynamodb,
            "cognito-idp": self.cognito,
            "sesv2": self.mail,
            "s3": self.files,
            "events": MemoryBus(wire, plumbing.publish),
            "ssm": MemoryParameters(wire, shelves.parameters),
            "secretsmanager": MemorySecrets(wire, shelves.secrets),
        }
        for service, client in self._clients.items():
            aws.use(service, client)

    def rows(self, table: str) -> Mapping[Key, Item]:
        return self.dynamodb.tables[table]

    def inserted(self, table: str) -> Sequence[Item]:
        return self.dynamodb.inserted[table]

    def jwks(self) -> dict[str, Any]:
        return jwks()

    def close(self) -> None:
        for service in self._clients:
            aws.use(service, None)

    @property
    def mails(self) -> Sequence[Mail]:
        return self.mail.sent

    @property
    def passwords(self) -> Mapping[str, str]:
        return self.cognito.passwords

    @property
    def tokens(self) -> Sequence[str]:
        return self.cognito.issued
