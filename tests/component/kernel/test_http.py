"""What the kernel does around every route of every domain, shown on an API that has no domain."""

import base64
import json
from typing import Annotated, ClassVar

import pytest
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import Field, SecretStr, field_serializer

from kernel import authz, log
from kernel.authz import PUBLIC, Principal, require
from kernel.errors import CONTENT_TYPE, Conflict, NotFound, TooManyRequests
from kernel.http import MAX_BODY_BYTES, Answer, Api, Request, expected_version, receipt, user_agent
from kernel.permit import allow
from kernel.table import Table, put
from tests.builders.http import Caller, Context, an_http_event

SECRET = "correct horse battery staple"
ME = Principal("usr_1", "s-1", frozenset({"customer"}))
KEY = {"idempotency-key": "key-12345"}


class ThingChanged(Conflict):
    """The thing was changed by someone else."""


class NewThing(Request):
    name: Annotated[str, Field(min_length=1, max_length=20)]
    count: int = 1
    secret: SecretStr | None = None


class Thing(Answer):
    id: str
    name: str
    version: int


api = Api("things")
runs: list[str] = []


@api.post("/v1/things", permit="write", status_code=201)
def make(request: NewThing) -> Thing:
    """Make a thing.

    It is yours.
    """
    require("write", owner=authz.principal().id)
    runs.append(request.name)
    thing = Thing(id="1", name=request.name, version=1)
    new = put({"pk": "THING", "sk": "1", **thing.model_dump()}).absent().otherwise(ThingChanged())
    Table().commit([new], receipt=receipt(thing, 201))
    return thing


@api.get("/v1/things/<thing_id>", permit="read")
def read(thing_id: Annotated[str, Path(max_length=5)], verbose: Annotated[int, Query(ge=0)] = 0) -> Thing:
    """Read a thing."""
    require("read", owner="usr_1")
    item = Table().get("THING", thing_id)
    if not item:
        raise NotFound()
    return Thing.model_validate(item)


@api.put("/v1/things/<thing_id>", permit="write")
def rename(thing_id: Annotated[str, Path()], request: NewThing) -> Thing:
    """Rename a thing."""
    require("write", owner=authz.principal().id)
    thing = Thing.model_validate(Table().get("THING", thing_id))
    newer = thing.model_copy(update={"name": request.name, "version": thing.version + 1})
    change = put({"pk": "THING", "sk": thing_id, **newer.model_dump()}).when(version=expected_version(thing.version))
    Table().commit([change.otherwise(ThingChanged())], receipt=receipt(newer))
    return newer


@api.delete("/v1/things/<thing_id>", permit="write", status_code=204)
def drop(thing_id: Annotated[str, Path()]) -> None:
    """Drop a thing."""
    require("write", owner=authz.principal().id)


@api.post("/v1/open", permit=PUBLIC)
def anyone(request: NewThing) -> Thing:
    """For anyone."""
    return Thing(id=authz.principal().id, name=user_agent(), version=1)


@api.post("/v1/broken", permit=PUBLIC)
def broken(request: NewThing) -> Thing:
    """Fails in a way nobody thought of."""
    raise LookupError("a shelf of ours")


@api.post("/v1/careless", permit="write")
def careless(request: NewThing) -> Thing:
    """Forgets to ask whether the caller may."""
    return Thing(id="1", name=request.name, version=1)


@api.get("/v1/slow-down", permit=PUBLIC)
def slow_down() -> Thing:
    """Too often."""
    raise TooManyRequests(retry_after_s=30)


anonymous, me = Caller(api), Caller(api, ME)


@pytest.fixture(autouse=True)
def things(world, monkeypatch):
    rules = {"read": allow(own=True), "write": allow(own=True), "rule": allow(roles=("admin",))}
    monkeypatch.setattr(authz, "PERMISSIONS", rules)
    runs.clear()


def problem(answer, status: int, code: str):
    assert (answer.status, answer.json["code"]) == (status, code), answer.text
    assert answer.headers["Content-Type"] == CONTENT_TYPE
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json["status"] == status
    assert answer.json["trace_id"] == answer.headers["X-Correlation-Id"]
    return answer.json


# Refusals


def test_wrong_fields_are_each_pointed_at_and_never_quoted(caplog):
    answer = me("POST", "/v1/things", {"name": "", "count": SECRET, "secret": 7, "extra": SECRET})
    told = problem(answer, 422, "invalid")
    assert [(fault["in"], fault["pointer"]) for fault in told["errors"]] == [
        ("body", "/name"),
        ("body", "/count"),
        ("body", "/secret"),
        ("body", "/extra"),
    ]
    assert SECRET not in answer.text
    assert all(SECRET not in str(record.__dict__) for record in caplog.records)


@pytest.mark.parametrize(
    ("path", "query", "where", "pointer"),
    [("/v1/things/toolong", {}, "path", "/thing_id"), ("/v1/things/1", {"verbose": "x"}, "query", "/verbose")],
)
def test_wrong_parts_of_the_address_are_pointed_at_too(path, query, where, pointer):
    told = problem(me("GET", path, query=query), 422, "invalid")
    assert [(fault["in"], fault["pointer"]) for fault in told["errors"]] == [(where, pointer)]


@pytest.mark.parametrize("body", ["", "{", '"text"', "[]", "null", "\x00", '{"name": "a"} x'])
def test_a_body_that_is_no_object_is_refused(body):
    problem(me("POST", "/v1/things", body), 422, "invalid")
    assert runs == []


@pytest.mark.parametrize("called", ["application/json", "application/octet-stream", "multipart/form-data"])
def test_a_missing_body_is_refused_whatever_it_is_called(called):
    problem(me("POST", "/v1/things", headers={"content-type": called}), 422, "invalid")


def test_a_body_that_is_too_large_is_not_even_read():
    problem(me("POST", "/v1/things", '{"name": "' + "x" * MAX_BODY_BYTES + '"}'), 413, "too_large")


@pytest.mark.parametrize("sent", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"])
def test_a_body_of_another_type_is_refused(sent):
    """Forms above all: a page elsewhere can make a browser send one."""
    problem(me("POST", "/v1/things", "name=a", headers={"content-type": sent}), 415, "unsupported_media_type")
    assert runs == []


@pytest.mark.parametrize("sent", ["application/json", "application/json; charset=utf-8"])
def test_json_is_json_with_or_without_a_charset(sent):
    assert me("POST", "/v1/things", {"name": "a"}, headers={"content-type": sent}).status == 201


def test_a_body_may_come_encoded():
    event = an_http_event("POST", "/v1/open", base64.b64encode(b'{"name": "a"}').decode())
    answer = api.handler(event | {"isBase64Encoded": True}, Context())
    assert answer["statusCode"] == 200


def test_a_route_that_is_not_there_is_a_problem_too():
    problem(me("GET", "/v1/nothing"), 404, "not_found")


def test_how_long_to_wait_is_a_header():
    answer = anonymous("GET", "/v1/slow-down")
    problem(answer, 429, "too_many_requests")
    assert answer.headers["Retry-After"] == "30"


def test_what_nobody_thought_of_is_logged_and_not_told(caplog):
    answer = anonymous("POST", "/v1/broken", {"name": "a"})
    told = problem(answer, 500, "internal_error")
    assert "LookupError" not in answer.text
    assert "shelf" not in answer.text
    (logged,) = (record for record in caplog.records if record.levelname == "ERROR")
    assert logged.exc_info
    assert logged.__dict__["correlation_id"] == told["trace_id"]


# Who is calling


def test_a_guarded_route_refuses_before_it_looks_at_the_body():
    problem(anonymous("POST", "/v1/things", {"wrong": True}), 401, "unauthenticated")


def test_a_refused_credential_is_told_with_its_reason():
    told = problem(
        anonymous("POST", "/v1/things", {"name": "a"}, refused="The token has expired."), 401, "unauthenticated"
    )
    assert told["detail"] == "The token has expired."


def test_a_public_route_does_not_mind_a_bad_credential():
    assert anonymous("POST", "/v1/open", {"name": "a"}, refused="expired").json["id"] == "anonymous"


def test_a_public_route_knows_whoever_shows_a_credential():
    assert me("POST", "/v1/open", {"name": "a"}).json["id"] == "usr_1"


def test_a_route_that_forgets_to_ask_is_a_defect_and_answers_nothing():
    problem(me("POST", "/v1/careless", {"name": "a"}), 500, "internal_error")


def test_the_caller_of_one_request_is_not_that_of_the_next():
    me("POST", "/v1/things", {"name": "a"})
    assert anonymous("POST", "/v1/open", {"name": "a"}).json["id"] == "anonymous"
    assert authz.principal() is authz.ANONYMOUS


# Correlation


@pytest.mark.parametrize("sent", [{}, {"x-origin-secret": "guessed"}])
def test_who_goes_around_the_front_is_turned_away(monkeypatch, sent):
    monkeypatch.setenv("ORIGIN_SECRET", "the front's own")
    problem(me("POST", "/v1/things", {"name": "a"}, headers=sent), 403, "forbidden")
    assert runs == []


def test_who_comes_through_the_front_is_let_in(monkeypatch):
    monkeypatch.setenv("ORIGIN_SECRET", "the front's own")
    assert anonymous("POST", "/v1/open", {"name": "a"}, headers={"x-origin-secret": "the front's own"}).status < 300


def test_a_correlation_id_that_is_sent_comes_back_and_is_on_every_line(caplog):
    answer = me("POST", "/v1/things", {"name": ""}, headers={"x-correlation-id": "my-request-7"})
    assert problem(answer, 422, "invalid")["trace_id"] == "my-request-7"
    assert {record.__dict__["correlation_id"] for record in caplog.records} == {"my-request-7"}
    assert log.correlation_id() == ""


@pytest.mark.parametrize("sent", ["short", "x" * 65, "line\nbreak-12", 'quo"te-1234', ""])
def test_a_correlation_id_that_could_do_harm_is_replaced(sent):
    answer = anonymous("POST", "/v1/open", {"name": "a"}, headers={"x-correlation-id": sent})
    assert answer.headers["X-Correlation-Id"].startswith("cor_")


def test_one_line_tells_of_each_request(caplog):
    me("POST", "/v1/things", {"name": "a", "secret": SECRET})
    lines = [record.__dict__ for record in caplog.records if record.message == "request"]
    assert len(lines) == 1
    told = {name: lines[0][name] for name in ("route", "path", "status", "principal")}
    assert told == {"route": "POST /v1/things", "path": "/v1/things", "status": 201, "principal": "usr_1"}
    assert SECRET not in str(lines)


def test_names_of_headers_are_read_in_any_case():
    answer = anonymous("POST", "/v1/open", {"name": "a"}, headers={"User-Agent": "U" * 300})
    assert answer.json["name"] == "U" * 200


# Versions


def test_a_document_carries_its_version_as_its_etag():
    assert me("POST", "/v1/things", {"name": "a"}).headers["ETag"] == '"1"'
    assert me("GET", "/v1/things/1").headers["ETag"] == '"1"'


@pytest.mark.parametrize("sent", ['"1"', 'W/"1"'])
def test_whoever_has_the_current_version_is_told_so(sent):
    me("POST", "/v1/things", {"name": "a"})
    answer = me("GET", "/v1/things/1", headers={"if-none-match": sent})
    assert (answer.status, answer.text, answer.headers["ETag"]) == (304, "", '"1"')


@pytest.mark.parametrize("sent", ['"0"', "1", "x"])
def test_whoever_has_another_version_gets_the_document(sent):
    me("POST", "/v1/things", {"name": "a"})
    assert me("GET", "/v1/things/1", headers={"if-none-match": sent}).json["version"] == 1


def test_an_edit_of_the_current_version_passes_and_makes_the_next():
    me("POST", "/v1/things", {"name": "a"})
    for version in (1, 2):
        answer = me("PUT", "/v1/things/1", {"name": "b"}, headers={"if-match": f'"{version}"'})
        assert (answer.status, answer.headers["ETag"]) == (200, f'"{version + 1}"')
    assert me("PUT", "/v1/things/1", {"name": "c"}).json["version"] == 4
    assert me("PUT", "/v1/things/1", {"name": "c"}, headers={"if-match": "*"}).json["version"] == 5


@pytest.mark.parametrize("sent", ['"0"', '"2"', "1", "x", '"1", "2"'])
def test_an_edit_of_another_version_is_refused_and_changes_nothing(sent):
    me("POST", "/v1/things", {"name": "a"})
    problem(me("PUT", "/v1/things/1", {"name": "b"}, headers={"if-match": sent}), 412, "precondition_failed")
    assert me("GET", "/v1/things/1").json == {"id": "1", "name": "a", "version": 1}


def test_no_content_has_no_body():
    answer = me("DELETE", "/v1/things/1")
    assert (answer.status, answer.text) == (204, "")


# Repetitions


def test_a_repetition_gets_the_first_answer_again(world):
    first = me("POST", "/v1/things", {"name": "a"}, headers=KEY)
    after = world.items()
    again = me("POST", "/v1/things", {"name": "a"}, headers=KEY)
    assert (again.status, again.json) == (first.status, first.json)
    assert again.headers["ETag"] == first.headers["ETag"] == '"1"'
    assert (first.headers.get("Idempotent-Replayed"), again.headers["Idempotent-Replayed"]) == (None, "true")
    assert world.items() == after


def test_without_a_key_a_repetition_is_a_second_request():
    me("POST", "/v1/things", {"name": "a"})
    problem(me("POST", "/v1/things", {"name": "a"}), 409, "thing_changed")


def test_a_repetition_outlives_later_changes():
    me("POST", "/v1/things", {"name": "a"})
    first = me("PUT", "/v1/things/1", {"name": "b"}, headers=KEY | {"if-match": '"1"'})
    me("PUT", "/v1/things/1", {"name": "c"})
    again = me("PUT", "/v1/things/1", {"name": "b"}, headers=KEY | {"if-match": '"1"'})
    assert (again.status, again.json) == (first.status, first.json)
    assert me("GET", "/v1/things/1").json["name"] == "c"


@pytest.mark.parametrize("body", [{"name": "b"}, {"name": "a", "count": 2}])
def test_a_key_stands_for_one_request(body, world):
    me("POST", "/v1/things", {"name": "a"}, headers=KEY)
    after = world.items()
    problem(me("POST", "/v1/things", body, headers=KEY), 422, "idempotency_key_reused")
    assert world.items() == after


def test_a_key_belongs_to_one_caller_and_one_route():
    me("POST", "/v1/things", {"name": "a"}, headers=KEY)
    other = Caller(api, Principal("usr_2", "s-2", frozenset({"customer"})))
    problem(other("POST", "/v1/things", {"name": "a"}, headers=KEY), 409, "thing_changed")
    assert me("PUT", "/v1/things/1", {"name": "b"}, headers=KEY).json["version"] == 2


@pytest.mark.parametrize("key", ["short", "x" * 129, "with space", "umlaut-äöü", "tab\there-1"])
def test_a_key_has_a_form(key, world):
    problem(me("POST", "/v1/things", {"name": "a"}, headers={"idempotency-key": key}), 422, "idempotency_key_invalid")
    assert world.items() == []


def test_a_refused_command_is_carried_out_when_it_is_repeated_in_better_times():
    problem(me("POST", "/v1/things", {"name": ""}, headers=KEY), 422, "invalid")
    assert me("POST", "/v1/things", {"name": "a"}, headers=KEY).status == 201


def test_a_key_on_a_read_means_nothing():
    me("POST", "/v1/things", {"name": "a"})
    assert me("GET", "/v1/things/1", headers=KEY).headers.get("Idempotent-Replayed") is None


# What infra and the contracts read


def test_each_route_names_its_permission():
    assert api.permits["POST /v1/things"] == "write"
    assert api.permits["PUT /v1/things/{thing_id}"] == "write"
    assert api.permits["POST /v1/open"] == PUBLIC


def test_the_answers_are_json():
    answer = me("POST", "/v1/things", {"name": "їжак"})
    assert answer.headers["Content-Type"] == "application/json"
    assert json.loads(answer.text)["name"] == "їжак"


class Counted(Answer):
    """An answer that knows how often it was made into text or plain data."""

    version: int
    times: ClassVar[list[int]] = []

    @field_serializer("version")
    def told(self, version: int) -> int:
        self.times.append(version)
        return version


def test_an_answer_is_written_once():
    counting = Api("counted")

    @counting.get("/v1/counted", permit=PUBLIC)
    def read_counted() -> Counted:
        """Read what counts."""
        return Counted(version=7)

    answer = Caller(counting)("GET", "/v1/counted")
    assert (answer.status, answer.json, answer.headers["ETag"]) == (200, {"version": 7}, '"7"')
    assert Counted.times == [7]
