"""What every stack has: its name, its place, its tags, and values it finds in other stacks through SSM."""

import re
from functools import cached_property

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from infra.platform.context import Context

KEPT = {  # the log retention periods that CloudWatch knows and a stage may want
    7: logs.RetentionDays.ONE_WEEK,
    14: logs.RetentionDays.TWO_WEEKS,
    30: logs.RetentionDays.ONE_MONTH,
    90: logs.RetentionDays.THREE_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
}


class MetcoStack(cdk.Stack):
    """One per domain. Stacks meet only through SSM parameters: an export would forbid its owner ever to change it."""

    def __init__(self, scope: Construct, domain: str, context: Context, *, region: str = "") -> None:
        super().__init__(
            scope,
            f"{context.prefix}-{domain}",
            env=cdk.Environment(account=context.account, region=region or context.region),
            tags={"project": "metco", "stage": context.stage, "domain": domain},
            termination_protection=context.keep_data,
            analytics_reporting=False,
        )
        self.context = context
        self.domain = domain
        self._links: dict[str, str] = {}

    @property
    def removal(self) -> cdk.RemovalPolicy:
        return cdk.RemovalPolicy.RETAIN if self.context.keep_data else cdk.RemovalPolicy.DESTROY

    def publish(self, name: str, value: str) -> None:
        """Let other stacks, and operators, find a value as `<domain>/<name>`."""
        path = f"/metco/{self.context.stage}/{self.domain}/{name}"
        ssm.CfnParameter(self, f"Published{_pascal(name)}", name=path, type="String", value=value)

    def link(self, name: str) -> str:
        """A value another stack published, resolved by CloudFormation when this stack is deployed."""
        if name not in self._links:
            self._links[name] = cdk.CfnParameter(
                self,
                _pascal(name),
                type="AWS::SSM::Parameter::Value<String>",
                default=f"/metco/{self.context.stage}/{name}",
            ).value_as_string
        return self._links[name]

    def arn(self, service: str, resource: str) -> str:
        """An ARN in this stack's account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def log_group(self, title: str, name: str) -> logs.LogGroup:
        return logs.LogGroup(
            self, title, log_group_name=name, retention=KEPT[self.context.log_days], removal_policy=self.removal
        )

    def alarm(
        self, title: str, metric: cloudwatch.IMetric, above: float, what_to_do: str, *, minutes: int = 1
    ) -> cloudwatch.Alarm:
        """Tell the operators when the metric was above a value for so many minutes; silence is no alarm."""
        alarm = cloudwatch.Alarm(
            self,
            f"{title}Alarm",
            metric=metric,
            threshold=above,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=minutes,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=what_to_do,
        )
        alarm.add_alarm_action(self.operators)
        return alarm

    @cached_property
    def operators(self) -> actions.SnsAction:
        """Where alarms go."""
        arn = self.link("platform/alarm-topic-arn")
        return actions.SnsAction(sns.Topic.from_topic_arn(self, "Operators", arn))


def _pascal(name: str) -> str:
    return "".join(word.capitalize() for word in re.split(r"[^a-z0-9]+", name))
