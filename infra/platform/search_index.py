"""Where search's index is: a managed OpenSearch domain, a Serverless collection, or a folder of this machine.

Whichever it is, some functions ask it and some write it, and nobody else may do either: `index.let_search(api)`,
`index.let_write(consumer)`. None of them is in a network of ours: a function there would pay for a way out.
"""

import json
from typing import TYPE_CHECKING, Any, Protocol

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_opensearchserverless as serverless
from aws_cdk import aws_opensearchservice as opensearch

from functions.search.index.cloud.names import ALIASES
from infra.platform.resource import accept, allow

if TYPE_CHECKING:
    from infra.platform.domain import DomainStack

READING = {  # by action, the calls that a search is, and the one that says which generation is in use
    "es:ESHttpPost": (*(f"{alias}/_search" for alias in ALIASES), "_msearch"),
    "es:ESHttpGet": ("_alias",),
}
WRITING = ("es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut")
ZONES = 3
NAME_CHARS = 28  # AWS's limit for a domain's name
LOGS = {"SEARCH_SLOW_LOGS": "searches", "INDEX_SLOW_LOGS": "writes", "ES_APPLICATION_LOGS": "errors"}


class SearchIndex(Protocol):
    def let_search(self, function: lambda_.Function) -> None: ...
    def let_write(self, function: lambda_.Function) -> None: ...


def search_index(stack: "DomainStack") -> SearchIndex:
    kinds: dict[str, type[Managed | Serverless | Embedded]] = {
        "managed": Managed,
        "serverless": Serverless,
        "embedded": Embedded,
    }
    if stack.context.search not in kinds:
        raise ValueError(f"The context value search is one of {', '.join(kinds)}, not {stack.context.search!r}.")
    return kinds[stack.context.search](stack)


class Embedded:
    """A folder that whoever runs the functions names to them; there is nothing to deploy, and nothing to grant."""

    def __init__(self, stack: "DomainStack") -> None:
        pass

    def let_search(self, function: lambda_.Function) -> None:
        pass

    def let_write(self, function: lambda_.Function) -> None:
        pass


class Managed:
    """A domain that takes signed calls only, and from the roles that were let in, by its own policy and by theirs."""

    def __init__(self, stack: "DomainStack") -> None:
        self.stack = stack
        name = f"{stack.context.prefix}-search"
        if len(name) > NAME_CHARS:
            raise ValueError(f"The stage {stack.context.stage!r} is too long a name for a search domain: {name}")
        self.arn = stack.arn("es", f"domain/{name}")
        self._statements: list[dict[str, Any]] = []
        self.domain = self._domain(name)
        self._alarms(name)

    def let_search(self, function: lambda_.Function) -> None:
        """To send queries, and nothing else: no call that writes, and none that tells of the domain."""
        for action, paths in READING.items():
            self._let(function, (action,), [f"{self.arn}/{path}" for path in paths])

    def let_write(self, function: lambda_.Function) -> None:
        """Everything within the domain, since a rebuild makes indexes of new names; never its configuration."""
        self._let(function, WRITING, [f"{self.arn}/*"])
        accept(
            function.role or function,
            f"AwsSolutions-IAM5[Resource::{self.arn}/*]",
            "A rebuild makes indexes whose names do not exist yet; the domain holds nothing but search's own.",
        )

    def _let(self, function: lambda_.Function, actions: tuple[str, ...], resources: list[str]) -> None:
        assert function.role
        allow(function, actions, tuple(resources))
        statement = {"Effect": "Allow", "Principal": {"AWS": function.role.role_arn}}
        self._statements.append({**statement, "Action": list(actions), "Resource": resources})
        self.domain.access_policies = {"Version": "2012-10-17", "Statement": self._statements}
        function.add_environment("SEARCH_ENDPOINT", f"https://{self.domain.attr_domain_endpoint}")

    def _domain(self, name: str) -> opensearch.CfnDomain:
        """The index can be rebuilt from search's own table, so it is deleted with its stack on every stage."""
        context, several = self.stack.context, self.stack.context.search_nodes > 1
        published = self._logs(name)
        domain = opensearch.CfnDomain(
            self.stack,
            "Index",
            domain_name=name,
            engine_version="OpenSearch_2.19",  # what tests run against: tools/opensearch/pom.xml
            cluster_config=opensearch.CfnDomain.ClusterConfigProperty(
                instance_type=context.search_instance,
                instance_count=context.search_nodes,
                zone_awareness_enabled=several,
                zone_awareness_config=opensearch.CfnDomain.ZoneAwarenessConfigProperty(availability_zone_count=ZONES)
                if several
                else None,
            ),
            ebs_options=opensearch.CfnDomain.EBSOptionsProperty(
                ebs_enabled=True, volume_type="gp3", volume_size=context.search_gb
            ),
            encryption_at_rest_options=opensearch.CfnDomain.EncryptionAtRestOptionsProperty(enabled=True),
            node_to_node_encryption_options=opensearch.CfnDomain.NodeToNodeEncryptionOptionsProperty(enabled=True),
            domain_endpoint_options=opensearch.CfnDomain.DomainEndpointOptionsProperty(
                enforce_https=True, tls_security_policy="Policy-Min-TLS-1-2-PFS-2023-10"
            ),
            log_publishing_options={
                kind: opensearch.CfnDomain.LogPublishingOptionProperty(
                    enabled=True, cloud_watch_logs_log_group_arn=group.log_group_arn
                )
                for kind, group in published.items()
            },
            software_update_options=opensearch.CfnDomain.SoftwareUpdateOptionsProperty(
                auto_software_update_enabled=True
            ),
        )
        domain.apply_removal_policy(cdk.RemovalPolicy.DESTROY)
        domain.cfn_options.update_policy = cdk.CfnUpdatePolicy(enable_version_upgrade=True)
        domain.add_resource_dependency(self._let_it_log(published))
        accept(domain, "AwsSolutions-OS1", "Functions outside a network reach it; it takes signed calls of ours alone.")
        accept(domain, "AwsSolutions-OS3", "Functions have no addresses to list; its policy lists their roles instead.")
        accept(domain, "AwsSolutions-OS4", "Three nodes in three zones elect one among them; one node has no need to.")
        return domain

    def _logs(self, name: str) -> dict[str, logs.LogGroup]:
        return {
            kind: self.stack.log_group(f"Index{word.capitalize()}", f"/aws/opensearch/{name}/{word}")
            for kind, word in LOGS.items()
        }

    def _let_it_log(self, published: dict[str, logs.LogGroup]) -> logs.CfnResourcePolicy:
        """A domain writes into log groups by their policy, and asks for it while it is made."""
        statement = iam.PolicyStatement(
            principals=[iam.ServicePrincipal("es.amazonaws.com")],
            actions=["logs:CreateLogStream", "logs:PutLogEvents"],
            resources=[group.log_group_arn for group in published.values()],
            conditions={"ArnEquals": {"aws:SourceArn": self.arn}},
        )
        document = self.stack.to_json_string(iam.PolicyDocument(statements=[statement]).to_json())
        return logs.CfnResourcePolicy(
            self.stack, "IndexMayLog", policy_name=f"{self.stack.context.prefix}-search", policy_document=document
        )

    def _alarms(self, name: str) -> None:
        told = {
            "Red": ("ClusterStatus.red", 0, 1, "A part of search's index is gone"),
            "WritesBlocked": ("ClusterIndexWritesBlocked", 0, 1, "Search's index takes no more writes"),
            "MemoryShort": ("JVMMemoryPressure", 85, 5, "Search's index is short of memory"),
        }
        for title, (metric, above, minutes, what) in told.items():
            measured = cloudwatch.Metric(
                namespace="AWS/ES",
                metric_name=metric,
                statistic="Maximum",
                period=cdk.Duration.minutes(1),
                dimensions_map={"DomainName": name, "ClientId": self.stack.account},
            )
            self.stack.alarm(f"Index{title}", measured, above, f"{what}: docs/runbooks/search.md", minutes=minutes)


class Serverless:
    """A collection: nothing to size, two units to pay for at least, and a write is found some ten seconds later."""

    READS = ("aoss:ReadDocument",)
    NAMED = ("aoss:DescribeCollectionItems",)
    WRITES = ("aoss:CreateIndex", "aoss:DeleteIndex", "aoss:DescribeIndex", "aoss:ReadDocument", "aoss:WriteDocument")
    NAMES = (  # what aliases are called there
        *("aoss:CreateCollectionItems", "aoss:DeleteCollectionItems"),
        *("aoss:DescribeCollectionItems", "aoss:UpdateCollectionItems"),
    )

    def __init__(self, stack: "DomainStack") -> None:
        self.stack, self.name = stack, f"{stack.context.prefix}-search"
        of_it = {"ResourceType": "collection", "Resource": [f"collection/{self.name}"]}
        encrypted = self._policy("IndexEncryption", "encryption", {"Rules": [of_it], "AWSOwnedKey": True})
        reached = self._policy("IndexNetwork", "network", [{"Rules": [of_it], "AllowFromPublic": True}])
        self.collection = serverless.CfnCollection(
            stack,
            "Index",
            name=self.name,
            type="SEARCH",
            standby_replicas="ENABLED" if stack.context.search_nodes > 1 else "DISABLED",
        )
        self.collection.apply_removal_policy(cdk.RemovalPolicy.DESTROY)
        self.collection.add_resource_dependency(encrypted)
        self.collection.add_resource_dependency(reached)

    def let_search(self, function: lambda_.Function) -> None:
        self._let(function, self.READS, self.NAMED)

    def let_write(self, function: lambda_.Function) -> None:
        self._let(function, self.WRITES, self.NAMES)

    def _let(self, function: lambda_.Function, on_indexes: tuple[str, ...], on_names: tuple[str, ...]) -> None:
        """Policies there know an index by its name; those of all generations begin with what their alias is called."""
        assert function.role
        allow(function, ("aoss:APIAccessAll",), (self.collection.attr_arn,))
        indexes = [f"index/{self.name}/{alias}*" for alias in ALIASES]
        rules = [
            {"ResourceType": "index", "Resource": indexes, "Permission": list(on_indexes)},
            {"ResourceType": "collection", "Resource": [f"collection/{self.name}"], "Permission": list(on_names)},
        ]
        serverless.CfnAccessPolicy(
            self.stack,
            f"Index{function.node.id}Access",
            name=f"{self.name}-{function.node.id.lower()}"[:32],
            type="data",
            policy=self.stack.to_json_string([{"Rules": rules, "Principal": [function.role.role_arn]}]),
        )
        function.add_environment("SEARCH_ENDPOINT", self.collection.attr_collection_endpoint)

    def _policy(self, title: str, kind: str, policy: object) -> serverless.CfnSecurityPolicy:
        return serverless.CfnSecurityPolicy(self.stack, title, name=self.name, type=kind, policy=json.dumps(policy))
