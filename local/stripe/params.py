"""Every request is held against the official package's `params` types: what they do not know, Stripe refuses."""

import importlib
import re
import types
import typing
from collections.abc import Callable
from functools import cache
from typing import Any, ForwardRef, Literal, Union, get_args, get_origin

import stripe.params
import typing_extensions
from stripe._request_options import RequestOptions
from stripe._stripe_object import UntypedStripeObject

from local.stripe.wire import Document, invalid

Read = Callable[[Any, str], Any]
FOR_EVERYBODY = frozenset(["expand"])
INTEGER = re.compile(r"-?\d{1,18}")


def read(form: Document, name: str, more: tuple[str, ...] = ()) -> Document:
    """What was asked, as values. `more`: plain texts that only Stripe's own script sends, and its package does not."""
    also = {one: form[one] for one in more if one in form}
    rest = {one: value for one, value in form.items() if one not in more}
    if not name:
        return _loose(rest, also)
    values: Document = _typed_dict(_class(name))(rest, "")
    return values | also


def _loose(form: Document, also: Document) -> Document:
    """Where the package has no parameters at all, an address is asked for and nothing else."""
    for one in form:
        if one not in FOR_EVERYBODY:
            raise unknown(one)
    return form | also


@cache
def _class(name: str) -> Any:
    return getattr(stripe.params, name)


def unknown(path: str) -> Exception:
    if path == "payment_method_types":  # docs.stripe.com/changelog/endive/2026-09-30: it was taken until then
        gone = "payment_method_types_no_longer_supported"
        return invalid("payment_method_types is no longer supported in this version.", param=path, code=gone)
    return invalid(f"Received unknown parameter: {path}", param=path, code="parameter_unknown")


@cache
def _typed_dict(cls: Any) -> Read:
    names = {**vars(typing), **vars(typing_extensions), **vars(importlib.import_module(cls.__module__))}
    options = set(RequestOptions.__annotations__) if issubclass_of_options(cls) else set()
    needed = set(cls.__required_keys__) - options
    known: dict[str, Read] = {}

    def ready() -> dict[str, Read]:
        if not known:
            for name, annotation in cls.__annotations__.items():
                if name not in options:
                    known[name.removesuffix("_")] = _reader(annotation, names)
        return known

    def check(value: Any, path: str) -> Any:
        if not isinstance(value, dict):
            raise invalid(f"Invalid object: {path}", param=path)
        readers = ready()
        if stranger := next((name for name in value if name not in readers), None):
            raise unknown(_below(path, stranger))
        for name in sorted(needed):
            if value.get(name.removesuffix("_"), "") == "":
                where = _below(path, name)
                raise invalid(f"Missing required param: {where}.", param=where, code="parameter_missing")
        return {name: readers[name](below, _below(path, name)) for name, below in value.items()}

    return check


def issubclass_of_options(cls: Any) -> bool:
    return any(base is RequestOptions for base in getattr(cls, "__orig_bases__", ()))


def _below(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


def _reader(annotation: Any, names: dict[str, Any]) -> Read:
    annotation = _resolved(annotation, names)
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return _union([_resolved(one, names) for one in get_args(annotation)], names)
    if origin is Literal:
        return _one_of(get_args(annotation))
    if origin is list:
        return _list(_reader(get_args(annotation)[0], names))
    if origin is dict:
        return _mapping
    if hasattr(annotation, "__required_keys__"):
        return _typed_dict(annotation)
    return {int: _integer, bool: _truth, float: _number, str: _text}.get(annotation, _anything)


def _resolved(annotation: Any, names: dict[str, Any]) -> Any:
    while True:
        if isinstance(annotation, ForwardRef):
            annotation = annotation.__forward_arg__
        if isinstance(annotation, str):
            annotation = eval(annotation, names)  # nosec B307 - the pinned package's own annotations
        elif get_origin(annotation) in (typing_extensions.NotRequired, typing_extensions.Required):
            annotation = get_args(annotation)[0]
        else:
            return annotation


def _union(members: list[Any], names: dict[str, Any]) -> Read:
    members = [one for one in members if one is not type(None) and get_origin(one) is not UntypedStripeObject]
    if any(get_origin(one) is Literal and get_args(one) != ("",) for one in members) and str in members:
        members.remove(str)
    readers = [_reader(one, names) for one in members]

    def check(value: Any, path: str) -> Any:
        first: Exception | None = None
        for one in readers:
            try:
                return one(value, path)
            except Exception as refused:  # noqa: BLE001  # each reader says what is wrong; the last word is the union's
                if first is None or isinstance(value, dict):
                    first = refused
        raise first or invalid(f"Invalid {path}", param=path)

    return check


def _one_of(allowed: tuple[Any, ...]) -> Read:
    def check(value: Any, path: str) -> Any:
        if value not in allowed:
            listed = ", ".join(str(one) for one in allowed[:-1]) + (f", or {allowed[-1]}" if allowed[1:] else "")
            raise invalid(f"Invalid {path}: must be one of {listed or allowed[0]}", param=path)
        return value

    return check


def _list(item: Read) -> Read:
    def check(value: Any, path: str) -> Any:
        if not isinstance(value, list):
            raise invalid("Invalid array", param=path)
        return [item(one, f"{path}[{number}]") for number, one in enumerate(value)]

    return check


def _mapping(value: Any, path: str) -> Any:
    if value == "":
        return {}
    if not isinstance(value, dict):
        raise invalid("Invalid object", param=path)
    return value


def _integer(value: Any, path: str) -> int:
    if not isinstance(value, str) or not INTEGER.fullmatch(value):
        raise invalid(f"Invalid integer: {value}", param=path, code="parameter_invalid_integer")
    return int(value)


def _truth(value: Any, path: str) -> bool:
    if value not in ("true", "false"):
        raise invalid(f"Invalid boolean: {value}", param=path)
    return bool(value == "true")


def _number(value: Any, path: str) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise invalid(f"Invalid decimal: {value}", param=path) from None


def _text(value: Any, path: str) -> str:
    if not isinstance(value, str):
        raise invalid(f"Invalid string: {value}", param=path)
    return value


def _anything(value: Any, _: str) -> Any:
    return value
