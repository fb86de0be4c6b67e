"""Brings the pages of web/ into the bucket that CloudFront serves them from, whenever they are deployed.

CloudFormation makes buckets and knows nothing of what lies in them. So it asks this function, with each new state of
the pages, and waits for its word; at the end of the stack it has it take them away, since no bucket goes with objects.
"""

import io
import json
import mimetypes
import urllib.request
import zipfile
from collections.abc import Iterator
from typing import Any

from kernel import aws, log

BELOW = "shop/"  # all that is brought, and all that is ever taken away
KEPT_S = 60  # by browsers; CloudFront is told at once
NAME = "pages"  # as long as it stays the same, CloudFormation never believes that there are two
WITHIN_S = 5

Asked = dict[str, Any]


def handler(event: Asked, context: Any) -> None:
    """Whatever happens is told: who is told nothing waits for an hour."""
    try:
        said = event["ResourceProperties"]
        brought = [] if event["RequestType"] == "Delete" else list(bring(said))
        gone = clear(said["Bucket"], besides=set(brought))
        if event["RequestType"] != "Delete":
            forget(said["Distribution"], event["RequestId"])
        log.info("pages", brought=len(brought), gone=gone)
    except Exception as error:
        tell(event, "FAILED", f"The pages were not brought: {type(error).__name__}. The function's log says more.")
        raise
    tell(event, "SUCCESS")


def bring(said: Asked) -> Iterator[str]:
    """Scripts and looks first: a page that is there already finds what it names."""
    packed = aws.client("s3").get_object(Bucket=said["AssetBucket"], Key=said["AssetKey"])["Body"].read()
    with zipfile.ZipFile(io.BytesIO(packed)) as files:
        names = [name for name in files.namelist() if name.startswith(BELOW) and not name.endswith("/")]
        for name in sorted(names, key=lambda name: name.endswith(".html")):
            aws.client("s3").put_object(
                Bucket=said["Bucket"],
                Key=name,
                Body=files.read(name),
                ContentType=kind_of(name),
                CacheControl=f"public, max-age={KEPT_S}",
            )
            yield name


def kind_of(name: str) -> str:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def clear(bucket: str, besides: set[str]) -> int:
    """What lies there and is no page any more. Fewer than a thousand files are one answer."""
    found = aws.client("s3").list_objects_v2(Bucket=bucket, Prefix=BELOW).get("Contents", [])
    gone = [one["Key"] for one in found if one["Key"] not in besides]
    for key in gone:
        aws.client("s3").delete_object(Bucket=bucket, Key=key)
    return len(gone)


def forget(distribution: str, reference: str) -> None:
    """CloudFront fetches all of them anew. Asked again by the same reference, it is the same wish."""
    paths = ["/shop", f"/{BELOW}*"]
    batch = {"Paths": {"Quantity": len(paths), "Items": paths}, "CallerReference": reference}
    aws.client("cloudfront").create_invalidation(DistributionId=distribution, InvalidationBatch=batch)


def tell(event: Asked, status: str, reason: str = "") -> None:
    """To the address that CloudFormation signed for this one answer."""
    same = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    body = json.dumps({"Status": status, "Reason": reason, "PhysicalResourceId": NAME, **same}).encode()
    call = urllib.request.Request(event["ResponseURL"], data=body, method="PUT", headers={"Content-Type": ""})
    if call.type != "https":
        raise ValueError("CloudFormation is answered over TLS only.")
    with urllib.request.urlopen(call, timeout=WITHIN_S):  # nosec B310  # https only, as the lines above see to
        return
