"""The pages on their way into the bucket that CloudFront serves: brought, kept as they should be, and taken away."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

import boto3
import pytest
from moto import mock_aws

from functions.edge import publisher
from kernel import aws

REGION = "us-east-1"
TOLD: Mapping[str, str] = {"StackId": "stack", "RequestId": "request", "LogicalResourceId": "BroughtPages"}
HOME, SCRIPT = "shop/index.html", "shop/lib/ask.js"


class Cloud:
    """Two buckets and a distribution; `answers` is what CloudFormation was told."""

    def __init__(self) -> None:
        self.s3, self.cloudfront = boto3.client("s3", REGION), boto3.client("cloudfront", REGION)
        for bucket in ("pages", "assets"):
            self.s3.create_bucket(Bucket=bucket)
        origin = {"Id": "pages", "DomainName": "pages.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}
        behaviour = {"TargetOriginId": "pages", "ViewerProtocolPolicy": "https-only"}
        config: Any = {
            "CallerReference": "one",
            "Comment": "",
            "Enabled": True,
            "Origins": {"Quantity": 1, "Items": [origin]},
            "DefaultCacheBehavior": behaviour,
        }
        made = self.cloudfront.create_distribution(DistributionConfig=config)
        self.distribution = made["Distribution"]["Id"]
        self.answers: list[dict[str, Any]] = []

    def packed(self, **files: str) -> None:
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as packed:
            for name, text in files.items():
                packed.writestr(name, text)
        self.s3.put_object(Bucket="assets", Key="asset.zip", Body=content.getvalue())

    def asked(self, what: str) -> None:
        said = {"Bucket": "pages", "AssetBucket": "assets", "AssetKey": "asset.zip", "Distribution": self.distribution}
        event = {"RequestType": what, "ResponseURL": "https://cloudformation.example/answer", **TOLD}
        publisher.handler({**event, "ResourceProperties": said}, None)

    @property
    def there(self) -> set[str]:
        return {one["Key"] for one in self.s3.list_objects_v2(Bucket="pages").get("Contents", [])}

    @property
    def forgotten(self) -> list[Any]:
        found = self.cloudfront.list_invalidations(DistributionId=self.distribution)["InvalidationList"]
        return list(found.get("Items", []))


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    with mock_aws():
        made = Cloud()
        aws.use("s3", made.s3)
        aws.use("cloudfront", made.cloudfront)

        def answered(call: Any, timeout: float) -> io.BytesIO:
            assert (call.method, call.full_url) == ("PUT", "https://cloudformation.example/answer")
            made.answers.append(json.loads(call.data))
            return io.BytesIO()

        monkeypatch.setattr("urllib.request.urlopen", answered)
        yield made
        aws.use("s3", None)
        aws.use("cloudfront", None)


def test_pages_are_brought_with_their_kind_and_cloudfront_forgets_the_old_ones(cloud: Cloud):
    cloud.packed(**{HOME: "<p>", SCRIPT: "1", "headers.json": "{}"})
    cloud.asked("Create")
    assert cloud.there == {HOME, SCRIPT}
    found = {name: cloud.s3.get_object(Bucket="pages", Key=name) for name in cloud.there}
    assert found[HOME]["ContentType"] == "text/html; charset=utf-8"
    assert found[SCRIPT]["ContentType"] == "text/javascript; charset=utf-8"
    assert found[HOME]["CacheControl"] == "public, max-age=60"
    assert len(cloud.forgotten) == 1
    assert cloud.answers == [{"Status": "SUCCESS", "Reason": "", "PhysicalResourceId": "pages", **TOLD}]


def test_what_is_no_page_any_more_goes_and_what_is_not_the_shops_stays(cloud: Cloud):
    cloud.s3.put_object(Bucket="pages", Key="shop/former.html", Body=b"")
    cloud.s3.put_object(Bucket="pages", Key="about.html", Body=b"")
    cloud.packed(**{HOME: "<p>"})
    cloud.asked("Update")
    assert cloud.there == {HOME, "about.html"}


def test_with_the_stack_the_pages_go(cloud: Cloud):
    cloud.packed(**{HOME: "<p>"})
    cloud.asked("Create")
    cloud.asked("Delete")
    assert cloud.there == set()
    assert len(cloud.forgotten) == 1
    assert [one["Status"] for one in cloud.answers] == ["SUCCESS", "SUCCESS"]


def test_a_failure_is_told_at_once_and_takes_nothing_away(cloud: Cloud):
    cloud.s3.put_object(Bucket="pages", Key=HOME, Body=b"")
    with pytest.raises(cloud.s3.exceptions.NoSuchKey):
        cloud.asked("Update")
    assert cloud.there == {HOME}
    [told] = cloud.answers
    assert (told["Status"], "NoSuchKey" in told["Reason"]) == ("FAILED", True)


def test_nothing_is_told_to_an_address_without_tls():
    with pytest.raises(ValueError, match="TLS"):
        publisher.tell({"ResponseURL": "http://cloudformation.example", **TOLD}, "SUCCESS")
