import json
import re

import pytest

from infra.grants import USED_BY_AWS, Grant, list_grants
from infra.platform.resource import Resource
from tests.infra.conftest import Assembly

# IAM knows no resource for them: traces, and messages to telephone numbers.
NO_RESOURCE_LEVEL = {"xray:PutTelemetryRecords", "xray:PutTraceSegments", "sns:Publish"}
OBJECTS_BELOW_A_PREFIX = {"s3:PutObject", "s3:GetObject", "s3:DeleteObject"}  # of one bucket: their keys are not known
# Of one search domain: a rebuild makes indexes whose names are not known.
WITHIN_A_DOMAIN = {f"es:ESHttp{method}" for method in ("Delete", "Get", "Head", "Post", "Put")}

# Of one workflow: its executions are named by orders that do not exist yet.
OF_A_WORKFLOW = {"states:DescribeExecution", "states:RedriveExecution"}


def grants_of(assembly: Assembly) -> list[tuple[str, Grant]]:
    return [(domain, grant) for domain, template in assembly.templates.items() for grant in list_grants(template)]


def test_no_action_is_a_wildcard_and_no_resource_but_for_a_written_reason(assembly: Assembly):
    vague = {
        grant.action
        for _, grant in grants_of(assembly)
        if "*" in grant.action or ("*" in grant.resource and grant.action not in NO_RESOURCE_LEVEL)
    }
    assert vague <= OBJECTS_BELOW_A_PREFIX | WITHIN_A_DOMAIN | OF_A_WORKFLOW
    for _, grant in grants_of(assembly):
        if grant.action in OF_A_WORKFLOW:
            assert re.search(r":execution:metco-[a-z]+-[a-z_]+:\*", grant.resource), f"{grant}: every workflow's"
        if grant.action in WITHIN_A_DOMAIN and "*" in grant.resource:
            assert re.search(r":domain/[a-z-]+/\*", grant.resource), f"{grant}: every domain of the account"
        if grant.action in OBJECTS_BELOW_A_PREFIX and "*" in grant.resource:
            assert re.search(r"/[a-z]+(/[a-z]+)*/\*", grant.resource), f"{grant}: a whole bucket"


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
    assert {grant.action for _, grant in grants_of(laptop)} >= set(USED_BY_AWS)


@pytest.mark.parametrize(("arn", "action"), [("arn:aws:s3:::*", "s3:GetObject"), ("arn:aws:s3:::bucket", "s3:*")])
def test_a_wildcard_is_refused_where_it_is_written(arn: str, action: str):
    with pytest.raises(ValueError, match="exact actions and resources"):
        Resource((arn,)).grant(None, action)  # type: ignore[arg-type]  # refused before the function is looked at
