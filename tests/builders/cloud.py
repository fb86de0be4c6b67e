"""What a domain's stack provides, made on an emulator: for component tests and the chaos runs over moto."""

import json
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import boto3

REGION = "eu-central-1"
SERVICES = ("dynamodb", "ssm", "secretsmanager", "cognito-idp", "sesv2", "events")


@cache
def client(service: str) -> Any:
    """One per process: making a client is dear, and the emulator forgets everything between tests by itself."""
    make: Any = boto3.client
    return make(service, region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test")


@dataclass(frozen=True, slots=True)
class World:
    environment: dict[str, str]
    pool: str

    def items(self, table: str = "identity") -> list[dict[str, Any]]:
        """Every row, in DynamoDB's typed form."""
        pages = client("dynamodb").get_paginator("scan").paginate(TableName=table)
        return [item for page in pages for item in page["Items"]]

    def envelopes(self, table: str = "identity") -> list[dict[str, Any]]:
        """Every event that was committed, oldest first."""
        rows = [json.loads(item["envelope"]["S"]) for item in self.items(table) if "envelope" in item]
        return sorted(rows, key=lambda row: (row["metadata"]["occurred_at"], row["metadata"]["sequence"]))

    def mails(self) -> list[dict[str, Any]]:
        from moto.core.models import DEFAULT_ACCOUNT_ID
        from moto.ses.models import ses_backends

        return [vars(message) for message in ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages]

    def set(self, **settings: Any) -> None:
        client("ssm").put_parameter(
            Name=self.environment["SETTINGS_PATH"], Value=json.dumps(settings), Type="String", Overwrite=True
        )


@cache
def _read_the_key_once() -> None:
    """moto reads one and the same RSA key anew for every pool, a quarter of a second each: most of a short test."""
    models: Any = import_module("moto.cognitoidp.models")
    read = models.jwk.RSAKey.import_key
    kept: list[Any] = []

    def import_key(told: Any) -> Any:
        if not kept:
            kept.append(read(told))
        return kept[0]

    models.jwk = SimpleNamespace(RSAKey=SimpleNamespace(import_key=import_key))


def build(*tables: str) -> World:
    _read_the_key_once()
    for table in tables or ("identity", "access"):
        make_table(client("dynamodb"), table)
    cognito = client("cognito-idp")
    long_is_enough = {"MinimumLength": 10} | {
        f"Require{kind}": False for kind in ("Lowercase", "Uppercase", "Numbers", "Symbols")
    }
    pool = cognito.create_user_pool(PoolName="people", Policies={"PasswordPolicy": long_is_enough})["UserPool"]["Id"]
    flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    app = cognito.create_user_pool_client(UserPoolId=pool, ClientName="api", ExplicitAuthFlows=flows)
    secrets = client("secretsmanager")
    secrets.create_secret(Name="secret", SecretString="for-tests-only")
    client("sesv2").create_email_identity(EmailIdentity="no-reply@metco.example")
    world = World(
        {
            "AWS_REGION": REGION,
            "STAGE": "test",
            "DOMAIN": "identity",
            "TABLE": "identity",
            "BUS": "default",
            "SECRET_ID": "secret",
            "SETTINGS_PATH": "/metco/test/identity/settings",
            "USER_POOL_ID": pool,
            "USER_POOL_CLIENT_ID": app["UserPoolClient"]["ClientId"],
            "MAIL_FROM": "no-reply@metco.example",
            "POWERTOOLS_SERVICE_NAME": "identity",
        },
        pool,
    )
    world.set()
    return world


def make_table(dynamodb: Any, name: str) -> None:
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
    )
