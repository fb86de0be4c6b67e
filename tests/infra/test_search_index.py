import json
from pathlib import Path
from typing import Any

import pytest

from functions.search.index.cloud.names import ALIASES
from infra.app import build
from tests.infra.conftest import Assembly, said_of

DOMAIN = "arn:aws:es:eu-west-1:111111111111:domain/metco-prod-search"


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory, layers_dir: Path) -> Assembly:
    folder = tmp_path_factory.mktemp("serverless")
    build({**said_of("dev", layers_dir), "search": "serverless"}, str(folder)).synth()
    return Assembly(folder, "dev")


def the(assembly: Assembly, kind: str) -> dict[str, Any]:
    (found,) = assembly.of_type(kind).values()
    return found


def role_of(assembly: Assembly, word: str) -> dict[str, Any]:
    functions = assembly.of_type("AWS::Lambda::Function")
    (role,) = (
        each["Role"]
        for name, each in functions.items()
        if name.startswith("search/") and each["Handler"] == f"functions.search.{word}.handler"
    )
    return dict(role)


def test_the_domain_is_encrypted_everywhere_and_takes_tls_alone(cloud: Assembly):
    domain = the(cloud, "AWS::OpenSearchService::Domain")
    assert domain["EncryptionAtRestOptions"] == domain["NodeToNodeEncryptionOptions"] == {"Enabled": True}
    assert domain["DomainEndpointOptions"]["EnforceHTTPS"] is True
    assert domain["DomainEndpointOptions"]["TLSSecurityPolicy"] == "Policy-Min-TLS-1-2-PFS-2023-10"
    assert "VPCOptions" not in domain


def test_the_domain_lets_in_exactly_the_functions_that_search_and_write(cloud: Assembly):
    statements = the(cloud, "AWS::OpenSearchService::Domain")["AccessPolicies"]["Statement"]
    let = [(each["Principal"]["AWS"], sorted(each["Action"]), each["Resource"]) for each in statements]
    searching, writing = role_of(cloud, "api"), role_of(cloud, "consumers")
    assert let[:2] == [
        (searching, ["es:ESHttpPost"], [f"{DOMAIN}/{path}" for path in (*_searches(), "_msearch")]),
        (searching, ["es:ESHttpGet"], [f"{DOMAIN}/_alias"]),
    ]
    methods = ["es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut"]
    assert let[2:] == [(writing, methods, [f"{DOMAIN}/*"])]
    assert all(each["Effect"] == "Allow" for each in statements)


def _searches() -> list[str]:
    return [f"{alias}/_search" for alias in ALIASES]


def test_who_is_let_in_by_the_domain_is_granted_the_same_by_its_role_and_told_where_it_is(cloud: Assembly):
    for word in ("api", "consumers"):
        (policy,) = (
            each["PolicyDocument"]["Statement"]
            for name, each in cloud.of_type("AWS::IAM::Policy").items()
            if name.startswith("search/") and each["Roles"] == [{"Ref": role_of(cloud, word)["Fn::GetAtt"][0]}]
        )
        granted = {action for each in policy for action in _listed(each["Action"]) if action.startswith("es:")}
        domain = the(cloud, "AWS::OpenSearchService::Domain")["AccessPolicies"]["Statement"]
        let_in = {
            action for each in domain if each["Principal"]["AWS"] == role_of(cloud, word) for action in each["Action"]
        }
        assert granted == let_in
    told = {
        name.split("/")[0]
        for name, each in cloud.of_type("AWS::Lambda::Function").items()
        if "SEARCH_ENDPOINT" in each["Environment"]["Variables"]
    }
    assert told == {"search"}


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def test_production_has_a_node_in_each_of_three_zones_and_dev_has_one(cloud: Assembly, synthesize: Any):
    production = the(cloud, "AWS::OpenSearchService::Domain")["ClusterConfig"]
    assert (production["InstanceCount"], production["ZoneAwarenessConfig"]) == (3, {"AvailabilityZoneCount": 3})
    dev = the(synthesize("dev"), "AWS::OpenSearchService::Domain")["ClusterConfig"]
    assert (dev["InstanceCount"], dev["ZoneAwarenessEnabled"]) == (1, False)


def test_a_collection_takes_the_domains_place_by_one_word(collection: Assembly):
    assert not collection.of_type("AWS::OpenSearchService::Domain")
    assert the(collection, "AWS::OpenSearchServerless::Collection")["Type"] == "SEARCH"
    policies = collection.of_type("AWS::OpenSearchServerless::AccessPolicy").values()
    let = {}
    for each in policies:
        (rule,) = _joined(each["Policy"])
        let[json.dumps(rule["Principal"])] = {p for part in rule["Rules"] for p in part["Permission"]}
    assert len(let) == 2
    searching, writing = sorted(let.values(), key=len)
    assert searching == {"aoss:ReadDocument", "aoss:DescribeCollectionItems"}
    assert searching < writing
    assert not [permission for permission in writing if "*" in permission]


def _joined(policy: Any) -> Any:
    """Roles stand in it as references: put any word in their place."""
    return json.loads(
        "".join(
            part if isinstance(part, str) else json.dumps(part)[1:-1].replace('"', "'")
            for part in policy["Fn::Join"][1]
        )
    )


def test_the_laptop_deploys_no_server(laptop: Assembly):
    kinds = {each["Type"] for each in laptop.resources.values()}
    assert not [kind for kind in kinds if "OpenSearch" in kind]


def test_a_stage_says_where_its_index_is_in_words_that_exist(tmp_path: Path, layers_dir: Path):
    with pytest.raises(ValueError, match="one of managed, serverless, embedded, not 'cloud'"):
        build({**said_of("dev", layers_dir), "search": "cloud"}, str(tmp_path))
    with pytest.raises(ValueError, match="too long a name for a search domain"):
        build({**said_of("a-stage-of-many-words", layers_dir), "search": "managed"}, str(tmp_path))
