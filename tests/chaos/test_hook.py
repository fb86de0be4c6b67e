"""What `tests/chaos/hook` does to the calls of a function's process, as its SDK and the code behind it see it."""

import io
import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError, ReadTimeoutError

from tests.chaos import faults
from tests.chaos.faults import kinds
from tests.chaos.hook.sitecustomize import DIES, FITS, Misfortune, text

ITEM = {"Put": {"TableName": "t", "Item": {"pk": {"S": "a"}}}}


class Raw(io.BytesIO):
    def stream(self, **_: Any):
        yield self.read()


def check_signature(request: Any) -> None:
    """As MiniStack does, and AWS."""
    headers = {name.lower(): text(value) for name, value in request.headers.items()}
    signed = headers["authorization"].partition("SignedHeaders=")[2].partition(",")[0].split(";")
    _, _, region, service, _ = headers["authorization"].partition("Credential=")[2].partition(",")[0].split("/")
    again = AWSRequest(
        request.method, request.url, {name: headers[name] for name in signed if name != "host"}, request.body
    )
    auth = SigV4Auth(Credentials("a", "b"), service, region)
    again.context["timestamp"] = headers["x-amz-date"]
    told = auth.string_to_sign(again, auth.canonical_request(again))
    assert headers["authorization"].endswith(auth.signature(told, again))


class Network:
    """Everything is done, and written down."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def send(self, request: Any) -> Any:
        check_signature(request)
        self.sent.append(json.loads(request.body))
        answer: dict[str, Any] = {}
        headers: Any = {}
        if entries := self.sent[-1].get("Entries"):
            answer = {"FailedEntryCount": 0, "Entries": [{"EventId": entry["DetailType"]} for entry in entries]}
        if asked := self.sent[-1].get("RequestItems"):
            answer = {"Responses": {table: wanted["Keys"] for table, wanted in asked.items()}}
        return AWSResponse(request.url, 200, headers, Raw(json.dumps(answer).encode()))


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.fixture
def client(network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    hook = Misfortune(tmp_path, network)

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")

    def made(service: str) -> Any:
        config = Config(retries={"mode": "standard", "max_attempts": 3}, parameter_validation=False)
        keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
        client: Any = boto3.client(service, region_name="eu-west-1", config=config, **keys)  # type: ignore[call-overload]  # the service is data
        client.meta.events.register("before-send", hook)
        return client

    return made


def plan(folder: Path, kind: str, number: int = 1) -> None:
    (folder / "plan.json").write_text(json.dumps({"number": number, "kind": kind}))


def write(client: Any) -> None:
    client("dynamodb").transact_write_items(TransactItems=[ITEM, ITEM], ClientRequestToken="once")


def test_every_kind_of_the_other_layers_is_known_where_it_can_be():
    operations = {one for fits in FITS.values() for one in fits}
    for operation in operations:
        here = {kind for kind, fits in FITS.items() if operation in fits}
        assert here <= set(kinds(operation)), operation
    assert {*DIES, *FITS} == {kind for operation in operations for kind in kinds(operation)}


@pytest.mark.parametrize(("kind", "tokens"), [(faults.DUPLICATE, 1), (faults.LATE, 2), (faults.LOST, 1)])
def test_what_comes_twice_is_sent_twice(client, network, tmp_path, kind, tokens):
    plan(tmp_path, kind)
    write(client)
    assert len(network.sent) == 2
    assert len({one["ClientRequestToken"] for one in network.sent}) == tokens


def test_a_refusal_for_the_rate_is_heard_although_the_sdk_tries_again(client, network, tmp_path):
    plan(tmp_path, faults.THROTTLE)
    with pytest.raises(ClientError, match="ThrottlingException"):
        write(client)
    assert network.sent == []
    write(client)
    assert len(network.sent) == 1


def test_what_is_not_answered_was_done_once(client, network, tmp_path):
    plan(tmp_path, faults.SILENT)
    with pytest.raises(ReadTimeoutError):
        write(client)
    assert len(network.sent) == 1


def test_a_conflict_names_its_row(client, network, tmp_path):
    plan(tmp_path, faults.CONFLICT)
    with pytest.raises(ClientError) as refused:
        write(client)
    reasons: Any = refused.value.response
    assert [one["Code"] for one in reasons["CancellationReasons"]] == ["TransactionConflict", "None"]
    assert network.sent == []


def test_a_batch_is_read_but_for_the_first(client, tmp_path):
    plan(tmp_path, faults.PARTIAL)
    keys = [{"pk": {"S": name}} for name in "ab"]
    answer = client("dynamodb").batch_get_item(RequestItems={"t": {"Keys": keys}})
    assert answer["Responses"] == {"t": keys[1:]}
    assert answer["UnprocessedKeys"]["t"]["Keys"] == keys[:1]


def test_of_events_the_first_is_refused_and_the_others_come_twice(client, network, tmp_path):
    plan(tmp_path, faults.PARTIAL)
    entries = [{"DetailType": name, "Detail": json.dumps({"metadata": {"id": name}})} for name in "abc"]
    answer = client("events").put_events(Entries=entries)
    assert [one.get("EventId") for one in answer["Entries"]] == [None, "b", "c"]
    assert [[one["DetailType"] for one in sent["Entries"]] for sent in network.sent] == [["b", "c"], ["c", "b"]]
    assert (tmp_path / "published").read_text().split() == ["b", "c"]


def test_a_fault_waits_for_a_call_that_it_fits_and_strikes_once(client, network, tmp_path):
    plan(tmp_path, faults.CONFLICT, number=2)
    write(client)  # the first
    client("dynamodb").get_item(TableName="t", Key={"pk": {"S": "a"}})  # nothing that could conflict
    assert not (tmp_path / "struck").exists()
    with pytest.raises(ClientError):
        write(client)
    write(client)
    assert (tmp_path / "struck").read_text() == "conflict: TransactWriteItems \n"


def test_calls_are_counted_over_all_processes(client, tmp_path):
    for _ in range(3):
        write(client)
    assert (tmp_path / "number").stat().st_size == len((tmp_path / "calls").read_text().splitlines()) == 3
