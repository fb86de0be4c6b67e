"""Three dashboards for three questions: do callers get answers, do the functions and tables cope, do events flow?

Widgets search metrics by the stage's name prefix, so that a new domain appears on them by itself.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_cdk import aws_cloudwatch as cloudwatch

if TYPE_CHECKING:
    from infra.platform.core import Platform

WIDE, TALL = 12, 6
KINDS = (("AWS/Lambda", "FunctionName"), ("AWS/DynamoDB", "TableName"), ("AWS/SQS", "QueueName"))


def write(stack: "Platform") -> None:
    name, api = stack.context.prefix, stack.http_api_id
    functions, tables, queues = (Search(name, *kind) for kind in KINDS)
    everything_counted = f"SEARCH('Namespace=\"Metco/{stack.context.stage}\"', 'Sum', 60)"
    boards = {
        "api": [
            graph("Calls and errors", counted("AWS/ApiGateway", ["Count", "4xx", "5xx"], "Sum", ApiId=api)),
            graph("Latency, ms", counted("AWS/ApiGateway", ["Latency", "IntegrationLatency"], "p99", ApiId=api)),
            graph("Of it in the functions, ms", functions("Duration", "p99", "api")),
            graph("Of it in the authorizer, ms", functions("Duration", "p99", "authorizer")),
        ],
        "domains": [
            graph("Function errors", functions("Errors", "Sum")),
            graph("Function duration, ms", functions("Duration", "p99")),
            graph("Running at once", functions("ConcurrentExecutions", "Maximum")),
            graph("Throttled functions", functions("Throttles", "Sum")),
            graph("Write units", tables("ConsumedWriteCapacityUnits", "Sum")),
            graph("Read units", tables("ConsumedReadCapacityUnits", "Sum")),
            graph("Throttled writes", tables("WriteThrottleEvents", "Sum")),
            graph("Conflicting transactions", tables("TransactionConflict", "Sum")),
            graph("What the domains count", [[{"expression": everything_counted}]]),
        ],
        "flows": [
            graph("Relay lag, ms", functions("IteratorAge", "Maximum")),
            graph("Relay errors", functions("Errors", "Sum", "relay")),
            graph("Oldest waiting event, s", queues("ApproximateAgeOfOldestMessage", "Maximum")),
            graph("Dead letters", queues("ApproximateNumberOfMessagesVisible", "Maximum", "DeadLetters")),
        ],
    }
    for board, widgets in boards.items():
        for place, widget in enumerate(widgets):
            widget |= {"x": place % 2 * WIDE, "y": place // 2 * TALL, "width": WIDE, "height": TALL}
            widget["properties"] |= {"region": stack.region}
        cloudwatch.CfnDashboard(
            stack,
            f"{board.capitalize()}Dashboard",
            dashboard_name=f"{name}-{board}",
            dashboard_body=stack.to_json_string({"widgets": widgets}),
        )


def graph(title: str, metrics: list[Any]) -> dict[str, Any]:
    return {"type": "metric", "properties": {"title": title, "metrics": metrics, "view": "timeSeries", "period": 60}}


def counted(namespace: str, metrics: list[str], statistic: str, **dimensions: str) -> list[Any]:
    named = [text for dimension in dimensions.items() for text in dimension]
    return [[namespace, metric, *named, {"stat": statistic}] for metric in metrics]


@dataclass(frozen=True, slots=True)
class Search:
    """Every metric of a kind whose dimension contains the stage's prefix."""

    prefix: str
    namespace: str
    dimension: str

    def __call__(self, metric: str, statistic: str, word: str = "") -> list[Any]:
        words = f'"{self.prefix}" "{word}"' if word else f'"{self.prefix}"'
        terms = f'{{{self.namespace},{self.dimension}}} MetricName="{metric}" {words}'
        return [[{"expression": f"SEARCH('{terms}', '{statistic}', 60)"}]]
