"""The in-memory S3 answers like moto's: the same calls succeed, the same are refused with the same code."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from tests.chaos.memory_objects import MemoryObjects
from tests.chaos.wire import Wire, no_faults

Step = Callable[[Any], Any]


def put(key: str, body: bytes = b"0123456789", content_type: str = "text/plain") -> Step:
    return lambda s3: s3.put_object(Bucket="files", Key=key, Body=body, ContentType=content_type)


def get(key: str, **options: Any) -> Step:
    def ask(s3: Any) -> Any:
        answer = s3.get_object(Bucket="files", Key=key, **options)
        told = {name: answer.get(name) for name in ("ContentType", "ETag", "ContentRange")}
        return told | {"body": answer["Body"].read()}

    return ask


def copy(source: str, key: str) -> Step:
    def ask(s3: Any) -> Any:
        etag = s3.get_object(Bucket="files", Key=source)["ETag"]
        from_ = {"Bucket": "files", "Key": source}
        how = {"CopySourceIfMatch": etag, "ContentType": "image/png", "MetadataDirective": "REPLACE"}
        s3.copy_object(Bucket="files", Key=key, CopySource=from_, **how)

    return ask


def delete(key: str) -> Step:
    return lambda s3: s3.delete_object(Bucket="files", Key=key)


STEPS = [
    *(get("one"), put("one"), get("one"), get("one", Range="bytes=0-3"), get("one", Range="bytes=0-99")),
    *(put("one", b"other"), get("one"), put("empty", b""), get("empty"), get("empty", Range="bytes=0-3")),
    *(copy("none", "two"), copy("one", "two"), get("two"), delete("one"), delete("one"), get("one"), get("two")),
]


@pytest.fixture
def moto() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("s3", "us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
        client.create_bucket(Bucket="files")
        yield client


def outcome(step: Step, s3: Any) -> Any:
    try:
        answer = step(s3)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return answer if isinstance(answer, dict) and "body" in answer else None


def test_both_answer_the_same_calls_alike(moto):
    memory = MemoryObjects(Wire(no_faults))
    for number, step in enumerate(STEPS):
        assert outcome(step, memory) == outcome(step, moto), f"step {number}"


def test_a_copy_of_what_has_changed_since_is_refused_which_moto_does_not_do():
    memory = MemoryObjects(Wire(no_faults))
    etag = memory.put_object(Key="one", Body=b"1", ContentType="text/plain") or memory.objects["one"].etag
    memory.sent_to("one", b"2", "text/plain")
    with pytest.raises(ClientError, match="PreconditionFailed"):
        memory.copy_object(Key="two", CopySource={"Key": "one"}, CopySourceIfMatch=etag, ContentType="text/plain")
    assert "two" not in memory.objects
