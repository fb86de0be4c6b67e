"""The vocabulary of a page in infra/domains: table, function, grant, consumer, each with all that belongs to it."""

import json
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from typing import Any

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ssm as ssm

from infra.platform import buckets, functions, gateway, queues, search_index, tables, workflow
from infra.platform.buckets import Bucket
from infra.platform.resource import Resource, accept, allow
from infra.platform.stack import MetcoStack
from infra.platform.tables import Table


class DomainStack(MetcoStack):
    """Functions by what calls them, then what they may use: `resource.grant(function, "exact:Action", …)`."""

    # Functions

    def http_function(
        self, module: str, *, memory_mb: int = 512, timeout_s: int = 10, layers: Sequence[str] = ()
    ) -> lambda_.Function:
        """Serves every route that the module's `api` declares."""
        made = self.function(module, memory_mb=memory_mb, timeout_s=timeout_s, layers=layers)
        if self.context.domain:
            made.add_environment("ORIGIN_SECRET", self.context.origin_secret)
        gateway.serve(self, made.node.id, functions.live(self, made), gateway.routes_of(module))
        return made

    def consumer(
        self,
        module: str,
        *,
        memory_mb: int = 512,
        timeout_s: int = 20,
        batch: int = 10,
        at_once: int = 5,
        layers: Sequence[str] = (),
    ) -> lambda_.Function:
        """Gets the events that the module's `consumer` subscribes to, at most `at_once` batches in parallel."""
        made = self.function(module, memory_mb=memory_mb, timeout_s=timeout_s, layers=layers)
        queues.consume(self, made, module, timeout_s=timeout_s, batch=batch, at_once=at_once)
        return made

    def task_function(
        self, module: str, *, memory_mb: int = 512, timeout_s: int = 15, layers: Sequence[str] = ()
    ) -> lambda_.Function:
        """Does tasks of a workflow, which retries and raises the alarm itself."""
        return self.function(module, memory_mb=memory_mb, timeout_s=timeout_s, layers=layers)

    def sweep(
        self,
        module: str,
        *,
        every: str = "1 minute",
        memory_mb: int = 512,
        timeout_s: int = 30,
        layers: Sequence[str] = (),
    ) -> lambda_.Function:
        """Called every so often, for work that waits for a moment and not for an event."""
        made = self.function(module, memory_mb=memory_mb, timeout_s=timeout_s, layers=layers)
        title = made.node.id
        functions.alarm_on_errors(self, made)
        once = {"maximumRetryAttempts": 0}  # the next time tries again anyway
        rule = events.CfnRule(
            self,
            f"{title}Schedule",
            schedule_expression=f"rate({every})",
            targets=[{"arn": made.function_arn, "id": "sweep", "retryPolicy": once}],
        )
        lambda_.CfnPermission(
            self,
            f"{title}SchedulePermission",
            action="lambda:InvokeFunction",
            function_name=made.function_arn,
            principal="events.amazonaws.com",
            source_arn=rule.attr_arn,
        )
        return made

    def authorizer(self, module: str, *, memory_mb: int = 512, timeout_s: int = 5) -> lambda_.Function:
        """Turns a bearer token into a principal, for every route that is not public."""
        made = self.function(module, memory_mb=memory_mb, timeout_s=timeout_s)
        functions.alarm_on_errors(self, made)
        gateway.authorize(self, made)
        return made

    def function(
        self,
        module: str,
        *,
        memory_mb: int,
        timeout_s: int,
        code: lambda_.Code | None = None,
        layers: Sequence[str] = (),
    ) -> lambda_.Function:
        """A function that nothing calls yet; the ones above build on it. `layers`: third-party code of its own."""
        code = code or functions.domain_code(self.domain)
        return functions.function(self, module, code, memory_mb=memory_mb, timeout_s=timeout_s, layers=layers)

    def alarm_on_count(self, title: str, counted: str, what_to_do: str, **dimensions: str) -> None:
        """When the domain's code has counted (`kernel.log.count`) what a person should look at."""
        metric = cloudwatch.Metric(
            namespace=f"Metco/{self.context.stage}",
            metric_name=counted,
            dimensions_map={"service": self.domain, **dimensions},
            statistic="Sum",
            period=queues.MINUTE,
        )
        self.alarm(title, metric, 0, what_to_do)

    @cache  # noqa: B019  # a stack lives as long as the process
    def layer(self, name: str) -> lambda_.ILayerVersion | None:
        return functions.layer(self, name)

    def workflow(self, name: str) -> Resource:
        """infra/workflows/<name>.asl.json, <NAME>_ARN to whoever begins it or tells it something."""
        return workflow.workflow(self, name)

    def look_after(self, function: lambda_.Function, *names: str) -> None:
        """What ended badly of these workflows goes on by this function's word."""
        workflow.look_after(self, function, names)

    def look_into_dead_letters(self, function: lambda_.Function, *consumers: str) -> None:
        """How many events each of these consumers, `<domain>.<consumer>`, has given up: DEAD_LETTERS."""
        queues.look_into_dead_letters(self, function, consumers)

    # What functions use

    def table(self, *indexes: str, slim: Mapping[str, Sequence[str]] | None = None) -> Table:
        """The domain's only table, TABLE to its functions, with the relay that publishes its events."""
        made = tables.table(self, indexes, streams=True, slim=slim)
        tables.relay(self, made)
        return made

    def read_model(self, *indexes: str) -> Table:
        """A table that is built from other domains' events and publishes none: TABLE, without a relay."""
        return tables.table(self, indexes, streams=False)

    def bucket(self, **kept_days: int) -> Bucket:
        """The domain's only bucket, BUCKET to its functions, private: people put and get objects by signed links."""
        return buckets.bucket(self, kept_days)

    def media_bucket(self, **kept_days: int) -> Bucket:
        """BUCKET, as above, and the edge serves what lies below public/ to everyone: public/media/x is at /media/x."""
        return buckets.media_bucket(self, kept_days)

    def search_index(self) -> search_index.SearchIndex:
        """What search finds things in, wherever the stage has it: `let_search` some functions, `let_write` others."""
        return search_index.search_index(self)

    def add_to_exports(self, function: lambda_.Function) -> None:
        """EXPORTS: where a function lays what its domain knows about a person who asked for all of it."""
        buckets.add_to_exports(self, function)

    def settings(self, **initial: Any) -> Resource:
        """What operators change without a deployment; a deployment resets it only if `initial` has changed."""
        path = f"/metco/{self.context.stage}/{self.domain}/settings"
        ssm.CfnParameter(self, "Settings", name=path, type="String", value=json.dumps(initial, sort_keys=True))
        return Resource((self.arn("ssm", f"parameter{path}"),), {"SETTINGS_PATH": path})

    def secret(self) -> Resource:
        """Random, made by AWS, seen by nobody; every key of the domain is derived from it."""
        made = secretsmanager.CfnSecret(
            self,
            "Secret",
            description=f"Every key of {self.domain} is derived from this",
            generate_secret_string=secretsmanager.CfnSecret.GenerateSecretStringProperty(
                password_length=64, exclude_punctuation=True
            ),
        )
        made.apply_removal_policy(self.removal)
        accept(made, "AwsSolutions-SMG4", "Rotating it ends every code and cursor in flight: a person decides when.")
        return Resource((made.ref,), {"SECRET_ID": made.ref})

    def guests_secret(self) -> Resource:
        """What guests' tokens are proven by, for whoever gives or checks them."""
        arn = self.link("platform/guests-secret-arn")
        return Resource((arn,), {"GUESTS_SECRET_ID": arn})

    def quotes_secret(self) -> Resource:
        """What quotes are signed by, for whoever signs or believes them."""
        arn = self.link("platform/quotes-secret-arn")
        return Resource((arn,), {"QUOTES_SECRET_ID": arn})

    def addresses_secret(self) -> Resource:
        """What addresses are marked by, for whoever has to tell another domain which one it means."""
        arn = self.link("platform/addresses-secret-arn")
        return Resource((arn,), {"ADDRESSES_SECRET_ID": arn})

    def kept_secret(self, title: str, variable: str, told: str) -> Resource:
        """What others give us to keep, by name: an empty JSON object until an operator writes it by hand."""
        made = secretsmanager.CfnSecret(self, title, description=told, secret_string="{}")
        made.apply_removal_policy(self.removal)
        accept(made, "AwsSolutions-SMG4", "Only whoever gave it can make another.")
        return Resource((made.ref,), {variable: made.ref})

    @cached_property
    def event_bus(self) -> events.IEventBus:
        """To hang rules on."""
        return events.EventBus.from_event_bus_arn(self, "EventBus", self.link("platform/bus-arn"))

    def bus(self) -> Resource:
        """To publish on, which only relays do."""
        return Resource((self.link("platform/bus-arn"),), {"BUS": self.link("platform/bus-name")})

    def user_pool(self) -> Resource:
        """The accounts, for the one domain that makes and checks them."""
        pool, client = self.link("platform/user-pool-id"), self.link("platform/user-pool-client-id")
        arn = self.arn("cognito-idp", f"userpool/{pool}")
        return Resource((arn,), {"USER_POOL_ID": pool, "USER_POOL_CLIENT_ID": client})

    def pool_triggers(self, module: str, *, memory_mb: int = 512, timeout_s: int = 5) -> lambda_.Function:
        """Answers what the user pool asks before it signs somebody in; the pool waits five seconds at most."""
        made = self.function(module, memory_mb=memory_mb, timeout_s=timeout_s)
        functions.alarm_on_errors(self, made)
        lambda_.CfnPermission(
            self,
            "PoolPermission",
            action="lambda:InvokeFunction",
            function_name=made.function_arn,
            principal="cognito-idp.amazonaws.com",
            source_arn=self.arn("cognito-idp", f"userpool/{self.link('platform/user-pool-id')}"),
        )
        return made

    def grant_sms(self, function: lambda_.Function) -> None:
        """A telephone number is no resource to IAM: whoever may send to one may send to all. Topics are none of it."""
        allow(function, ("sns:Publish",), ("*",))

    def mail(self) -> Resource:
        domain = self.context.mail_domain
        return Resource((self.arn("ses", f"identity/{domain}"),), {"MAIL_FROM": f"Metco <no-reply@{domain}>"})
