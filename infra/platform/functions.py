"""A Lambda function: its code and layers, its own role, log group and limits."""

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from infra.platform.context import ROOT
from infra.platform.resource import accept, allow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.platform.domain import DomainStack

RUNTIME = lambda_.Runtime.PYTHON_3_13
ARCHITECTURES = {"arm64": lambda_.Architecture.ARM_64, "x86_64": lambda_.Architecture.X86_64}
NEVER_SHIPPED = ["**/__pycache__", "**/*.pyc"]
EVERYWHERE = ("kernel", "base")  # the layers that every function has


def function(
    stack: "DomainStack",
    module: str,
    code: lambda_.Code,
    *,
    memory_mb: int,
    timeout_s: int,
    layers: "Sequence[str]" = (),
) -> lambda_.Function:
    """Runs `<module>.handler`; the module's last word names the function within its domain.

    `layers`: the folders of layers/ that it needs besides those which every function has.
    """
    word = module.rpartition(".")[2]
    title, name = word.capitalize(), f"{stack.context.prefix}-{stack.domain}-{word}"
    log_group = stack.log_group(f"{title}Logs", f"/aws/lambda/{name}")
    role = iam.Role(stack, f"{title}Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    made = lambda_.Function(
        stack,
        title,
        function_name=name,
        runtime=RUNTIME,
        architecture=ARCHITECTURES[stack.context.arch],
        handler=f"{module}.handler",
        code=code,
        layers=[made for name in (*EVERYWHERE, *layers) if (made := stack.layer(name))],
        role=role,
        memory_size=memory_mb,
        timeout=cdk.Duration.seconds(timeout_s),
        tracing=lambda_.Tracing.ACTIVE,
        log_group=log_group,
        logging_format=lambda_.LoggingFormat.JSON,
        environment={
            "STAGE": stack.context.stage,
            "DOMAIN": stack.domain,
            "POWERTOOLS_SERVICE_NAME": stack.domain,
        },
    )
    allow(made, ("logs:CreateLogStream", "logs:PutLogEvents"), (log_group.log_group_arn,))
    accept(made, "AwsSolutions-L1", "Every third-party wheel in the layers is built for and tried on Python 3.13.")
    accept(role, "AwsSolutions-IAM5[Resource::*]", "X-Ray's two writing actions know no resource.")
    return made


def alarm_on_errors(stack: "DomainStack", function: lambda_.Function) -> cloudwatch.Alarm:
    errors = function.metric_errors(period=cdk.Duration.minutes(1))
    title = function.node.id
    return stack.alarm(
        f"{title}Errors", errors, 0, f"{title} of {stack.domain} raised: look for ERROR in its log group."
    )


def live(stack: "DomainStack", function: lambda_.Function) -> lambda_.IFunction:
    """What callers call: the function; with canaries, an alias that gives a new version a tenth of the calls first."""
    alarm = alarm_on_errors(stack, function)
    if not stack.context.canary:
        return function
    title = function.node.id
    alias = lambda_.Alias(stack, f"{title}Live", alias_name="live", version=function.current_version)
    group = codedeploy.LambdaDeploymentGroup(
        stack,
        f"{title}Deployment",
        alias=alias,
        deployment_config=codedeploy.LambdaDeploymentConfig.CANARY_10_PERCENT_5_MINUTES,
        alarms=[alarm],
        auto_rollback=codedeploy.AutoRollbackConfig(failed_deployment=True, deployment_in_alarm=True),
    )
    accept(
        group,
        "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]",
        "AWS's own policy for moving an alias, and it holds no more than that.",
    )
    return alias


def domain_code(domain: str) -> lambda_.Code:
    """The domain's own folder, under the import path it has everywhere, and no other domain's."""
    own = ["/*", "!/functions", "/functions/*", "!/functions/__init__.py", f"!/functions/{domain}"]
    return lambda_.Code.from_asset(str(ROOT), exclude=[*own, *NEVER_SHIPPED], ignore_mode=cdk.IgnoreMode.GIT)


def layer(stack: "DomainStack", name: str) -> lambda_.ILayerVersion | None:
    """Each stack declares its own versions of the same assets: one shared by its ARN could never be replaced.

    A folder with a lock stands for the wheels it names. Where the stage takes those from elsewhere, there is no layer.
    """
    context, folder = stack.context, ROOT / "layers" / name
    if (folder / "requirements.txt").exists():
        if not context.third_party_layers:
            return None
        folder = ROOT / context.layers_dir / f"{name}-{context.arch}"
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} is missing. Build the layers first: make layers-{context.arch}")
    return lambda_.LayerVersion(
        stack,
        f"{name.capitalize()}Layer",
        code=lambda_.Code.from_asset(str(folder), exclude=NEVER_SHIPPED, ignore_mode=cdk.IgnoreMode.GLOB),
        compatible_runtimes=[RUNTIME],
    )
