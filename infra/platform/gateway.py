"""Puts a domain's routes on the one HTTP API. They are declared once, in code: here they are only repeated."""

import importlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_lambda as lambda_

from infra.platform.resource import accept

if TYPE_CHECKING:
    from infra.platform.domain import DomainStack

REMEMBERED_S = 5  # how long the gateway trusts an authorizer's answer: also how long a revoked token may still pass


@dataclass(frozen=True, slots=True)
class Route:
    key: str  # "GET /v1/users/{user_id}"
    permission: str

    @property
    def title(self) -> str:
        return "".join(word.capitalize() for word in re.findall(r"[A-Za-z0-9]+", self.key))

    @property
    def public(self) -> bool:
        return self.permission == "public"


def routes_of(module: str) -> list[Route]:
    """What the module's `api` serves, and with which permission: every route was declared with one."""
    permits: dict[str, str] = importlib.import_module(module).api.permits
    return [Route(key, permission) for key, permission in sorted(permits.items())]


def serve(stack: "DomainStack", title: str, function: lambda_.IFunction, routes: list[Route]) -> None:
    """One integration and one permission for all: CDK's permission per route outgrows a function's 20 KB policy."""
    api_id = stack.link("platform/http-api-id")
    integration = apigateway.CfnIntegration(
        stack,
        f"{title}Integration",
        api_id=api_id,
        integration_type="AWS_PROXY",
        integration_uri=function.function_arn,
        payload_format_version="2.0",
    )
    for route in routes:
        declared = apigateway.CfnRoute(
            stack,
            route.title,
            api_id=api_id,
            route_key=route.key,
            target=f"integrations/{integration.ref}",
            authorization_type="NONE" if route.public else "CUSTOM",
            authorizer_id=None if route.public else stack.link("access/authorizer-id"),
        )
        if route.public:
            accept(declared, "AwsSolutions-APIG4", "Its x-permission is public: nobody can be known yet who calls it.")
    _may_invoke(stack, title, function, f"{api_id}/*/*")


def authorize(stack: "DomainStack", function: lambda_.Function) -> None:
    """Every credential is `Authorization: Bearer …`; a request without one is refused by the gateway without a call."""
    api_id = stack.link("platform/http-api-id")
    path = f"path/2015-03-31/functions/{function.function_arn}/invocations"
    authorizer = apigateway.CfnAuthorizer(
        stack,
        "GatewayAuthorizer",
        api_id=api_id,
        name="bearer",
        authorizer_type="REQUEST",
        authorizer_payload_format_version="2.0",
        enable_simple_responses=True,
        authorizer_uri=f"arn:{stack.partition}:apigateway:{stack.region}:lambda:{path}",
        authorizer_result_ttl_in_seconds=REMEMBERED_S,
        identity_source=["$request.header.Authorization"],
    )
    _may_invoke(stack, function.node.id, function, f"{api_id}/authorizers/{authorizer.ref}")
    stack.publish("authorizer-id", authorizer.ref)


def _may_invoke(stack: "DomainStack", title: str, function: lambda_.IFunction, source: str) -> None:
    lambda_.CfnPermission(
        stack,
        f"{title}Permission",
        action="lambda:InvokeFunction",
        function_name=function.function_arn,
        principal="apigateway.amazonaws.com",
        source_arn=stack.arn("execute-api", source),
    )
