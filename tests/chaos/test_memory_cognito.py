"""The in-memory user pool answers like moto's: the same calls succeed, the same are refused with the same code."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import jwt
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from tests.chaos.faults import client_error
from tests.chaos.memory_cognito import MemoryCognito
from tests.chaos.wire import Wire, no_faults

ANYTHING = {f"Require{what}": False for what in ("Lowercase", "Uppercase", "Numbers", "Symbols")}


class Pool:
    def __init__(self, client: Any, pool: str, client_id: str) -> None:
        self.client, self.pool, self.client_id = client, pool, client_id

    def create(self, name: str) -> Any:
        return self.client.admin_create_user(UserPoolId=self.pool, Username=name, MessageAction="SUPPRESS")

    def set_password(self, name: str, password: str) -> Any:
        return self.client.admin_set_user_password(
            UserPoolId=self.pool, Username=name, Password=password, Permanent=True
        )

    def sign_in(self, name: str, password: str) -> Any:
        """moto tells who exists, whatever the client's settings say; Cognito and ours do not."""
        try:
            return self.authenticate("ADMIN_USER_PASSWORD_AUTH", USERNAME=name, PASSWORD=password)
        except self.client.exceptions.UserNotFoundException:
            raise client_error("NotAuthorizedException") from None

    def refresh(self, token: str) -> Any:
        return self.authenticate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=token)

    def authenticate(self, flow: str, **parameters: str) -> Any:
        answer = self.client.admin_initiate_auth(
            UserPoolId=self.pool, ClientId=self.client_id, AuthFlow=flow, AuthParameters=parameters
        )
        return answer["AuthenticationResult"]


@pytest.fixture
def pools() -> Iterator[list[Pool]]:
    ours = MemoryCognito(
        Wire(no_faults), random.Random(0), lambda: datetime.now(UTC), pool="us-east-1_ours", client_id="client"
    )
    with mock_aws():
        client: Any = boto3.Session("test", "test", region_name="us-east-1").client("cognito-idp")
        policy = {"PasswordPolicy": {"MinimumLength": 10, **ANYTHING}}
        pool = client.create_user_pool(PoolName="theirs", Policies=policy)["UserPool"]["Id"]
        flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        made = client.create_user_pool_client(
            UserPoolId=pool, ClientName="c", ExplicitAuthFlows=flows, PreventUserExistenceErrors="ENABLED"
        )
        yield [Pool(ours, "us-east-1_ours", "client"), Pool(client, pool, made["UserPoolClient"]["ClientId"])]


def outcome(call: Any, *arguments: str) -> str:
    try:
        call(*arguments)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "done"


@pytest.mark.parametrize("seed", range(3))
def test_random_calls_have_the_same_outcome(pools: list[Pool], seed: int):
    chance, seen = random.Random(seed), set()
    for _ in range(60):
        name, password = chance.choice(["ada", "bea"]), chance.choice(["correct horse", "battery staple"])
        verb, *arguments = chance.choice(
            [("create", name), ("set_password", name, password), ("sign_in", name, password)]
        )
        got, expected = (outcome(getattr(pool, verb), *arguments) for pool in pools)
        assert got == expected, (verb, arguments)
        seen.add(got)
    assert {"done", "UsernameExistsException", "NotAuthorizedException"} <= seen


def test_a_refreshed_token_belongs_to_the_same_session(pools: list[Pool]):
    for pool in pools:
        pool.create("ada")
        pool.set_password("ada", "correct horse")
        first = pool.sign_in("ada", "correct horse")
        tokens = [first["AccessToken"], pool.refresh(first["RefreshToken"])["AccessToken"]]
        claims = [jwt.decode(token, options={"verify_signature": False}) for token in tokens]
        assert claims[0]["origin_jti"] == claims[1]["origin_jti"]
        assert claims[0]["jti"] != claims[1]["jti"]
        assert {claim["username"] for claim in claims} == {"ada"}
        assert {claim["client_id"] for claim in claims} == {pool.client_id}
        assert {claim["token_use"] for claim in claims} == {"access"}
