"""HTTP for a domain: routes declared once with their permission, problem+json, receipts, ETags, one access-log line."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict

from kernel import answers, authz, log, settings
from kernel.errors import (
    CONTENT_TYPE,
    DomainError,
    Forbidden,
    InternalError,
    Invalid,
    NotFound,
    PreconditionFailed,
    TooLarge,
    UnsupportedMediaType,
)
from kernel.operations import Operation
from kernel.problems import fault_of, problem_response
from kernel.table import Receipt, Table

MAX_BODY_BYTES = 256 * 1024
MUTATING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_KEY = re.compile(r"[\x21-\x7e]{8,128}")
_CORRELATION = re.compile(r"[A-Za-z0-9_.\-]{8,64}")
FORM = "application/x-www-form-urlencoded"  # what a browser posts when another site sends it here
_ETAG = re.compile(r'(?:W/)?"(\d+)"')  # a proxy that compresses makes it a weak one

Handler = TypeVar("Handler", bound=Callable[..., Any])


class Request(BaseModel):
    """Base of request bodies: an unknown field is an error, not a guess; what was sent never shows in a log."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)


class Answer(BaseModel):
    """Base of what is answered."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, defer_build=True)


class IdempotencyKeyInvalid(Invalid):
    """An Idempotency-Key has 8 to 128 printable characters without spaces."""


class IdempotencyKeyReused(Invalid):
    """This Idempotency-Key was used for a different request. Use a new key for a new request."""


@dataclass(frozen=True, slots=True)
class _Call:
    method: str
    route: str
    headers: dict[str, str]
    request_hash: str
    correlation_id: str
    peer_ip: str

    @property
    def idempotency_key(self) -> str:
        key = self.headers.get("idempotency-key", "")
        if key and not _KEY.fullmatch(key):
            raise IdempotencyKeyInvalid()
        return key if self.method in MUTATING else ""


_call: ContextVar[_Call] = ContextVar("http_call")


def receipt(answer: BaseModel | None, status: int = 200) -> Receipt | None:
    """The current request's receipt, to be committed with its change; None if the caller sent no Idempotency-Key."""
    call = _call.get()
    if not call.idempotency_key:
        return None
    body = answer.model_dump_json() if answer else ""
    return Receipt(authz.principal().id, call.route, call.idempotency_key, call.request_hash, status, body)


def expected_version(current: int) -> int:
    """The version the caller edited: If-Match where it was sent, else the one just read."""
    sent = _call.get().headers.get("if-match", "")
    if not sent or sent == "*":
        return current
    match = _ETAG.fullmatch(sent)
    if not match or int(match[1]) != current:
        raise PreconditionFailed()
    return current


def idempotency_key() -> str:
    """What the caller calls this intention; empty, if nothing. For ids that are the same however often it is tried."""
    return _call.get().idempotency_key


def user_agent() -> str:
    return _call.get().headers.get("user-agent", "")[:200]


def caller_ip() -> str:
    """Who called, for counting only. Behind CloudFront: the last hop it vouches for; before that, anyone can say."""
    call = _call.get()
    if not settings.optional_env("ORIGIN_SECRET"):
        return call.peer_ip
    hops = [hop.strip() for hop in call.headers.get("x-forwarded-for", "").split(",") if hop.strip() != call.peer_ip]
    return hops[-1] if hops else call.peer_ip


class Api:
    """A domain's routes. `permit` names the action in the permission table, or is PUBLIC; `takes`, what is no JSON."""

    def __init__(self, domain: str) -> None:
        self.domain = domain
        self.permits: dict[str, str] = {}
        self.operations: dict[str, Operation] = {}
        self.takes: dict[str, str] = {}  # the media type of each route's body
        self.resolver = APIGatewayHttpResolver(enable_validation=True, serializer=answers.in_json)
        self.resolver.use([_finished])
        self._register_errors()

    def get(self, path: str, *, permit: str, **options: Any) -> Callable[[Handler], Handler]:
        return self._route("GET", path, permit, options)

    def post(self, path: str, *, permit: str, **options: Any) -> Callable[[Handler], Handler]:
        return self._route("POST", path, permit, options)

    def put(self, path: str, *, permit: str, **options: Any) -> Callable[[Handler], Handler]:
        return self._route("PUT", path, permit, options)

    def patch(self, path: str, *, permit: str, **options: Any) -> Callable[[Handler], Handler]:
        return self._route("PATCH", path, permit, options)

    def delete(self, path: str, *, permit: str, **options: Any) -> Callable[[Handler], Handler]:
        return self._route("DELETE", path, permit, options)

    def _route(self, method: str, path: str, permit: str, options: dict[str, Any]) -> Callable[[Handler], Handler]:
        key = f"{method} {path.replace('<', '{').replace('>', '}')}"
        self.permits[key], self.takes[key] = permit, options.pop("takes", "application/json")

        def register(function: Handler) -> Handler:
            told = " ".join((function.__doc__ or "").split())
            summary, _, more = told.partition(". ")
            described = {
                "operation_id": function.__name__,
                "summary": summary.rstrip("."),
                "description": more or told,
                "tags": [self.domain],
                "openapi_extensions": {"x-permission": permit},
                "security": [] if permit == authz.PUBLIC else [{"bearer": []}],
            }
            self.operations[function.__name__] = Operation(method, path, permit, function)
            status = options.get("status_code", 200)
            told_of = described | {"responses": answers.responses(function, status)} | options
            self.resolver.route(path, method, **told_of)(answers.written(function, status))
            return function

        return register

    # Answering

    def handler(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        meter = log.Meter()
        headers = {name.lower(): value for name, value in event.get("headers", {}).items()}
        sent = headers.get("x-correlation-id", "")
        with log.correlated(sent if _CORRELATION.fullmatch(sent) else "") as correlation_id:
            route = event["routeKey"]
            peer_ip = event["requestContext"]["http"].get("sourceIp", "")
            call = _Call(route.split(" ")[0], route, headers, _request_hash(event), correlation_id, peer_ip)
            token = _call.set(call)
            who = authz.principal_of(event)
            try:
                response = self._answer(event, context, call, who)
            finally:
                _call.reset(token)
            response.setdefault("headers", {})["X-Correlation-Id"] = correlation_id
            log.info(
                "request",
                route=route,
                path=event["rawPath"],
                status=response["statusCode"],
                principal=who.id if isinstance(who, authz.Principal) else authz.ANONYMOUS.id,
                **meter.read(),
            )
            return response

    def _answer(
        self, event: dict[str, Any], context: Any, call: _Call, who: authz.Principal | DomainError
    ) -> dict[str, Any]:
        permit = self.permits.get(call.route, authz.PUBLIC)
        try:
            if not _came_through_the_front(call):
                raise Forbidden("Call this API by its public address.")
            if len(event.get("body") or "") > MAX_BODY_BYTES:
                raise TooLarge(f"The body is over {MAX_BODY_BYTES // 1024} KB.")
            takes = self.takes.get(call.route, "application/json")
            if event.get("body") and takes != call.headers.get("content-type", takes).partition(";")[0].strip().lower():
                raise UnsupportedMediaType(f"Send the body as {takes}.")
            if isinstance(who, DomainError) and permit != authz.PUBLIC:
                raise who
            principal = who if isinstance(who, authz.Principal) else authz.ANONYMOUS
            refusal = permit != authz.PUBLIC and authz.hopeless(principal, permit)
            if refusal:
                raise refusal
            with authz.acting_as(principal) as checks:
                response = self.resolver.resolve(event if event.get("body") else _without_body(event), context)
                if response["statusCode"] < 400 and permit != authz.PUBLIC and permit not in checks.required:
                    raise RuntimeError(f"{call.route} did not require {permit!r}.")
                return response
        except DomainError as error:
            return _to_event(problem_response(error))
        except Exception:
            log.exception("unexpected error", route=call.route)
            return _to_event(problem_response(InternalError()))

    def _register_errors(self) -> None:
        def refused(error: DomainError) -> Response[str]:
            return _replayed() or problem_response(error)

        def invalid(error: RequestValidationError) -> Response[str]:
            return problem_response(Invalid("Some fields are wrong.", faults=[fault_of(one) for one in error.errors()]))

        def missing(_: NotFoundError) -> Response[str]:
            return problem_response(NotFound("There is no such route."))

        def unexpected(error: Exception) -> Response[str]:
            raise error  # before Powertools logs it too, without our ids

        self.resolver.exception_handler(DomainError)(refused)
        self.resolver.exception_handler(RequestValidationError)(invalid)
        self.resolver.exception_handler(NotFoundError)(missing)
        self.resolver.exception_handler(Exception)(unexpected)


def earlier_answer() -> Receipt | None:
    """Of a refused command that repeats one that succeeded. Whatever succeeds is no repetition, and not looked up."""
    call = _call.get()
    kept = call.idempotency_key and Table().receipt(authz.principal().id, call.route, call.idempotency_key)
    if kept and kept.request_hash != call.request_hash:
        raise IdempotencyKeyReused()
    return kept or None


def _replayed() -> Response[str] | None:
    try:
        kept = earlier_answer()
    except IdempotencyKeyReused as reused:
        return problem_response(reused)
    if not kept:
        return None
    headers: dict[str, str | list[str]] = {"Idempotent-Replayed": "true"}
    if not kept.body:
        return Response(kept.status, body="", headers=headers)
    headers |= answers.etag(json.loads(kept.body).get("version"))
    return Response(kept.status, content_type="application/json", body=kept.body, headers=headers)


def _finished(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """No content is no body. A document with a version has it as its ETag; whoever has that version is told so."""
    response = next_middleware(app)
    if response.status_code == 204:
        return Response(204, body="")
    etag, call = response.headers.get("ETag"), _call.get()
    if etag and call.method == "GET" and call.headers.get("if-none-match", "").removeprefix("W/") == etag:
        return Response(304, body="", headers={**response.headers})
    return response


def see_other(url: str) -> Response[str]:
    return Response(303, body="", headers={"Location": url, "Cache-Control": "no-store"})


def _to_event(response: Response[str]) -> dict[str, Any]:
    headers = {**response.headers, "Content-Type": CONTENT_TYPE}
    return {"statusCode": response.status_code, "headers": headers, "body": response.body, "isBase64Encoded": False}


def _request_hash(event: dict[str, Any]) -> str:
    body = event.get("body") or ""
    raw = base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()
    return hashlib.sha256(event["rawPath"].encode() + b"\0" + raw).hexdigest()


def _came_through_the_front(call: _Call) -> bool:
    """Where CloudFront stands before the API, only it knows the secret: whoever lacks it went around the firewall."""
    secret = settings.optional_env("ORIGIN_SECRET")
    return not secret or hmac.compare_digest(call.headers.get("x-origin-secret", "").encode(), secret.encode())


def _without_body(event: dict[str, Any]) -> dict[str, Any]:
    """No body is told field by field like an empty one, whatever media type a client or proxy calls it."""
    headers = {name: value for name, value in event.get("headers", {}).items() if name.lower() != "content-type"}
    return {**event, "headers": headers, "body": ""}
