import json

import pytest

from infra.grants import USED_BY_AWS, Grant, list_grants, remove
from infra.platform.resource import Resource
from tests.infra.conftest import Assembly

NO_RESOURCE_LEVEL = {"xray:PutTelemetryRecords", "xray:PutTraceSegments"}  # IAM knows no resource for them
LAMBDA_CHOOSES_THE_KEY = {"s3:PutObject"}  # below one prefix of one bucket


def grants_of(assembly: Assembly) -> list[tuple[str, Grant]]:
    return [(domain, grant) for domain, template in assembly.templates.items() for grant in list_grants(template)]


def test_no_action_is_a_wildcard_and_no_resource_but_for_a_written_reason(assembly: Assembly):
    vague = {
        grant.action
        for _, grant in grants_of(assembly)
        if "*" in grant.action or ("*" in grant.resource and grant.action not in NO_RESOURCE_LEVEL)
    }
    assert vague == LAMBDA_CHOOSES_THE_KEY


def test_no_role_can_touch_another_domains_table(assembly: Assembly):
    for domain, grant in grants_of(assembly):
        if grant.action.startswith("dynamodb:"):
            resource = json.loads(grant.resource)
            owner = (resource.get("Fn::GetAtt") or resource["Fn::Join"][1][0]["Fn::GetAtt"])[0]
            assert assembly.templates[domain]["Resources"][owner]["Type"] == "AWS::DynamoDB::Table", grant


def test_every_function_has_a_role_of_its_own(assembly: Assembly):
    functions = assembly.of_type("AWS::Lambda::Function")
    roles = {(name.split("/")[0], function["Role"]["Fn::GetAtt"][0]) for name, function in functions.items()}
    assert len(roles) == len(functions)


def test_roles_hold_nothing_that_is_not_listed_as_a_grant(cloud: Assembly):
    """Inline and managed policies would escape the list that `make chaos` removes grants by."""
    for name, role in cloud.of_type("AWS::IAM::Role").items():
        assert "Policies" not in role
        assert "ManagedPolicyArns" not in role or "Deployment" in name, name


def test_every_action_that_only_aws_uses_is_granted_somewhere(laptop: Assembly):
    assert {grant.action for _, grant in grants_of(laptop) if not grant.ours} == set(USED_BY_AWS)


def test_removing_a_grant_removes_that_one_and_no_other(laptop: Assembly):
    for template in laptop.templates.values():
        everything = list_grants(template)
        for grant in everything:
            assert list_grants(remove(template, grant)) == [other for other in everything if other != grant]


def test_removing_the_last_grant_of_a_policy_leaves_no_reference_to_it():
    template = {
        "Resources": {
            "Policy": {
                "Type": "AWS::IAM::Policy",
                "Properties": {
                    "Roles": [{"Ref": "Role"}],
                    "PolicyDocument": {"Statement": [{"Action": "s3:GetObject", "Effect": "Allow", "Resource": "arn"}]},
                },
            },
            "Function": {"Type": "AWS::Lambda::Function", "DependsOn": ["Policy", "Role"]},
        }
    }
    poorer = remove(template, Grant("Policy", "Role", "s3:GetObject", '"arn"'))
    assert poorer["Resources"] == {"Function": {"Type": "AWS::Lambda::Function", "DependsOn": ["Role"]}}


def test_removing_one_pair_of_a_statement_keeps_its_other_pairs():
    def template(*statements: dict[str, object]) -> dict[str, object]:
        policy = {"Roles": [{"Ref": "Role"}], "PolicyDocument": {"Statement": list(statements)}}
        return {"Resources": {"Policy": {"Type": "AWS::IAM::Policy", "Properties": policy}}}

    both = template({"Action": ["a:B", "a:C"], "Resource": ["x", "y"]})
    assert [
        (left.action, left.resource) for left in list_grants(remove(both, Grant("Policy", "Role", "a:B", '"x"')))
    ] == [
        ("a:B", '"y"'),
        ("a:C", '"x"'),
        ("a:C", '"y"'),
    ]


@pytest.mark.parametrize(("arn", "action"), [("arn:aws:s3:::*", "s3:GetObject"), ("arn:aws:s3:::bucket", "s3:*")])
def test_a_wildcard_is_refused_where_it_is_written(arn: str, action: str):
    with pytest.raises(ValueError, match="exact actions and resources"):
        Resource((arn,)).grant(None, action)  # type: ignore[arg-type]  # refused before the function is looked at
