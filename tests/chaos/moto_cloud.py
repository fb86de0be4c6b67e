"""moto behind real boto3, with faults at the wire: the SDK's own retries, parsing and errors take part."""

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import patch

import boto3
import botocore.endpoint
from botocore.awsrequest import AWSResponse, HTTPHeaders
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from moto import mock_aws
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.models import botocore_stubber
from moto.utilities.utils import load_resource

from kernel import aws
from tests.chaos import faults
from tests.chaos.cloud import REGION, Shelves
from tests.chaos.expressions import Item
from tests.chaos.faults import Call, Crash
from tests.chaos.memory_services import Mail, Published, mail_of
from tests.chaos.memory_table import Key, key_of
from tests.chaos.plumbing import Plumbing
from tests.chaos.wire import Plan, no_faults, partially

SERVICES = ("dynamodb", "cognito-idp", "sesv2", "events", "ssm", "secretsmanager")
PERSISTENT = (faults.THROTTLE, faults.SILENT)  # what the SDK's own attempts do not get over
ANSWER = BotocoreStubber.__call__  # moto itself
SENDER = "no-reply@metco.example"


class Raw(io.BytesIO):
    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


def response(request: Any, status: int, body: Mapping[str, Any], **headers: str) -> AWSResponse:
    told = HTTPHeaders()
    for name, value in {"content-type": "application/x-amz-json-1.0", **headers}.items():
        told[name] = value
    return AWSResponse(request.url, status, told, Raw(json.dumps(body).encode()))


def refusal(request: Any, error: ClientError) -> AWSResponse:
    told: dict[str, Any] = dict(error.response)
    code = told["Error"]["Code"]
    body = {"__type": code, "message": told["Error"]["Message"]}
    if "CancellationReasons" in told:
        body["CancellationReasons"] = told["CancellationReasons"]
    return response(request, 400, body, **{"x-amzn-errortype": code})


class MotoWire:
    """botocore's last hook before the network. A call is counted once, however often the SDK sends it."""

    def __init__(self) -> None:
        self.plan: Plan = no_faults
        self.after_write: Any = lambda _: None
        self.answered: Any = lambda call, answer: None
        self._kind: str | None = None

    def __call__(self, event_name: str, request: Any) -> AWSResponse:
        _, service, operation = event_name.split(".")
        text = request.body.decode() if isinstance(request.body, bytes) else request.body or "{}"
        call = Call(service, operation, json.loads(text))
        if "attempt=1" in str(request.headers["amz-sdk-request"]):
            self._kind = self.plan(call)
            kind = self._kind
        else:
            kind = self._kind if self._kind in PERSISTENT else None
        try:
            return self._answer(call, request, event_name, kind)
        except ClientError as error:
            return refusal(request, error)

    def _answer(self, call: Call, request: Any, event_name: str, kind: str | None) -> AWSResponse:
        def send(parameters: Mapping[str, Any]) -> AWSResponse:
            request.body = json.dumps(parameters).encode()
            answer = cast(AWSResponse, ANSWER(botocore_stubber, event_name, request))
            self.answered(call._replace(parameters=parameters), answer)
            if call.is_write:
                self.after_write(call)
            return answer

        if kind == faults.PARTIAL:
            part = partially(call, lambda parameters: dict(json.loads(send(parameters).content)))
            return response(request, 200, part)
        refuse(call, kind)
        answer = send(call.parameters)
        forget(request, kind)
        if kind in (faults.DUPLICATE, faults.LATE):  # moto keeps no tokens: every repetition comes late
            return send(call.parameters)
        return answer


def refuse(call: Call, kind: str | None) -> None:
    """The faults before a call took effect."""
    if kind == faults.CRASH_BEFORE:
        raise Crash
    if kind == faults.THROTTLE:
        raise faults.throttled(call.operation)
    if kind == faults.CONFLICT:
        raise faults.conflicting(call.operation, len(call.parameters.get("TransactItems", ())))


def forget(request: Any, kind: str | None) -> None:
    """The faults after it did: the answer does not arrive."""
    if kind == faults.CRASH_AFTER:
        raise Crash
    if kind == faults.LOST:
        raise ConnectionClosedError(endpoint_url=request.url)
    if kind == faults.SILENT:
        raise ReadTimeoutError(endpoint_url=request.url)


@cache
def clients() -> tuple[MotoWire, dict[str, Any]]:
    """Once per process: building clients takes longer than a whole run."""
    wire = MotoWire()
    session = boto3.Session("test", "test", region_name=REGION)
    config = Config(retries={"mode": "standard", "max_attempts": 3})
    made = {service: session.client(service, config=config) for service in SERVICES}  # type: ignore[call-overload]  # names are data here
    return wire, made


@contextmanager
def emulated() -> Iterator[None]:
    """moto reached through the wire only, without the seconds that the SDK would wait between its attempts."""
    wire, _ = clients()

    def sent(_: BotocoreStubber, event_name: str, request: Any, **__: Any) -> AWSResponse:
        return wire(event_name, request)

    impatient = SimpleNamespace(sleep=lambda _: None)
    with (
        mock_aws(),
        patch.object(BotocoreStubber, "__call__", sent),
        patch.object(botocore.endpoint, "time", impatient),
    ):
        yield


def schema(table: str, indexes: Sequence[str]) -> dict[str, Any]:
    made: dict[str, Any] = {"TableName": table, "BillingMode": "PAY_PER_REQUEST", "KeySchema": keys("")}
    if indexes:
        everything = {"ProjectionType": "ALL"}
        made["GlobalSecondaryIndexes"] = [
            {"IndexName": name, "KeySchema": keys(name), "Projection": everything} for name in indexes
        ]
    names = [f"{prefix}{name}" for prefix in ("", *indexes) for name in ("pk", "sk")]
    return made | {"AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in names]}


def keys(prefix: str) -> list[dict[str, str]]:
    return [{"AttributeName": f"{prefix}{name}", "KeyType": kind} for name, kind in (("pk", "HASH"), ("sk", "RANGE"))]


class MotoCloud:
    def __init__(self, plumbing: Plumbing, shelves: Shelves) -> None:
        self.wire, made = clients()
        self.wire.plan, self.wire.after_write, self.wire.answered = no_faults, lambda _: None, self._answered
        self._plumbing, self._shelves = plumbing, shelves
        self.mails: list[Mail] = []
        self._inserted: dict[str, list[Item]] = {table: [] for table in shelves.tables}
        self._seen: set[tuple[str, Key]] = set()
        for table in shelves.tables:
            made["dynamodb"].create_table(**schema(table, shelves.indexes.get(table, ())))
        for name, value in shelves.parameters.items():
            made["ssm"].put_parameter(Name=name, Value=value, Type="String")
        for name, value in shelves.secrets.items():
            made["secretsmanager"].create_secret(Name=name, SecretString=value)
        made["sesv2"].create_email_identity(EmailIdentity=SENDER)
        made["events"].create_event_bus(Name="bus")
        anything = {f"Require{what}": False for what in ("Lowercase", "Uppercase", "Numbers", "Symbols")}
        pool = made["cognito-idp"].create_user_pool(
            PoolName="metco", Policies={"PasswordPolicy": {"MinimumLength": 10, **anything}}
        )
        self.pool = pool["UserPool"]["Id"]
        flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        client = made["cognito-idp"].create_user_pool_client(
            UserPoolId=self.pool, ClientName="metco", ExplicitAuthFlows=flows
        )
        self.client_id = client["UserPoolClient"]["ClientId"]
        for service, one in made.items():
            aws.use(service, one)

    def rows(self, table: str) -> Mapping[Key, Item]:
        held = get_backend("dynamodb")[DEFAULT_ACCOUNT_ID][REGION].get_table(table).all_items()
        return {key_of(attributes): attributes for attributes in (item.to_json()["Attributes"] for item in held)}

    def inserted(self, table: str) -> Sequence[Item]:
        return self._inserted[table]

    def jwks(self) -> dict[str, Any]:
        return dict(load_resource("cognitoidp/resources/jwks-public.json"))

    def close(self) -> None:
        for service in SERVICES:
            aws.use(service, None)

    @property
    def passwords(self) -> Mapping[str, str]:
        return {name: user.password or "" for name, user in self._pool.users.items()}

    @property
    def tokens(self) -> Sequence[str]:
        return [*self._pool.access_tokens, *self._pool.refresh_tokens]

    @property
    def _pool(self) -> Any:
        return get_backend("cognito-idp")[DEFAULT_ACCOUNT_ID][REGION].user_pools[self.pool]

    def _answered(self, call: Call, answer: AWSResponse) -> None:
        """What left the account, and what the table's stream would carry."""
        if answer.status_code >= 300:
            return
        if call.operation == "SendEmail":
            self.mails.append(mail_of(call.parameters))
        elif call.operation == "PutEvents":
            for entry in call.parameters["Entries"]:
                self._plumbing.publish(Published(entry["Source"], entry["DetailType"], json.loads(entry["Detail"])))
        elif call.service == "dynamodb" and call.is_write and call.table in self._inserted:
            for key, item in self.rows(call.table).items():
                if (call.table, key) not in self._seen:
                    self._seen.add((call.table, key))
                    self._inserted[call.table].append(item)
