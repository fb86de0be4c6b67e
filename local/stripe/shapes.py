"""Every answer is held against the annotations of the official package, which are made from Stripe's own description.

A text that the package writes as `Literal[...] | str` is taken strictly: a value that is not listed is a lie of ours.
"""

import importlib
import inspect
import re
import sys
import types
import typing
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, ForwardRef, Literal, Union, cast, get_args, get_origin

from stripe._list_object import ListObject
from stripe._object_classes import OBJECT_CLASSES
from stripe._stripe_object import StripeObject, UntypedStripeObject

Wrong = tuple[str, str]
Class = Any  # one of the package's: its own types are too strict to be kept in a cache
Check = Callable[[Any, str], Iterator[Wrong]]
IMPORTED = re.compile(r"^    from (stripe\.(?!params)[\w.]+) import (?:\(\s*)?(\w+)(?: as (\w+))?", re.MULTILINE)


class Misshapen(AssertionError):
    """The stand-in was about to say what Stripe never says: a defect of the stand-in."""


def hold(answer: dict[str, Any]) -> None:
    if wrong := list(problems(answer)):
        raise Misshapen("; ".join(f"{path}: {what}" for path, what in wrong[:8]))


def problems(answer: dict[str, Any]) -> Iterator[Wrong]:
    kind = str(answer.get("object"))
    if answer.get("deleted"):
        if set(answer) - {"id", "object", "deleted", "currency"}:
            yield kind, "a deleted object says only that it is"
        return
    if kind == "list":
        yield from _list(answer, kind, lambda one, _: problems(one))
        return
    if kind not in OBJECT_CLASSES:
        yield kind, "no such object"
        return
    yield from _object(class_of(kind))(answer, kind)


@cache
def class_of(kind: str) -> Class:
    module, name = OBJECT_CLASSES[kind]
    found: Class = getattr(importlib.import_module(module), name)
    return found


@cache
def _for_type_checkers(module: str) -> dict[str, Any]:
    """What a module of the package imports for type checkers only: its annotations are not to be read without."""
    found: dict[str, Any] = {}
    for source, name, other in IMPORTED.findall(inspect.getsource(sys.modules[module])):
        found[other or name] = getattr(importlib.import_module(source), name)
    return found


def _resolved(annotation: Any, owner: type) -> Any:
    if not isinstance(annotation, str | ForwardRef):
        return annotation
    text = annotation if isinstance(annotation, str) else annotation.__forward_arg__
    names = {**vars(typing), **_for_type_checkers(owner.__module__), **vars(sys.modules[owner.__module__])}
    return eval(text, names)  # nosec B307 - the pinned package's own annotations


@cache
def fields(cls: Class) -> dict[str, tuple[Any, type]]:
    found: dict[str, tuple[Any, type]] = {}
    for owner in reversed(cls.__mro__):
        if not owner.__module__.startswith("stripe.") or owner is StripeObject:
            continue
        for name, annotation in inspect.get_annotations(owner).items():
            if not name.startswith("_") and name != "OBJECT_NAME":
                found[name.removesuffix("_")] = (annotation, owner)
    return found


@cache
def _object(cls: Class) -> Check:
    known: dict[str, tuple[Check, bool]] = {}

    def ready() -> dict[str, tuple[Check, bool]]:
        if not known:  # on first use: classes refer to each other in circles
            for name, (annotation, owner) in fields(cls).items():
                resolved = _resolved(annotation, owner)
                needed = type(None) not in get_args(resolved)
                known[name] = (_check(resolved, owner), needed)
        return known

    def check(value: Any, path: str) -> Iterator[Wrong]:
        if not isinstance(value, dict):
            yield path, f"not an object ({cls.__name__})"
            return
        expected = ready()
        for name, below in value.items():
            if name not in expected:
                yield f"{path}.{name}", "unknown field"
            else:
                yield from expected[name][0](below, f"{path}.{name}")
        for name, (_, needed) in expected.items():
            if needed and name not in value:
                yield f"{path}.{name}", "missing"

    return check


def _check(annotation: Any, owner: type) -> Check:
    annotation = _resolved(annotation, owner)
    origin = get_origin(annotation)
    if annotation is Any:
        return _anything
    if origin in (Union, types.UnionType):
        return _union(annotation, owner)
    if origin is Literal:
        return _one_of(get_args(annotation))
    if origin is list:
        return _all(_check(get_args(annotation)[0], owner))
    if origin is dict:
        return _values(_check(get_args(annotation)[1], owner))
    base: Class = origin if isinstance(origin, type) else annotation
    if not isinstance(base, type):
        return _anything
    if issubclass(base, ListObject):
        inner = get_args(annotation)
        item = _check(inner[0], owner) if inner else _anything
        return lambda value, path: _list(value, path, item)
    if base is UntypedStripeObject:
        inner = get_args(annotation)
        return _values(_check(inner[0], owner) if inner else _anything)
    if issubclass(base, StripeObject):
        return _object(cast(Class, base))
    return _plain(base)


def _anything(*_: Any) -> Iterator[Wrong]:
    yield from ()


def _plain(base: type) -> Check:
    wire = {"Decimal": str}.get(base.__name__, base)

    def check(value: Any, path: str) -> Iterator[Wrong]:
        fits = isinstance(value, int | float) if wire is float else isinstance(value, wire)
        if not fits or (isinstance(value, bool) and wire is not bool):
            yield path, f"{value!r} is no {base.__name__}"

    return check


def _one_of(allowed: tuple[Any, ...]) -> Check:
    def check(value: Any, path: str) -> Iterator[Wrong]:
        if value not in allowed:
            yield path, f"{value!r} is none of {allowed[:8]}"

    return check


def _all(item: Check) -> Check:
    def check(value: Any, path: str) -> Iterator[Wrong]:
        if not isinstance(value, list):
            yield path, "not a list"
            return
        for number, one in enumerate(value):
            yield from item(one, f"{path}[{number}]")

    return check


def _values(item: Check) -> Check:
    def check(value: Any, path: str) -> Iterator[Wrong]:
        if not isinstance(value, dict):
            yield path, "not an object"
            return
        for name, one in value.items():
            yield from item(one, f"{path}.{name}")

    return check


def _list(value: Any, path: str, item: Check) -> Iterator[Wrong]:
    if not isinstance(value, dict) or value.get("object") != "list":
        yield path, "not a list object"
        return
    for name in ("data", "has_more", "url"):
        if name not in value:
            yield f"{path}.{name}", "missing"
    for number, one in enumerate(value.get("data", [])):
        yield from item(one, f"{path}.data[{number}]")


def _union(annotation: Any, owner: type) -> Check:
    members = [_resolved(member, owner) for member in get_args(annotation)]
    literals = [member for member in members if get_origin(member) is Literal]
    if literals and str in members:
        members.remove(str)
    nullable = type(None) in members
    checks = [(member, _check(member, owner)) for member in members if member is not type(None)]

    def check(value: Any, path: str) -> Iterator[Wrong]:
        if value is None:
            if not nullable:
                yield path, "may not be null"
            return
        tried = []
        for member, one in checks:
            wrong = list(one(value, path))
            if not wrong:
                return
            tried.append((isinstance(value, dict) is (member is not str), _same_object(member, value), wrong))
        yield from max(tried, key=lambda attempt: attempt[:2])[2]

    return check


def _same_object(member: Any, value: Any) -> bool:
    return isinstance(value, dict) and getattr(member, "OBJECT_NAME", None) == value.get("object", "")
