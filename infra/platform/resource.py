"""Something a function may use: granted action by action, and named to the function by its environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import IConstruct


@dataclass(frozen=True, slots=True)
class Resource:
    arns: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)

    def grant(self, function: lambda_.Function, *actions: str) -> None:
        """Exact actions on exact resources: a wildcard in either is refused here, before any review."""
        if vague := [word for word in (*actions, *self.arns) if "*" in word]:
            raise ValueError(f"A grant names exact actions and resources, not {', '.join(vague)}.")
        allow(function, actions, self.arns)
        self.name_to(function)

    def name_to(self, function: lambda_.Function) -> None:
        """The environment alone, where knowing a name is all that is needed."""
        for name, value in self.environment.items():
            function.add_environment(name, value)


def allow(function: lambda_.Function, actions: tuple[str, ...], arns: tuple[str, ...]) -> None:
    function.add_to_role_policy(iam.PolicyStatement(actions=list(actions), resources=list(arns)))


def accept(construct: IConstruct, rule: str, reason: str) -> None:
    """Acknowledge one finding of cdk-nag, always with its reason."""
    cdk.Validations.of(construct).acknowledge(cdk.Acknowledgment(id=rule, reason=reason))
