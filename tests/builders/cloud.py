"""What a domain's stack provides, made on an emulator: for component tests and the chaos runs over moto."""

import json
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

import boto3

from kernel.events import text_in
from tests.builders.emulator import spare_the_emulator

REGION = "eu-central-1"
BUCKET = "files"
FOUND = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["journal_id", "kind", "occurred_at", "refs"]}
INDEXES: dict[str, dict[str, Any]] = {
    "by_store": {"ProjectionType": "ALL"},
    "by_buyer": {"ProjectionType": "ALL"},
    "by_day": {"ProjectionType": "ALL"},
    "by_order": FOUND,
    "by_payment": FOUND,
    "by_walk": FOUND,
    "by_seller": {"ProjectionType": "KEYS_ONLY"},
    "by_due": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["hold_id"]},
    "by_owner": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["summary"]},
    "by_category": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["tile", "by_storepk"]},
}
SERVICES = ("dynamodb", "ssm", "secretsmanager", "cognito-idp", "sesv2", "sns", "s3", "events")


@cache
def client(service: str) -> Any:
    """One per process: making a client is dear, and the emulator forgets everything between tests by itself."""
    make: Any = boto3.client
    return make(service, region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test")


def backend(service: str) -> Any:
    """What the emulator itself holds of a service."""
    from moto.backends import get_backend
    from moto.core.models import DEFAULT_ACCOUNT_ID

    found: Any = get_backend(service)  # type: ignore[call-overload]  # any service by its name
    return found[DEFAULT_ACCOUNT_ID][REGION]


@dataclass(frozen=True, slots=True)
class World:
    environment: dict[str, str]
    pool: str

    def items(self, table: str = "identity") -> list[dict[str, Any]]:
        """Every row, in DynamoDB's typed form, as a scan would give it; which would take half the time of a test."""
        return [item.to_json()["Attributes"] for item in backend("dynamodb").get_table(table).all_items()]

    def envelopes(self, table: str = "identity") -> list[dict[str, Any]]:
        """Every event that was committed, oldest first."""
        rows = [json.loads(text_in(item["envelope"])) for item in self.items(table) if "envelope" in item]
        return sorted(rows, key=lambda row: (row["metadata"]["occurred_at"], row["metadata"]["sequence"]))

    def mails(self) -> list[dict[str, Any]]:
        return [vars(message) for message in backend("ses").sent_messages]

    def texts(self) -> list[tuple[str, str]]:
        """Every SMS: to whom, and what it says."""
        return [(number, text) for number, text in backend("sns").sms_messages.values()]

    def set(self, **settings: Any) -> None:
        client("ssm").put_parameter(
            Name=self.environment["SETTINGS_PATH"], Value=json.dumps(settings), Type="String", Overwrite=True
        )


@cache
def _ask_the_triggers_once() -> None:
    """moto knows no custom authentication: here the pool asks identity's own trigger, as Cognito does."""
    backend: Any = import_module("moto.cognitoidp.models").CognitoIdpBackend
    trigger: Any = import_module("functions.identity.triggers").handler
    refused: Any = import_module("moto.cognitoidp.exceptions").NotAuthorizedError
    initiate, respond = backend.admin_initiate_auth, backend.admin_respond_to_auth_challenge
    nonces: dict[str, tuple[str, dict[str, str]]] = {}

    def ask(source: str, user: str, **request: Any) -> dict[str, Any]:
        event = {"triggerSource": f"{source}_Authentication", "userName": user, "request": request}
        return dict(trigger(event, None)["response"])

    def admin_initiate_auth(self: Any, pool: str, app: str, flow: str, parameters: dict[str, str]) -> dict[str, Any]:
        if flow != "CUSTOM_AUTH":
            return dict(initiate(self, pool, app, flow, parameters))
        user = parameters["USERNAME"]
        known = self.admin_get_user(pool, user)
        defined = ask("DefineAuthChallenge", known.username, session=[])
        asked = ask("CreateAuthChallenge", user, challengeName=defined["challengeName"], session=[])
        session = f"custom-{len(nonces):024d}"
        nonces[session] = (user, asked["privateChallengeParameters"])
        parameters = asked["publicChallengeParameters"]
        return {"ChallengeName": defined["challengeName"], "Session": session, "ChallengeParameters": parameters}

    def admin_respond(self: Any, session: str, app: str, name: str, told: dict[str, str]) -> dict[str, Any]:
        if session not in nonces:
            return dict(respond(self, session, app, name, told))
        user, private = nonces.pop(session)
        answer = told["ANSWER"]
        verified = ask("VerifyAuthChallengeResponse", user, privateChallengeParameters=private, challengeAnswer=answer)
        done = [{"challengeName": name, "challengeResult": verified["answerCorrect"]}]
        if not ask("DefineAuthChallenge", user, session=done)["issueTokens"]:
            raise refused(user)
        pool = next(one for one in self.user_pools.values() if app in one.clients)
        return dict(self._log_user_in(pool, pool.clients[app], user))

    backend.admin_initiate_auth, backend.admin_respond_to_auth_challenge = admin_initiate_auth, admin_respond


def build(*tables: str) -> World:
    spare_the_emulator()
    for table in tables or ("identity", "access"):
        make_table(client("dynamodb"), table)
    _ask_the_triggers_once()
    cognito = client("cognito-idp")
    long_is_enough = {"MinimumLength": 10} | {
        f"Require{kind}": False for kind in ("Lowercase", "Uppercase", "Numbers", "Symbols")
    }
    pool = cognito.create_user_pool(PoolName="people", Policies={"PasswordPolicy": long_is_enough})["UserPool"]["Id"]
    flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    app = cognito.create_user_pool_client(UserPoolId=pool, ClientName="api", ExplicitAuthFlows=flows)
    secrets = client("secretsmanager")
    secrets.create_secret(Name="secret", SecretString="for-tests-only")
    secrets.create_secret(Name="providers", SecretString=json.dumps({"google": "known to both"}))
    secrets.create_secret(Name="guests-secret", SecretString="for-guests-in-tests-only")
    secrets.create_secret(Name="quotes-secret", SecretString="for-quotes-in-tests-only")
    secrets.create_secret(Name="addresses-secret", SecretString="for-addresses-in-tests-only")
    secrets.create_secret(Name="stripe-keys", SecretString="{}")
    secrets.create_secret(Name="payout-keys", SecretString="{}")
    secrets.create_secret(Name="carrier-keys", SecretString="{}")
    client("sesv2").create_email_identity(EmailIdentity="no-reply@metco.example")
    client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    world = World(
        {
            "AWS_REGION": REGION,
            "STAGE": "test",
            "DOMAIN": "identity",
            "TABLE": "identity",
            "BUS": "default",
            "SECRET_ID": "secret",
            "PROVIDERS_SECRET_ID": "providers",
            "GUESTS_SECRET_ID": "guests-secret",
            "QUOTES_SECRET_ID": "quotes-secret",
            "ADDRESSES_SECRET_ID": "addresses-secret",
            "STRIPE_SECRET_ID": "stripe-keys",
            "PAYOUTS_SECRET_ID": "payout-keys",
            "CARRIERS_SECRET_ID": "carrier-keys",
            "SETTINGS_PATH": "/metco/test/identity/settings",
            "USER_POOL_ID": pool,
            "USER_POOL_CLIENT_ID": app["UserPoolClient"]["ClientId"],
            "BUCKET": BUCKET,
            "MAIL_FROM": "no-reply@metco.example",
            "POWERTOOLS_SERVICE_NAME": "identity",
        },
        pool,
    )
    world.set()
    return world


def make_table(dynamodb: Any, name: str) -> None:
    """With the indexes of every domain: rows without an index's keys are not in it."""
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=_keys(""),
        AttributeDefinitions=[
            {"AttributeName": key["AttributeName"], "AttributeType": "S"}
            for prefix in ("", *INDEXES)
            for key in _keys(prefix)
        ],
        GlobalSecondaryIndexes=[
            {"IndexName": index, "KeySchema": _keys(index), "Projection": held} for index, held in INDEXES.items()
        ],
    )


def _keys(prefix: str) -> list[dict[str, str]]:
    return [{"AttributeName": f"{prefix}pk", "KeyType": "HASH"}, {"AttributeName": f"{prefix}sk", "KeyType": "RANGE"}]
