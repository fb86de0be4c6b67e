"""Every workaround twice: without it the gap is still there, so it is needed; with it the gap is closed, so it fits."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import boto3
import pytest

from local.cloud import LAYERS, PYTHON, Cloud
from local.home import ACCOUNT, LOCALHOST, REGION, ROOT
from local.mailbox import messages
from local.workarounds import WORKAROUNDS
from local.workarounds.functions import CALLS_REMEMBERED, PROCESSES_PER_FUNCTION
from local.workarounds.streams import deliver
from tests.local.conftest import a_cloud, a_function, a_role, call, eventually, said

WHERE = (
    "import sys, boto3\ndef handler(event, context):\n    return {'python': sys.executable, 'boto3': boto3.__file__}\n"
)
SILENT = "def handler(event, context):\n    return 1\n"
STREAMED = """
import json, os
def handler(event, context):
    keys = [record["dynamodb"]["Keys"]["pk"]["S"] for record in event["Records"]]
    print("GOT", *keys)
    if "poison" in keys:
        raise ValueError("poison")
    bad = [r["dynamodb"]["SequenceNumber"] for r in event["Records"] if r["dynamodb"]["Keys"]["pk"]["S"] == "refused"]
    return {"batchItemFailures": [{"itemIdentifier": number} for number in bad[:1]]}
"""


@pytest.fixture
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Cloud]:
    """A cloud without the workaround that the test is about: its name is the parameter."""
    with a_cloud(tmp_path, without=[request.param]) as started:
        yield started


def without(workaround: str) -> pytest.MarkDecorator:
    assert workaround in {function.__name__ for function in WORKAROUNDS}
    return pytest.mark.parametrize("bare", [workaround], indirect=True)


# where functions run


def where_it_runs(cloud: Cloud) -> Any:
    a_function(cloud, "where", WHERE)
    return call(cloud, "where")


@without("functions_run_on_the_layers")
def test_functions_would_run_among_the_clouds_own_packages(bare: Cloud):
    assert "No module named 'boto3'" in where_it_runs(bare)["errorMessage"]


def test_functions_run_on_the_layers_alone(cloud: Cloud):
    found = where_it_runs(cloud)
    assert Path(found["python"]).samefile(sys._base_executable)  # type: ignore[attr-defined]  # no public name for it
    assert any(Path(found["boto3"]).is_relative_to(layer) for layer in LAYERS)


# how soon they answer


def quickest_ms(cloud: Cloud) -> float:
    a_function(cloud, "silent", SILENT)
    call(cloud, "silent")
    took = []
    for _ in range(20):
        started = time.perf_counter()
        call(cloud, "silent")
        took.append((time.perf_counter() - started) * 1000)
    return min(took)


@without("functions_answer_at_once")
def test_every_silent_call_would_take_fifty_milliseconds(bare: Cloud):
    assert quickest_ms(bare) > 50


def test_a_silent_call_answers_at_once(cloud: Cloud):
    assert quickest_ms(cloud) < 25


# how many processes a burst starts

BUSY = "import os, time\ndef handler(event, context):\n    time.sleep(0.2)\n    return os.getpid()\n"


def processes_of_a_burst(cloud: Cloud) -> int:
    a_function(cloud, "busy", BUSY)
    cloud.client("lambda")
    with ThreadPoolExecutor(10) as pool:
        return len(set(pool.map(lambda _: call(cloud, "busy"), range(10))))


@without("functions_share_a_few_processes")
def test_a_burst_would_start_a_process_for_every_call(bare: Cloud):
    assert processes_of_a_burst(bare) > PROCESSES_PER_FUNCTION


def test_a_burst_waits_for_the_few_processes_there_are(cloud: Cloud):
    assert processes_of_a_burst(cloud) <= PROCESSES_PER_FUNCTION


# table streams


def a_streamed_table(cloud: Cloud, name: str, **mapping: Any) -> None:
    dynamodb = cloud.client("dynamodb")
    made = dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    stream = made["TableDescription"]["LatestStreamArn"]
    read = ["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream", "dynamodb:ListStreams"]
    role = a_role(cloud, f"{name}-role", {"Effect": "Allow", "Action": read, "Resource": stream})
    a_function(cloud, name, STREAMED, role=role)
    cloud.client("lambda").create_event_source_mapping(
        EventSourceArn=stream, FunctionName=name, StartingPosition="TRIM_HORIZON", BatchSize=10, **mapping
    )


def write(cloud: Cloud, table: str, *keys: str) -> None:
    for key in keys:
        cloud.client("dynamodb").put_item(TableName=table, Item={"pk": {"S": key}})


def got(cloud: Cloud, table: str, key: str) -> int:
    return sum(line.split().count(key) for line in said(cloud, table) if line.startswith("GOT"))


@without("streams_honour_their_mapping")
def test_a_refused_record_would_be_lost(bare: Cloud):
    a_streamed_table(bare, "lossy", FunctionResponseTypes=["ReportBatchItemFailures"], MaximumRetryAttempts=2)
    write(bare, "lossy", "refused")
    eventually(lambda: got(bare, "lossy", "refused"))
    time.sleep(1)
    assert got(bare, "lossy", "refused") == 1


def test_a_refused_record_is_tried_again_and_then_kept_whole_in_the_bucket(cloud: Cloud):
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="kept", CreateBucketConfiguration={"LocationConstraint": REGION})
    a_streamed_table(
        cloud,
        "patient",
        FunctionResponseTypes=["ReportBatchItemFailures"],
        MaximumRetryAttempts=2,
        DestinationConfig={"OnFailure": {"Destination": "arn:aws:s3:::kept"}},
    )
    write(cloud, "patient", "refused")
    kept = eventually(lambda: s3.list_objects_v2(Bucket="kept").get("Contents"))
    assert got(cloud, "patient", "refused") == 3
    record = json.loads(s3.get_object(Bucket="kept", Key=kept[0]["Key"])["Body"].read())
    assert record["payload"]["Records"][0]["dynamodb"]["Keys"] == {"pk": {"S": "refused"}}
    write(cloud, "patient", "next")
    assert eventually(lambda: got(cloud, "patient", "next"))


@pytest.mark.parametrize(
    ("failing", "aside"), [((), []), (("c",), ["c"]), (("a", "d"), ["a", "d"])], ids=["none", "one", "first and last"]
)
def test_bisection_sets_aside_the_poison_and_delivers_the_rest(failing: tuple[str, ...], aside: list[str]):
    delivered: list[str] = []
    kept: list[str] = []

    def invoke(records: list[dict[str, Any]]) -> dict[str, Any]:
        if any(record["key"] in failing for record in records):
            return {"error": True}
        delivered.extend(record["key"] for record in records)
        return {"body": {}}

    deliver(
        [{"key": key, "dynamodb": {"SequenceNumber": key}} for key in "abcd"],
        invoke,
        retries=2,
        bisect=True,
        partial=False,
        set_aside=lambda records, _: kept.extend(record["key"] for record in records),
        pause=lambda _: None,
    )
    assert (sorted(delivered), kept) == (sorted(set("abcd") - set(failing)), aside)


def seen_after_a_restart(home: Path, **options: Any) -> bool:
    with a_cloud(home, **options) as cloud:
        a_streamed_table(cloud, "kept")
        write(cloud, "kept", *[f"before-{number}" for number in range(5)])
        assert eventually(lambda: got(cloud, "kept", "before-4"))
    with a_cloud(home, **options) as cloud:
        write(cloud, "kept", "after")
        return bool(eventually(lambda: got(cloud, "kept", "after"), within_s=4))


def test_streams_would_skip_what_is_written_after_a_restart(tmp_path: Path):
    assert not seen_after_a_restart(tmp_path, without=["streams_survive_a_restart"])


def test_streams_go_on_after_a_restart(tmp_path: Path):
    assert seen_after_a_restart(tmp_path)


def test_the_saved_state_has_nothing_that_was_read_from_a_stream(tmp_path: Path):
    with a_cloud(tmp_path) as cloud:
        a_streamed_table(cloud, "kept")
        write(cloud, "kept", "of-somebody-erased")
        cloud.client("dynamodb").delete_item(TableName="kept", Key={"pk": {"S": "of-somebody-erased"}})
        assert eventually(lambda: got(cloud, "kept", "of-somebody-erased") == 2)
        time.sleep(0.2)  # it is read a moment before the mapping says so
    assert "of-somebody-erased" not in (tmp_path / "state" / "dynamodb.json").read_text()


# mail


def mails_after_a_restart(home: Path, **options: Any) -> list[Any]:
    with a_cloud(home, **options) as cloud:
        a_sender(cloud)
        send(cloud.client("sesv2"))
    with a_cloud(home, **options) as cloud:
        return [mail for mails in cloud.get("/_ministack/ses/messages")["messages"].values() for mail in mails]


def a_sender(cloud: Cloud) -> None:
    sesv2 = cloud.client("sesv2")
    with suppress(sesv2.exceptions.AlreadyExistsException):
        sesv2.create_email_identity(EmailIdentity="metco.example")


def send(sesv2: Any, sender: str = "Metco <no-reply@metco.example>", to: str = "buyer@metco.example") -> None:
    text = {"Data": "hello"}
    sesv2.send_email(
        FromEmailAddress=sender,
        Destination={"ToAddresses": [to]},
        Content={"Simple": {"Subject": text, "Body": {"Text": text}}},
    )


def test_the_mailbox_would_be_empty_after_a_restart(tmp_path: Path):
    assert mails_after_a_restart(tmp_path, without=["mail_survives_a_restart"]) == []


def test_the_mailbox_keeps_its_mail(tmp_path: Path):
    assert [mail["To"] for mail in mails_after_a_restart(tmp_path)] == [["buyer@metco.example"]]


def left_when_the_account_goes(cloud: Cloud) -> set[str]:
    """Of one mail and one SMS each to a person whose account the pool deletes and to somebody else."""
    dynamodb, cognito, table = cloud.client("dynamodb"), cloud.client("cognito-idp"), "people"
    keys = {"pk": "HASH", "sk": "RANGE"}
    dynamodb.create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys.items()],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in keys],
    )
    profile = {"pk": "USER#usr_1", "sk": "PROFILE", "email": "Gone@metco.example", "phone": "+380671111111"}
    dynamodb.put_item(TableName=table, Item={name: {"S": value} for name, value in profile.items()})
    pool = cognito.create_user_pool(PoolName="people")["UserPool"]["Id"]
    cognito.admin_create_user(UserPoolId=pool, Username="usr_1", MessageAction="SUPPRESS")
    a_sender(cloud)
    for to in ("gone@metco.example", "stays@metco.example"):
        send(cloud.client("sesv2"), to=to)
    for number in ("+380671111111", "+380672222222"):
        cloud.client("sns").publish(PhoneNumber=number, Message="hello")
    cognito.admin_delete_user(UserPoolId=pool, Username="usr_1")
    kept = messages(cloud)
    dynamodb.delete_table(TableName=table)
    return {to for message in kept for to in message["to"]} & {
        *("gone@metco.example", "stays@metco.example"),
        *("+380671111111", "+380672222222"),
    }


@without("mail_goes_with_its_person")
def test_what_was_sent_to_a_person_would_outlive_their_account(bare: Cloud):
    assert len(left_when_the_account_goes(bare)) == 4


def test_what_was_sent_to_a_person_goes_with_their_account(cloud: Cloud):
    assert left_when_the_account_goes(cloud) == {"stays@metco.example", "+380672222222"}


def what_is_logged_of_messages(cloud: Cloud) -> list[str]:
    a_sender(cloud)
    send(cloud.client("sesv2"))
    cloud.client("sns").publish(PhoneNumber="+380671234567", Message="042137 is your code")
    log = cloud.log.read_text()
    return [trace for trace in ("buyer@metco.example", "+380671234567", "042137") if trace in log]


@without("the_log_names_no_recipient")
def test_the_log_would_say_who_was_sent_which_code(bare: Cloud):
    assert what_is_logged_of_messages(bare) == ["buyer@metco.example", "+380671234567", "042137"]


def test_the_log_says_nothing_of_who_was_sent_what(cloud: Cloud):
    assert what_is_logged_of_messages(cloud) == []


def sends_as(cloud: Cloud, sender: str) -> bool:
    """With a role that may send as metco.example and as nobody else."""
    a_sender(cloud)
    identity = f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/metco.example"
    name = f"sender-{abs(hash(sender))}"
    role = a_role(cloud, name, {"Effect": "Allow", "Action": "ses:SendEmail", "Resource": identity})
    given = cloud.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    client = boto3.client(
        "sesv2",
        endpoint_url=cloud.endpoint,
        region_name=REGION,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )
    try:
        send(client, sender)
    except client.exceptions.ClientError as error:
        return bool(error.response["Error"]["Code"] != "AccessDeniedException")
    finally:
        client.close()
    return True


@without("sending_needs_the_senders_identity")
def test_nobody_with_an_exact_grant_could_send(bare: Cloud):
    assert not sends_as(bare, "no-reply@metco.example")


def test_whoever_may_send_as_a_domain_sends_as_that_domain_alone(cloud: Cloud):
    assert sends_as(cloud, "Metco <no-reply@metco.example>")
    assert not sends_as(cloud, "no-reply@elsewhere.example")


# buckets


def writes_into_a_bucket(cloud: Cloud, prefix: str) -> bool:
    """With a role that may write below incoming, into a bucket that refuses what is not encrypted on its way."""
    s3, name = cloud.client("s3"), f"bucket-{prefix}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    arns = [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]
    unless = {"Bool": {"aws:SecureTransport": "false"}}
    refusal = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "s3:*", "Resource": arns, "Condition": unless}
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [refusal]}))
    allowed = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{name}/incoming/*"}
    role = a_role(cloud, f"writer-{prefix}", allowed)
    given = cloud.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    client = boto3.client(
        "s3",
        endpoint_url=cloud.endpoint,
        region_name=REGION,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )
    try:
        client.put_object(Bucket=name, Key=f"{prefix}/1", Body=b"hello")
    except client.exceptions.ClientError as error:
        return bool(error.response["Error"]["Code"] != "AccessDenied")
    finally:
        client.close()
    return True


@without("the_loopback_counts_as_encrypted")
def test_nobody_could_use_a_bucket_that_wants_encryption(bare: Cloud):
    assert not writes_into_a_bucket(bare, "incoming")


def test_whoever_may_write_below_a_prefix_writes_there_alone(cloud: Cloud):
    assert writes_into_a_bucket(cloud, "incoming")
    assert not writes_into_a_bucket(cloud, "papers")


# addresses


def finds_its_queue_on_another_port(home: Path, **options: Any) -> bool:
    with a_cloud(home, **options) as cloud:
        queue = cloud.client("sqs").create_queue(QueueName="kept")["QueueUrl"]
        cloud.client("sqs").send_message(QueueUrl=queue, MessageBody="hello")
        taken = cloud.port
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind((LOCALHOST, taken))
        other.listen()
        with a_cloud(home, **options) as cloud:
            sqs = cloud.client("sqs")
            assert cloud.port != taken
            try:
                found = sqs.receive_message(QueueUrl=sqs.get_queue_url(QueueName="kept")["QueueUrl"])
            except sqs.exceptions.QueueDoesNotExist:
                return False
            return f":{cloud.port}/" in sqs.list_queues()["QueueUrls"][0] and bool(found.get("Messages"))


def test_queues_would_be_lost_on_another_port(tmp_path: Path):
    assert not finds_its_queue_on_another_port(tmp_path, without=["saved_addresses_follow_the_port"])


def test_queues_are_found_on_another_port(tmp_path: Path):
    assert finds_its_queue_on_another_port(tmp_path)


# logs


def streams_after(cloud: Cloud, calls: int) -> int:
    a_function(cloud, "chatty", SILENT)
    for _ in range(calls):
        call(cloud, "chatty")
    pages = cloud.client("logs").get_paginator("describe_log_streams").paginate(logGroupName="/aws/lambda/chatty")
    return sum(len(page["logStreams"]) for page in pages)


@without("logs_forget_the_oldest")
def test_every_call_would_leave_a_log_stream_behind(bare: Cloud):
    assert streams_after(bare, 30) == 30


def test_the_logs_of_the_newest_calls_are_kept(tmp_path: Path):
    with a_cloud(tmp_path, function_environment={"LAPTOP_CALLS_REMEMBERED": "10"}) as cloud:
        assert 10 <= streams_after(cloud, 30) <= 11
    assert CALLS_REMEMBERED >= 1_000


@without("functions_log_to_a_file")
def test_nobody_could_follow_what_functions_say(bare: Cloud):
    where_it_runs(bare)
    assert bare.function_log.read_text() == ""


def test_what_functions_say_can_be_followed(cloud: Cloud):
    a_function(cloud, "talkative", "def handler(event, context):\n    print('one')\n    print('two')\n")
    call(cloud, "talkative")
    assert "talkative one\ntalkative two\n" in cloud.function_log.read_text()


# CloudFormation


def reference_of_a_secret(cloud: Cloud) -> str:
    template = {
        "Resources": {
            "Secret": {
                "Type": "AWS::SecretsManager::Secret",
                "Properties": {"GenerateSecretString": {"PasswordLength": 20}},
            }
        },
        "Outputs": {"Ref": {"Value": {"Ref": "Secret"}}},
    }
    cloudformation = cloud.client("cloudformation")
    cloudformation.create_stack(StackName="secretive", TemplateBody=json.dumps(template))

    def output() -> str:
        stack = cloudformation.describe_stacks(StackName="secretive")["Stacks"][0]
        return str(stack["Outputs"][0]["OutputValue"]) if stack.get("Outputs") else ""

    reference = str(eventually(output))
    assert cloud.client("secretsmanager").get_secret_value(SecretId=reference)["SecretString"]
    return reference


@without("secrets_are_referred_to_by_arn")
def test_a_secret_would_be_referred_to_by_its_name(bare: Cloud):
    assert not reference_of_a_secret(bare).startswith("arn:")


def test_a_secret_is_referred_to_by_its_arn_and_goes_with_its_stack(cloud: Cloud):
    reference = reference_of_a_secret(cloud)
    assert reference.startswith(f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:")
    cloud.client("cloudformation").delete_stack(StackName="secretive")
    secrets = cloud.client("secretsmanager")
    assert eventually(lambda: not secrets.list_secrets()["SecretList"])


def test_every_workaround_is_asked_for_here():
    asked = "".join(file.read_text() for file in Path(__file__).parent.glob("test_work*.py"))  # two of them
    assert [function.__name__ for function in WORKAROUNDS if f'"{function.__name__}"' not in asked] == []


# how much a write takes


def a_table(cloud: Cloud, name: str) -> Any:
    dynamodb = cloud.client("dynamodb")
    dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return dynamodb


def cpu_s(cloud: Cloud) -> float:
    taken = Path(f"/proc/{cloud.pid}/stat").read_text().split()
    return (int(taken[13]) + int(taken[14])) / os.sysconf("SC_CLK_TCK")


def cpu_s_of_conditions(cloud: Cloud, times: int = 30) -> float:
    """Of as many transactions of a hundred conditional writes. What else the machine does is not in it."""
    dynamodb, name = a_table(cloud, "conditions"), {"#k": "pk"}
    condition = {"ConditionExpression": "attribute_not_exists(#k)", "ExpressionAttributeNames": name}
    before = cpu_s(cloud)
    for time_ in range(times):
        items = [{"pk": {"S": f"{time_}-{place}"}} for place in range(100)]
        puts = [{"Put": {"TableName": "conditions", "Item": item, **condition}} for item in items]
        dynamodb.transact_write_items(TransactItems=puts)
    return cpu_s(cloud) - before


@without("conditions_are_understood_once")
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only Linux tells what a process has taken")
def test_every_condition_would_be_taken_apart_anew(bare: Cloud, cloud: Cloud):
    assert cpu_s_of_conditions(bare) > 1.15 * cpu_s_of_conditions(cloud)


FULL_TABLE = """
import gc, sys
from local.workarounds import speed
if sys.argv[1] == "with":
    speed.garbage_is_looked_for_less_often()
before = sum(generation["collections"] for generation in gc.get_stats())
table = {str(key): {f"field_{place}": {"S": "x"} for place in range(40)} for key in range(10_000)}
print(sum(generation["collections"] for generation in gc.get_stats()) - before)
"""


@without("garbage_is_looked_for_less_often")
def test_a_full_table_would_be_looked_through_again_and_again(bare: Cloud):
    """In a process of its own: how often is counted, since how long it takes depends on what else the machine does."""
    looks = {}
    for how in ("bare", "with"):
        command = [str(PYTHON), "-c", FULL_TABLE, how]
        looks[how] = int(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
    assert looks["bare"] > 10 * max(looks["with"], 1)


ONE_TRANSACTION = """
import asyncio, json, sys
from collections import Counter
from ministack.core import iam_actions
from ministack.services import dynamodb
from local.workarounds import speed

done = Counter()
parse, write = json.loads, json.dumps
json.loads = lambda *said, **how: (done.update(parsed=1), parse(*said, **how))[1]
json.dumps = lambda said, **how: (done.update(written="TransactItems" in said), write(said, **how))[1]
words = dynamodb._tokenize
dynamodb._tokenize = lambda said: (done.update(parted=1), words(said))[1]
if sys.argv[1] != "bare":
    getattr(speed, sys.argv[1])()

def ask(what, **said):
    headers = {"x-amz-target": "DynamoDB_20120810." + what}
    return asyncio.run(dynamodb.handle_request("POST", "/", headers, write(said).encode(), {}))[0]

key = [{"AttributeName": "pk", "KeyType": "HASH"}]
text = [{"AttributeName": "pk", "AttributeType": "S"}]
made = {"KeySchema": key, "AttributeDefinitions": text, "BillingMode": "PAY_PER_REQUEST"}
for table in ("one", "two"):
    assert ask("CreateTable", TableName=table, **made) == 200

def puts(count, size):
    items = [{"pk": {"S": str(number)}, "told": {"S": "x" * size}} for number in range(count)]
    absent = {"TableName": "one", "ConditionExpression": "attribute_not_exists(pk)"}
    other = {"TableName": "two", "Key": {"pk": {"S": "none"}}, "ConditionExpression": "attribute_not_exists(pk)"}
    return [{"Put": {**absent, "Item": item}} for item in items] + [{"ConditionCheck": other}]

done.clear()
written = ask("TransactWriteItems", TransactItems=puts(60, 10))
again = ask("TransactWriteItems", TransactItems=puts(60, 10))
told = {"status": [written, again], "written": done["written"], "parted": done["parted"]}
told["too long"] = ask("TransactWriteItems", TransactItems=puts(20, 300_000))
body = write({"TransactItems": puts(60, 10)}).encode()
done.clear()
asked = iam_actions.dynamodb_transaction_checks("dynamodb:TransactWriteItems", body, "eu-west-1", "000000000000")
iam_actions.dynamodb_resource_arns(body, "eu-west-1", "000000000000")
iam_actions.dynamodb_service_context(body)
told |= {"parsed": done["parsed"], "granted": [action for action, _ in asked]}
print("TOLD " + write(told))
"""


def one_transaction(how: str) -> dict[str, Any]:
    """In a process of its own: what it takes is counted, since how long that takes depends on what else there is."""
    command = [str(PYTHON), "-c", ONE_TRANSACTION, how]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    told: dict[str, Any] = json.loads(said.partition("TOLD ")[2])
    assert told["status"] == [200, 400], "written, and refused when it is there already"
    assert told["too long"] == 400
    assert set(told["granted"]) == {"dynamodb:PutItem", "dynamodb:ConditionCheckItem"}, "all that it does is asked for"
    return told


def test_every_condition_would_be_parted_into_words_again_and_again():
    assert one_transaction("bare")["parted"] > 200
    assert one_transaction("expressions_are_taken_apart_once")["parted"] == 1


def test_every_write_of_a_transaction_would_be_granted_by_itself():
    assert len(one_transaction("bare")["granted"]) == 61
    assert len(one_transaction("transactions_are_granted_kind_by_kind")["granted"]) == 2


def test_a_request_would_be_read_for_every_question_about_its_grants():
    assert one_transaction("bare")["parsed"] == 3
    assert one_transaction("requests_are_read_once_for_their_grants")["parsed"] == 1


def test_a_transaction_would_be_written_out_to_be_measured():
    assert one_transaction("bare")["written"] == 2
    assert one_transaction("transactions_are_measured_as_they_came")["written"] == 0


ONE_SHELF = """
import asyncio, json, sys
from collections import Counter
from ministack.services import dynamodb
from local.workarounds import speed

done = Counter()
evaluate = dynamodb._ExprEval.evaluate
dynamodb._ExprEval.evaluate = lambda self: (done.update(parsed=1), evaluate(self))[1]
if sys.argv[1] != "bare":
    getattr(speed, sys.argv[1])()

def ask(what, **said):
    headers = {"x-amz-target": "DynamoDB_20120810." + what}
    return json.loads(asyncio.run(dynamodb.handle_request("POST", "/", headers, json.dumps(said).encode(), {}))[2])

key = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
text = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")]
ask("CreateTable", TableName="one", KeySchema=key, AttributeDefinitions=text, BillingMode="PAY_PER_REQUEST")
for number in range(30):
    ask("PutItem", TableName="one", Item={"pk": {"S": "shelf"}, "sk": {"S": f"{'ab'[number % 2]}#{number:02}"}})

def found(condition, **values):
    names = {"#pk": "pk"} | ({"#sk": "sk"} if "#sk" in condition else {})
    said = {f":{name}": value for name, value in values.items()}
    asked = {"KeyConditionExpression": condition, "ExpressionAttributeNames": names, "ExpressionAttributeValues": said}
    answer = ask("Query", TableName="one", **asked)
    return [item["sk"]["S"] for item in answer["Items"]] if "Items" in answer else answer["__type"]

done.clear()
shelf = {"pk": {"S": "shelf"}}
told = {
    "all": found("#pk = :pk", **shelf),
    "prefix": found("#pk = :pk AND begins_with(#sk, :sk)", **shelf, sk={"S": "b#"}),
    "before": found("#pk = :pk AND #sk < :sk", **shelf, sk={"S": "a#10"}),
    "nothing": found("#pk = :pk", pk={"S": "cellar"}),
    "a number": found("#pk = :pk AND #sk < :sk", **shelf, sk={"N": "1"}),
}
told["parsed"] = done["parsed"]
told["from"] = found("#pk = :pk AND #sk >= :sk", **shelf, sk={"S": "b#27"})
print("TOLD " + json.dumps(told))
"""


def test_every_row_of_a_partition_would_be_put_to_a_parsed_condition():
    """What is found is the same either way, and so is what is refused."""
    command = [str(PYTHON), "-c", ONE_SHELF]
    told = {}
    for how in ("bare", "keys_are_compared_at_a_glance"):
        said = subprocess.run([*command, how], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        told[how] = json.loads(said.partition("TOLD ")[2])
    bare, close = told["bare"], told["keys_are_compared_at_a_glance"]
    assert (bare.pop("parsed") >= 90, close.pop("parsed")) == (True, 0)
    assert close == bare
    assert [len(close[name]) for name in ("all", "prefix", "before", "nothing")] == [30, 15, 5, 0]
    assert close["from"] == ["b#27", "b#29"]
