"""What a person keeps with Metco, lends, takes along and takes back, on the deployed template."""

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, quote_plus

from local.stack import Stack
from tests.e2e import personal_walk as personal
from tests.e2e.leaving_walk import hits, trade
from tests.e2e.page_walk import run_walk
from tests.e2e.walk import PASSWORD, Person, StepFailed

NAME, STREET = "Wilhelmina Featherstonehaugh", "Quittengasse 11"  # of nobody else on the shared stack
SURNAME = NAME.split()[1]  # as an index has it: a word by itself


def everything(stack: Stack) -> Iterator[tuple[str, str]]:
    """All that this laptop keeps, as text, and where it is.

    Every row, object, account, message sent or under way, log line, and what the search index has on the disk.
    """
    for message in stack.mailbox():
        yield "mailbox", json.dumps(message, ensure_ascii=False)
    for table, item in personal.rows(stack):
        yield f"{table}: {item['pk']} {item['sk']}", json.dumps(item, ensure_ascii=False)
    s3 = stack.client("s3")
    for bucket in (one["Name"] for one in s3.list_buckets()["Buckets"] if not one["Name"].startswith("cdk-")):
        for one in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
            with suppress(s3.exceptions.NoSuchKey):  # it is just being removed
                body = s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read()
                yield f"{bucket}/{one['Key']}", one["Key"] + body.decode("latin-1")
    cognito = stack.client("cognito-idp")
    for pool in cognito.list_user_pools(MaxResults=10)["UserPools"]:
        yield "user pool", json.dumps(cognito.list_users(UserPoolId=pool["Id"])["Users"], default=str)
    sqs = stack.client("sqs")
    for queue in sqs.list_queues().get("QueueUrls", []):
        waiting = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, VisibilityTimeout=0)
        yield queue, json.dumps(waiting.get("Messages", []))
    for file in (stack.home / "state" / "search").rglob("*"):
        with suppress(FileNotFoundError):  # just replaced by a newer one
            if file.is_file():
                yield str(file), file.read_bytes().decode("latin-1")
    yield from said(stack)


def said(stack: Stack) -> Iterator[tuple[str, str]]:
    logs = stack.client("logs")
    for group in logs.describe_log_groups()["logGroups"]:
        for event in logs.filter_log_events(logGroupName=group["logGroupName"])["events"]:
            yield group["logGroupName"], event["message"]
    for file in (stack.home / "logs").rglob("*"):
        if file.is_file():
            yield str(file), file.read_text(errors="replace")


def test_the_walk_does_what_the_page_says(stack: Stack):
    kind, denied, absorbed, wrong, quiet, removal, keys, revoked, refused, export, leaving, stayed, state = run_walk(
        stack, "personal-data.md", within_s=150
    )
    assert (kind, denied, absorbed) == ("guest", "401", "200")
    assert (wrong, quiet) == ("422", "{'begin': '22:00', 'end': '07:00'}")
    assert (removal, keys, revoked, refused) == ("403", "403", "204", "401")
    assert export in ("preparing", "ready")
    assert (leaving, stayed, state) == ("waiting", "204", "none")


def test_a_person_keeps_lends_and_shows(stack: Stack):
    person = Person(stack)
    person.sign_up()
    person.sign_in()
    key = personal.lend(person)
    personal.absorb(person)
    personal.picture(person)
    assert [place for place, text in everything(stack) if key in text] == []


def left_on_disk(home: Path) -> Iterator[tuple[str, str]]:
    """What a stopped laptop keeps: the state of every service, each object, each log."""
    for file in sorted(home.rglob("*")):
        if file.is_file():
            yield str(file.relative_to(home)), file.read_bytes().decode("latin-1")


def found(places: Iterator[tuple[str, str]], traces: Iterable[str]) -> list[tuple[str, str]]:
    """Which trace is where, however its letters are written there."""
    wanted = {form.casefold(): one for one in traces for form in (one, quote(one), quote_plus(one))}
    return [(where, one) for where, text in places for form, one in wanted.items() if form in text.casefold()]


def test_everything_can_be_taken_along_and_then_nothing_on_the_laptop_leads_to_the_person(tmp_path: Path):
    """A laptop of its own: in the end it is stopped, and what it keeps is searched too."""
    with Stack.start(tmp_path / "metco") as stack:
        person, other = Person(stack), Person(stack)
        person.sign_up()
        personal.sign_in_by_sms(person)
        phone = person.mine("GET", "/v1/me").json()["phone"]
        personal.furnish(person, NAME, STREET)
        personal.picture(person)
        store_id = personal.sell(person, NAME, STREET)
        trade(person, store_id, NAME)
        personal.soon(person, lambda: hits(person, "camera") == 1)
        assert hits(person, NAME) > 0
        other.sign_up()
        other.sign_in()
        stores = personal.invited_by(other, person)
        traces = (person.email, phone, NAME, SURNAME, STREET)
        before = found(everything(stack), traces)
        assert {trace for _, trace in before} == set(traces)
        for place in ("-search-", "/state/search/", "-catalog-", "imports/", "exports/", "sold/"):
            assert any(place in where for where, _ in before), f"the search sees nothing in {place}"
        archive = personal.take_along(person)
        known = json.loads(archive.read("identity.json"))
        assert (known["profile"]["email"], known["profile"]["phone"]) == (person.email, phone)
        assert known["addresses"]["items"][0]["line1"] == STREET
        assert json.loads(archive.read("stores.json"))["stores"][0]["name"] == NAME
        personal.leave(person)
        invitations = f"/v1/stores/{stores}/invitations"
        personal.soon(person, lambda: other.mine("GET", invitations).json()["items"][0]["state"] == "revoked")
        personal.soon(person, lambda: hits(person, "camera") == 0)  # whoever asks for a name in vain is remembered
        with suppress(StepFailed):  # what is left where says more
            personal.soon(person, lambda: found(everything(stack), traces) == [])
        assert found(everything(stack), traces) == []
        person.ask("POST", "/v1/sessions", expect=401, json={"email": person.email, "password": PASSWORD})
    assert found(left_on_disk(tmp_path), [other.email])  # the search sees what is there
    assert found(left_on_disk(tmp_path), traces) == []
