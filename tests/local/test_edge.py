import json
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from typing import Any

import httpx
import pytest
import stripe
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from local.cloud import Cloud
from local.edge import Edge
from local.home import ACCOUNT, REGION
from local.media import BUCKET
from local.stripe.client import PUBLISHABLE_KEY, SECRET_KEY
from local.stripe.server import Server
from local.stripe.stand_in import StandIn
from tests.local.conftest import a_cloud, a_function, a_role

ECHO = """
import base64, json
def handler(event, context):
    body = event.get("body") or ""
    raw = base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()
    told = {
        "path": event["rawPath"],
        "query": event["rawQueryString"],
        "bytes": len(raw),
        "headers": event["headers"],
        "method": event["requestContext"]["http"]["method"],
    }
    headers = {"X-Told": "yes", "Content-Type": "application/json"}
    return {"statusCode": 207, "headers": headers, "cookies": ["a=1", "b=2"], "body": json.dumps(told)}
"""

SOCKET = """
import json, os
import boto3
def handler(event, context):
    where = event["requestContext"]
    if where["routeKey"] == "$connect":
        return {"statusCode": 200 if (event.get("queryStringParameters") or {}).get("ticket") == "good" else 403}
    if where["routeKey"] == "$default":
        url = f"{os.environ['AWS_ENDPOINT_URL']}/_aws/execute-api/{where['apiId']}/{where['stage']}"
        said = f"you said {event['body']}".encode()
        boto3.client("apigatewaymanagementapi", endpoint_url=url).post_to_connection(
            ConnectionId=where["connectionId"], Data=said
        )
    return {"statusCode": 200}
"""


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    """In front of an HTTP API and a WebSocket API that tell what reached them."""
    with a_cloud(tmp_path_factory.mktemp("cloud")) as cloud:
        an_api(cloud, "HTTP", a_function(cloud, "echo", ECHO), ["$default"])
        manage = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:*"
        role = a_role(
            cloud, "socket", {"Effect": "Allow", "Action": "execute-api:ManageConnections", "Resource": manage}
        )
        an_api(cloud, "WEBSOCKET", a_function(cloud, "socket", SOCKET, role=role), ["$connect", "$default"])
        beside = Server(StandIn())
        beside.start()
        made = Edge(cloud, 0, lambda: beside.url)
        made.start()
        yield made
        made.stop()
        beside.stop()


def an_api(cloud: Cloud, protocol: str, function: str, routes: list[str]) -> None:
    gateway = cloud.client("apigatewayv2")
    selection = {"RouteSelectionExpression": "$request.body.action"} if protocol == "WEBSOCKET" else {}
    api = gateway.create_api(Name=protocol, ProtocolType=protocol, **selection)["ApiId"]
    version = {"PayloadFormatVersion": "2.0"} if protocol == "HTTP" else {}
    made = gateway.create_integration(ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=function, **version)
    for route in routes:
        gateway.create_route(ApiId=api, RouteKey=route, Target=f"integrations/{made['IntegrationId']}")
    gateway.create_stage(ApiId=api, StageName="$default" if protocol == "HTTP" else "live", AutoDeploy=True)
    name = function.rsplit(":", 1)[1]
    cloud.client("lambda").add_permission(
        FunctionName=name, StatementId="gateway", Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com"
    )


def test_a_request_arrives_as_it_was_sent(edge: Edge):
    answer = httpx.put(f"{edge.url}/v1/a%20b/c?q=%26&q=2", content=b"x" * 300_000, headers={"X-Mine": "kept"})
    told = answer.json()
    assert (told["method"], told["query"], told["bytes"]) == ("PUT", "q=%26&q=2", 300_000)
    assert told["path"] in {"/v1/a%20b/c", "/v1/a b/c"}
    assert told["headers"]["x-mine"] == "kept"
    assert told["headers"]["x-forwarded-proto"] == "http"
    assert told["headers"]["x-correlation-id"].startswith("cor_")


def test_an_answer_arrives_as_it_was_given(edge: Edge):
    answer = httpx.get(f"{edge.url}/v1/anything")
    assert (answer.status_code, answer.headers["X-Told"]) == (207, "yes")
    assert answer.headers.get_list("Set-Cookie") == ["a=1", "b=2"]


def test_a_path_with_a_line_break_in_it_arrives_as_well(edge: Edge):
    answer = httpx.get(f"{edge.url}/v1/shops/a%0Ab")
    assert answer.status_code == 207
    assert answer.json()["path"] in {"/v1/shops/a%0Ab", "/v1/shops/a\nb"}


def test_nothing_but_the_api_is_reached_through_the_edge(edge: Edge):
    for path in ("/_ministack/health", "/_aws/execute-api/x/y", "/v2/email/account", "/2015-03-31/functions"):
        assert httpx.get(edge.url + path).status_code == 404


def test_a_browser_finds_the_stand_ins_script_and_asks_it_with_what_a_browser_may_know(edge: Edge):
    script = httpx.get(f"{edge.url}/_stripe/stripe.js")
    assert script.headers["Content-Type"].startswith("text/javascript")
    places: Any = dict.fromkeys(("api", "connect", "files", "meter_events"), edge.stripe_url())
    client = stripe.StripeClient(SECRET_KEY, base_addresses=places)
    intent = client.v1.payment_intents.create({"amount": 5_00, "currency": "eur"})
    address, known = f"{edge.url}/_stripe/v1/payment_intents/{intent.id}", {"key": PUBLISHABLE_KEY}
    assert httpx.get(address, params=known).status_code == 404
    seen = httpx.get(address, params={**known, "client_secret": intent.client_secret})
    assert (seen.status_code, seen.json()["amount"]) == (200, 5_00)
    assert httpx.get(f"{edge.url}/_stripe/v1/customers", params=known).status_code == 403


def test_without_the_stand_in_its_pages_say_that_it_is_not_there(edge: Edge):
    other = Edge(edge.cloud, 0, lambda: "http://127.0.0.1:9")
    other.start()
    answer = httpx.get(f"{other.url}/_stripe")
    other.stop()
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


PICTURE = "/media/img_1/320.webp"


@pytest.fixture(scope="module")
def media(edge: Edge) -> str:
    """A bucket with one public picture and one private file."""
    s3, bucket = edge.cloud.client("s3"), "metco-media"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    kept = {"ContentType": "image/webp", "CacheControl": "public, max-age=31536000, immutable"}
    s3.put_object(Bucket=bucket, Key=f"public{PICTURE}", Body=b"picture", **kept)
    s3.put_object(Bucket=bucket, Key="originals/img_1", Body=b"where it was taken")
    edge.cloud.client("ssm").put_parameter(Name=BUCKET, Value=bucket, Type="String", Overwrite=True)
    return edge.url


def test_a_picture_is_served_to_everyone_and_kept_by_browsers(media: str):
    answer = httpx.get(media + PICTURE)
    assert (answer.status_code, answer.content, answer.headers["Content-Type"]) == (200, b"picture", "image/webp")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    again = httpx.get(media + PICTURE, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert httpx.head(media + PICTURE).headers["Content-Length"] == "7"


@pytest.mark.parametrize(
    "path",
    [
        "/media/img_2/320.webp",
        "/media/../originals/img_1",
        "/media/..%2f..%2foriginals/img_1",
        "/media/%2e%2e/%2e%2e/originals/img_1",
        "/media/a//b",
        "/media/",
        "/public/media/img_1/320.webp",
        "/originals/img_1",
    ],
)
def test_nothing_but_public_pictures_is_served(media: str, path: str):
    host, port = "localhost", int(media.rpartition(":")[2])
    with closing(HTTPConnection(host, port, timeout=10)) as plain:  # others tidy a path before they send it
        plain.request("GET", path)
        answer = plain.getresponse()
        assert answer.status in (403, 404)
        assert b"taken" not in answer.read()


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_a_picture_can_only_be_read(media: str, method: str):
    assert httpx.request(method, media + PICTURE, content=b"x").status_code in (404, 405)
    assert httpx.get(media + PICTURE).content == b"picture"


def test_what_is_said_on_the_socket_goes_both_ways(edge: Edge):
    with connect(f"ws://localhost:{edge.port}/ws?ticket=good") as socket:
        for word in (json.dumps({"action": "hello"}), "plain"):
            socket.send(word)
            assert socket.recv(timeout=20) == f"you said {word}"


def test_a_socket_that_the_api_refuses_is_refused(edge: Edge):
    with pytest.raises(InvalidStatus, match="403"):
        connect(f"ws://localhost:{edge.port}/ws?ticket=bad")


def test_an_open_socket_does_not_hold_up_the_end(edge: Edge):
    other = Edge(edge.cloud, 0, lambda: "")
    other.start()
    with connect(f"ws://localhost:{other.port}/ws?ticket=good") as socket:
        started = time.monotonic()
        other.stop()
        assert time.monotonic() - started < 1.5
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=5)
