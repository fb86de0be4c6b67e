"""Whether what is said of a product is what its category asks."""

import json
from collections.abc import Iterator, Mapping, Sequence

from functions.catalog.model.categories import Attribute, AttributeKind
from functions.catalog.model.listings import ATTRIBUTES_BYTES
from functions.catalog.model.products import AttributesRefused, AttributeValue
from kernel.errors import Fault


def check(asked: Sequence[Attribute], said: Mapping[str, AttributeValue], *, complete: bool) -> None:
    """A draft may lack what is required; what is shown may not."""
    known = {one.code: one for one in asked}
    faults = [Fault(f"/attributes/{code}", "The category has no such attribute") for code in said if code not in known]
    for code, attribute in known.items():
        if code in said:
            faults += (Fault(f"/attributes/{code}", why) for why in _faults(attribute, said[code]))
        elif attribute.required and complete:
            faults.append(Fault(f"/attributes/{code}", "The category requires this attribute"))
    if len(json.dumps(said, ensure_ascii=False).encode()) > ATTRIBUTES_BYTES:
        faults.append(Fault("/attributes", "This is too much to say of one product: shorter values, please"))
    if faults:
        raise AttributesRefused(faults=faults)


def _faults(attribute: Attribute, value: AttributeValue) -> Iterator[str]:
    kinds, expected = _FORMS[attribute.kind]
    if not isinstance(value, kinds) or isinstance(value, bool) != (attribute.kind == "flag"):
        yield expected
    elif isinstance(value, int | float):
        if attribute.minimum is not None and value < attribute.minimum:
            yield f"The least is {attribute.minimum}"
        if attribute.maximum is not None and value > attribute.maximum:
            yield f"The most is {attribute.maximum}"
    elif attribute.choices:
        chosen = value if isinstance(value, list) else [value]
        allowed = [one.value for one in attribute.choices]
        if not set(chosen) <= set(allowed) or len(set(chosen)) < len(chosen):
            yield f"There is to choose from: {', '.join(allowed)}"


_FORMS: dict[AttributeKind, tuple[tuple[type, ...], str]] = {
    "flag": ((bool,), "This is true or false"),
    "number": ((int, float), "This is a number"),
    "text": ((str,), "This is a text"),
    "choice": ((str,), "This is one of the category's choices"),
    "choices": ((list,), "This is a list of the category's choices"),
}
