import importlib
import json
import re
from pathlib import Path

import pytest

from infra.platform.context import ROOT, context_of
from infra.platform.gateway import routes_of
from tests.infra.conftest import Assembly
from tools.contracts.domains import DOORS

ROUTES_PER_API = 600  # of an HTTP API, once its quota is raised: docs/going-live.md says so; AWS gives 300 at first
RESOURCE_POLICY_BYTES = 20_480  # of a function
ROLE_POLICY_CHARS = 10_240  # all inline policies of a role together
EVENTS = ROOT / "events"


# Functions

# One reads files of 50 MB from end to end, one all journals there are, one asks Stripe about each thing overdue, one
# about every movement of a day. All others answer somebody who waits.
LONGEST_S = {
    "catalog.imports": 120,
    "ledger.verifier": 900,
    "orders.sweep": 60,
    "payments.reconcile": 900,
    "payments.sweep": 120,
}


def test_every_function_is_traced_logs_json_for_a_limited_time_and_has_limits(assembly: Assembly):
    groups = {group["LogGroupName"]: group for group in assembly.of_type("AWS::Logs::LogGroup").values()}
    for name, function in assembly.of_type("AWS::Lambda::Function").items():
        assert function["TracingConfig"] == {"Mode": "Active"}, name
        assert function["LoggingConfig"]["LogFormat"] == "JSON", name
        assert groups[f"/aws/lambda/{function['FunctionName']}"]["RetentionInDays"], name
        assert function["Timeout"] <= LONGEST_S.get(
            name.partition("/")[0] + "." + function["Handler"].split(".")[-2], 30
        ), name
        assert function["MemorySize"] >= 256, name


def test_every_function_knows_its_stage_and_domain(assembly: Assembly):
    for name, function in assembly.of_type("AWS::Lambda::Function").items():
        told = function["Environment"]["Variables"]
        assert (told["STAGE"], told["DOMAIN"]) == (assembly.stage, name.split("/")[0])


# Tables and relays


def test_every_table_is_on_demand_recoverable_and_expires_items(assembly: Assembly):
    for table in assembly.of_type("AWS::DynamoDB::Table").values():
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
        assert table["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}


def test_every_streaming_table_has_a_relay_that_gives_up_without_losing(assembly: Assembly):
    mappings = assembly.of_type("AWS::Lambda::EventSourceMapping")
    relays = {name.split("/")[0]: each for name, each in mappings.items() if "StartingPosition" in each}
    streaming = [
        name for name, table in assembly.of_type("AWS::DynamoDB::Table").items() if "StreamSpecification" in table
    ]
    assert {name.split("/")[0] for name in streaming} == set(relays)
    for relay in relays.values():
        assert relay["BisectBatchOnFunctionError"]
        assert relay["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert 0 < relay["MaximumRetryAttempts"] < 100
        assert relay["DestinationConfig"]["OnFailure"]["Destination"] == {"Ref": "PlatformFailuresBucketArn"}
        assert json.loads(relay["FilterCriteria"]["Filters"][0]["Pattern"]) == {
            "eventName": ["INSERT"],
            "dynamodb": {"Keys": {"pk": {"S": [{"prefix": "EVENT#"}]}}},
        }


def test_data_outlives_its_stack_in_production_only(assembly: Assembly):
    kept = "Retain" if assembly.stage == "prod" else "Delete"
    for name, resource in assembly.resources.items():
        if resource["Type"] in {"AWS::DynamoDB::Table", "AWS::Cognito::UserPool", "AWS::SecretsManager::Secret"}:
            assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == kept, name
    for table in assembly.of_type("AWS::DynamoDB::Table").values():
        assert table.get("DeletionProtectionEnabled", False) is (assembly.stage == "prod")


# Events


def test_every_queue_is_encrypted_and_every_working_queue_has_dead_letters(assembly: Assembly):
    queues = assembly.of_type("AWS::SQS::Queue")
    assert all(queue["SqsManagedSseEnabled"] for queue in queues.values())
    working = [name for name, queue in queues.items() if "RedrivePolicy" in queue]
    assert len(working) * 2 == len(queues)


def test_the_sweeper_looks_into_all_dead_letters(assembly: Assembly):
    looks = assembly.of_type("AWS::Lambda::Function")
    [told] = [each for one in looks.values() if (each := one["Environment"]["Variables"].get("DEAD_LETTERS"))]
    dead = [one["QueueName"] for one in assembly.of_type("AWS::SQS::Queue").values() if "RedrivePolicy" not in one]
    assert sorted(told.split()) == sorted(dead)


def test_a_message_stays_hidden_for_six_timeouts_and_fails_alone(assembly: Assembly):
    functions, queues = assembly.of_type("AWS::Lambda::Function"), assembly.of_type("AWS::SQS::Queue")
    for name, mapping in assembly.of_type("AWS::Lambda::EventSourceMapping").items():
        if "StartingPosition" not in mapping:
            domain = name.split("/")[0]
            function = functions[f"{domain}/{mapping['FunctionName']['Fn::GetAtt'][0]}"]
            queue = queues[f"{domain}/{mapping['EventSourceArn']['Fn::GetAtt'][0]}"]
            assert queue["VisibilityTimeout"] >= 6 * function["Timeout"]
            assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
            assert mapping["ScalingConfig"]["MaximumConcurrency"] >= 2


def test_every_rule_says_how_often_to_retry_and_where_to_leave_what_fails(assembly: Assembly):
    for rule in assembly.of_type("AWS::Events::Rule").values():
        for target in rule["Targets"] if "EventPattern" in rule else ():  # a schedule tries again by itself
            assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185}
            assert target["DeadLetterConfig"]["Arn"]


def test_rules_let_in_exactly_what_the_code_subscribes_to(cloud: Assembly):
    modules = [one["Handler"].removesuffix(".handler") for one in cloud.of_type("AWS::Lambda::Function").values()]
    consumers = [module for module in modules if hasattr(importlib.import_module(module), "consumer")]
    asked = [(m.split(".")[1], *pair) for m in consumers for pair in importlib.import_module(m).consumer.subscriptions]
    assert {f"functions.{path.parent.name}.consumers" for path in ROOT.glob("functions/*/consumers.py")} <= set(
        consumers
    )
    assert sorted((name.split("/")[0], *pair) for name, pair in matched(cloud)) == sorted(asked)


def test_every_event_a_rule_waits_for_is_published_with_an_example(cloud: Assembly):
    for _, (source, detail_type) in matched(cloud):
        example = EVENTS / source.removeprefix("metco.") / f"{detail_type}.example.json"
        assert example.exists(), f"{source} publishes no {detail_type}"


def matched(assembly: Assembly) -> list[tuple[str, tuple[str, str]]]:
    """Every pair of source and type that a rule lets in. Patterns of other kinds need another test: there are none."""
    found = []
    for name, rule in assembly.of_type("AWS::Events::Rule").items():
        if "ScheduleExpression" in rule:
            continue
        pattern = rule["EventPattern"]
        assert pattern.keys() == {"source", "detail-type"}
        found += [(name, (source, kind)) for source in pattern["source"] for kind in pattern["detail-type"]]
    return found


# The edge


def test_every_route_of_the_code_is_on_the_gateway_behind_the_authorizer_unless_public(assembly: Assembly):
    rooms = (path for room in DOORS for path in ROOT.glob(f"functions/*/{room}*"))
    apis = [f"functions.{path.parent.name}.{path.stem}" for path in rooms]
    # A file of that name may be another thing: stores have papers, too
    doors = [door for door in apis if hasattr(importlib.import_module(door), "api")]
    declared = {route.key: route.public for door in doors for route in routes_of(door)}
    routes = {
        route["RouteKey"]: route["AuthorizationType"]
        for route in assembly.of_type("AWS::ApiGatewayV2::Route").values()
        if route["RouteKey"] != "$connect"
    }
    assert routes == {key: "NONE" if public else "CUSTOM" for key, public in declared.items()}


def test_every_path_of_the_code_is_one_the_gateway_understands():
    api = importlib.import_module("functions.identity.api").api
    assert all(re.fullmatch(r"(GET|POST|PUT|PATCH|DELETE) (/([a-z0-9.-]+|{[a-z_]+}))+", key) for key in api.permits)


def test_the_authorizer_asks_again_after_five_seconds(assembly: Assembly):
    [authorizer] = assembly.of_type("AWS::ApiGatewayV2::Authorizer").values()
    assert authorizer["AuthorizerResultTtlInSeconds"] == 5
    assert authorizer["IdentitySource"] == ["$request.header.Authorization"]
    assert (authorizer["AuthorizerPayloadFormatVersion"], authorizer["EnableSimpleResponses"]) == ("2.0", True)


def test_stages_are_throttled_and_logged(assembly: Assembly):
    stages = assembly.of_type("AWS::ApiGatewayV2::Stage")
    assert {stage["StageName"] for stage in stages.values()} == {"$default", "live"}
    for stage in stages.values():
        assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] > 0
        assert "$context.requestId" in stage["AccessLogSettings"]["Format"]


def test_the_socket_lets_nobody_in_yet(assembly: Assembly):
    [connect] = [r for r in assembly.of_type("AWS::ApiGatewayV2::Route").values() if r["RouteKey"] == "$connect"]
    assert connect["AuthorizationType"] == "AWS_IAM"


def test_accounts_are_made_by_us_only_and_tell_nothing(assembly: Assembly):
    [pool] = assembly.of_type("AWS::Cognito::UserPool").values()
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"]
    assert "AliasAttributes" not in pool
    assert "UsernameAttributes" not in pool
    assert pool["Policies"]["PasswordPolicy"]["MinimumLength"] == 10
    [client] = assembly.of_type("AWS::Cognito::UserPoolClient").values()
    flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    assert client["ExplicitAuthFlows"] == flows
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert client["EnableTokenRevocation"]
    assert (client["AccessTokenValidity"], client["RefreshTokenValidity"]) == (15, 30 * 24 * 60)


# Limits of AWS


def test_routes_stay_within_the_quota_of_an_api(cloud: Assembly):
    assert len(cloud.of_type("AWS::ApiGatewayV2::Route")) <= ROUTES_PER_API


def test_a_functions_resource_policy_does_not_grow_with_its_routes(cloud: Assembly):
    by_function: dict[str, int] = {}
    for name, permission in cloud.of_type("AWS::Lambda::Permission").items():
        function = name.split("/")[0] + json.dumps(permission["FunctionName"])
        by_function[function] = by_function.get(function, 0) + len(json.dumps(permission)) + 200
    assert max(by_function.values()) <= RESOURCE_POLICY_BYTES / 10


def test_policies_and_templates_fit(cloud: Assembly):
    for policy in cloud.of_type("AWS::IAM::Policy").values():
        assert len(json.dumps(policy["PolicyDocument"], separators=(",", ":"))) <= ROLE_POLICY_CHARS
    for template in cloud.templates.values():
        assert len(template["Resources"]) <= 500
        assert len(json.dumps(template)) <= 1_000_000


# Between stacks


def test_stacks_share_no_export(assembly: Assembly):
    for template in assembly.templates.values():
        assert "Fn::ImportValue" not in json.dumps(template)
        assert not any("Export" in output for output in template.get("Outputs", {}).values())


def test_whatever_a_stack_looks_up_another_one_publishes(assembly: Assembly):
    published = {parameter["Name"] for parameter in assembly.of_type("AWS::SSM::Parameter").values()}
    for template in assembly.templates.values():
        for parameter in template["Parameters"].values():
            if parameter["Type"].startswith("AWS::SSM") and not parameter["Default"].startswith("/cdk-bootstrap/"):
                assert parameter["Default"] in published


def test_every_alarm_reaches_the_operators_and_says_what_to_do(assembly: Assembly):
    for name, alarm in assembly.of_type("AWS::CloudWatch::Alarm").items():
        assert alarm["AlarmActions"], name
        assert alarm["AlarmDescription"], name


def test_three_dashboards_show_the_stage(assembly: Assembly):
    boards = assembly.of_type("AWS::CloudWatch::Dashboard")
    prefix = f"metco-{assembly.stage}"
    assert {board["DashboardName"] for board in boards.values()} == {
        f"{prefix}-{n}" for n in ("api", "domains", "flows")
    }


# Context


def test_a_named_value_wins_over_the_stages_own():
    assert context_of({"stage": "prod", "log_days": "30", "canary": "false"}).log_days == 30
    assert not context_of({"stage": "prod", "canary": "false"}).canary


def test_a_stage_nobody_described_is_like_dev():
    assert context_of({"stage": "ann"}).prefix == "metco-ann"


def test_the_account_of_ones_credentials_is_used_where_none_is_named():
    assert context_of({"stage": "dev"}, deployer="222222222222").account == "222222222222"
    assert context_of({"stage": "dev", "account": "333333333333"}, deployer="222222222222").account == "333333333333"
    assert context_of({"stage": "local"}, deployer="222222222222").account == "000000000000"


def test_a_word_that_is_neither_true_nor_false_is_refused():
    with pytest.raises(ValueError, match="canary is true or false, not 'yes'"):
        context_of({"stage": "prod", "canary": "yes"})


def test_layers_that_are_not_built_are_asked_for_by_name(tmp_path: Path):
    from infra.app import build

    with pytest.raises(Exception, match="make layers-arm64"):
        build({"stage": "dev", "layers_dir": str(tmp_path)}, str(tmp_path / "out"))
