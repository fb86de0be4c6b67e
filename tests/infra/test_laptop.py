import json
import re
from collections.abc import Iterator
from typing import Any

from infra.platform.context import LAPTOP_DIFFERS_IN, NO_ACCOUNT, STAGES
from tests.infra.conftest import Assembly, Synthesize

# What each value may change in a template: resource type, and property or None for the whole resource.
EFFECTS: dict[str, set[tuple[str, str | None]]] = {
    "stage": set(),  # names only: told apart by replacing the word
    "account": set(),  # likewise
    "third_party_layers": {("AWS::Lambda::LayerVersion", None), ("AWS::Lambda::Function", "Layers")},
    "archive_days": {("AWS::Events::Archive", None)},
    "search": {
        ("AWS::OpenSearchService::Domain", None),
        ("AWS::Logs::LogGroup", None),
        ("AWS::Logs::ResourcePolicy", None),
        ("AWS::CloudWatch::Alarm", None),
        ("AWS::IAM::Policy", "PolicyDocument"),
        ("AWS::Lambda::Function", "Environment"),
    },
    "settle_s": {("AWS::SSM::Parameter", "Value")},
    "return_step_s": {("AWS::SSM::Parameter", "Value")},
    "people_per_network": {("AWS::SSM::Parameter", "Value")},
}


def test_the_laptops_stage_differs_from_dev_in_the_documented_values_only():
    laptop, dev = STAGES["local"], STAGES["dev"]
    differing = {name for name in type(dev).__dataclass_fields__ if getattr(laptop, name) != getattr(dev, name)}
    assert differing == set(LAPTOP_DIFFERS_IN) == set(EFFECTS)


def test_the_laptops_templates_are_devs_but_for_what_those_values_do(synthesize: Synthesize):
    laptop, dev = synthesize("local"), synthesize("dev")
    assert dev.templates.keys() == laptop.templates.keys()
    found = set()
    for domain, template in laptop.templates.items():
        found |= set(differences(anonymous(template), anonymous(as_on_a_laptop(dev.templates[domain]))))
    assert found == set().union(*EFFECTS.values())


def as_on_a_laptop(template: dict[str, Any]) -> dict[str, Any]:
    renamed = re.sub(r"\bdev\b", "local", json.dumps(template)).replace(NO_ACCOUNT, STAGES["local"].account)
    return dict(json.loads(renamed))


def anonymous(template: dict[str, Any]) -> dict[str, Any]:
    """A statement's Sid only labels it, and CDK hashes the stack's name into some."""
    text = json.dumps(template)
    return dict(json.loads(text, object_hook=lambda found: {key: found[key] for key in found.keys() - {"Sid"}}))


def differences(one: dict[str, Any], other: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    for section in (one.keys() | other.keys()) - {"Resources"}:
        if one.get(section) != other.get(section):
            yield section, None
    for name in one["Resources"].keys() | other["Resources"].keys():
        mine, theirs = one["Resources"].get(name), other["Resources"].get(name)
        if not mine or not theirs:
            yield (mine or theirs)["Type"], None
        elif mine != theirs:
            yield from (
                (mine["Type"], name)
                for name in mine["Properties"].keys() | theirs["Properties"].keys()
                if mine["Properties"].get(name) != theirs["Properties"].get(name)
            )


def test_the_same_code_makes_the_same_asset_on_every_stage_and_every_time(laptop: Assembly, cloud: Assembly):
    def code(assembly: Assembly) -> dict[str, Any]:
        functions = assembly.of_type("AWS::Lambda::Function")
        anywhere = {name: made for name, made in functions.items() if not name.startswith("edge/")}  # laptops have none
        return {name: made["Code"].get("S3Key", "inline") for name, made in anywhere.items()}

    assert code(laptop) == code(cloud)
