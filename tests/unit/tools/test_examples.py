import pytest

from tools.contracts import ContractError
from tools.contracts.examples import MOMENT, example


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string", "examples": ["a", "b"]}, "a"),
        ({"const": 7}, 7),
        ({"type": "string", "default": "en"}, "en"),
        ({"type": "string", "enum": ["x", "y"]}, "x"),
        ({"anyOf": [{"type": "null"}, {"type": "boolean"}]}, True),
        ({"type": "integer", "minimum": 3}, 3),
        ({"type": "string", "format": "date-time"}, MOMENT),
        (
            {"type": "string", "pattern": "^usr_[0123456789abcdefghjkmnpqrstvwxyz]{26}$"},
            "usr_01k6m2q8vx4c7e9r1t3y5w7zab",
        ),
        ({"type": "array", "items": {"$ref": "#/$defs/Thing"}}, [{"id": "t"}]),
    ],
)
def test_an_example_is_declared_or_follows_from_the_schema(schema, value):
    things = {"Thing": {"type": "object", "properties": {"id": {"type": "string", "examples": ["t"]}}}}
    assert example(schema, things, "somewhere") == value


def test_what_only_people_know_has_to_be_said():
    schema = {"type": "object", "properties": {"name": {"type": "string"}}}
    with pytest.raises(ContractError, match=r"Thing\.name needs an example"):
        example(schema, {}, "Thing")
