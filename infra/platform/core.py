"""What all domains share: bus, HTTP and WebSocket APIs, user pool, the operators' topic, dashboards."""

import json

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_events as events
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.platform import dashboards
from infra.platform.context import Context
from infra.platform.resource import accept
from infra.platform.stack import MetcoStack

ACCESS_LOG = {  # one JSON object per call, also for those that reached no function
    "request_id": "$context.requestId",
    "at": "$context.requestTime",
    "route": "$context.routeKey",
    "status": "$context.status",
    "latency_ms": "$context.responseLatency",
    "bytes": "$context.responseLength",
    "caller": "$context.identity.sourceIp",
    "failed": "$context.error.message",
    "integration_failed": "$context.integrationErrorMessage",
    "authorizer_failed": "$context.authorizer.error",
}


class Platform(MetcoStack):
    def __init__(self, scope: Construct, context: Context) -> None:
        super().__init__(scope, "platform", context)
        self._topic()
        self._bus()
        self._failures()
        self._http_api()
        self._websocket_api()
        self._user_pool()
        self._guests()
        self._quotes()
        self._addresses()
        self._mail()
        dashboards.write(self)

    def _topic(self) -> None:
        topic = sns.Topic(self, "Alarms", display_name=f"Metco {self.context.stage} alarms", enforce_ssl=True)
        self.operators = actions.SnsAction(topic)
        self.publish("alarm-topic-arn", topic.topic_arn)

    def _bus(self) -> None:
        bus = events.CfnEventBus(self, "Bus", name=self.context.prefix)
        self.publish("bus-name", bus.ref)
        self.publish("bus-arn", bus.attr_arn)
        if self.context.archive_days:
            events.CfnArchive(
                self,
                "Archive",
                source_arn=bus.attr_arn,
                description="Every event, for a replay to a consumer that is new or was wrong",
                retention_days=self.context.archive_days,
            )

    def _failures(self) -> None:
        """Batches that a relay could not put on the bus: whole, for a replay; they hold ids, never personal data."""
        bucket = s3.Bucket(
            self,
            "Failures",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            removal_policy=self.removal,
            lifecycle_rules=[s3.LifecycleRule(expiration=cdk.Duration.days(90))],
        )
        accept(
            bucket, "AwsSolutions-S1", "Only Lambda writes here, and only when a relay has given up: an alarm says so."
        )
        self.publish("failures-bucket-arn", bucket.bucket_arn)

    def _http_api(self) -> None:
        """Routes are added by the domains' stacks. Behind CloudFront, browsers see one origin and need no CORS."""
        api = apigateway.CfnApi(
            self,
            "HttpApi",
            name=f"{self.context.prefix}-http",
            protocol_type="HTTP",
            disable_execute_api_endpoint=bool(self.context.domain),
        )
        self._stage("Http", api, "$default")
        self.publish("http-api-id", api.ref)
        if self.context.domain:
            from infra.platform.edge import open_origin  # here: it takes a third of a second, and most stages have none

            open_origin(self, api)
        self.publish("url", f"https://{self.context.domain}" if self.context.domain else api.attr_api_endpoint)
        self.http_api_id = api.ref
        self.alarm("HttpErrors", self._http_metric("5xx", "Sum"), 0, "The API answers 5xx: which domain?", minutes=2)
        self.alarm(
            "HttpSlow", self._http_metric("Latency", "p99"), 3_000, "A hundredth of calls takes over 3 s.", minutes=5
        )

    def _http_metric(self, name: str, statistic: str) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace="AWS/ApiGateway",
            metric_name=name,
            statistic=statistic,
            period=cdk.Duration.minutes(1),
            dimensions_map={"ApiId": self.http_api_id},
        )

    def _websocket_api(self) -> None:
        """A closed door until chat opens it: without a route of its own, `$connect` would let anyone in."""
        api = apigateway.CfnApi(
            self,
            "WebSocketApi",
            name=f"{self.context.prefix}-websocket",
            protocol_type="WEBSOCKET",
            route_selection_expression="$request.body.type",
        )
        nothing = apigateway.CfnIntegration(
            self,
            "WebSocketNothing",
            api_id=api.ref,
            integration_type="MOCK",
            request_templates={"200": '{"statusCode": 200}'},
            template_selection_expression="200",
        )
        connect = apigateway.CfnRoute(
            self,
            "WebSocketConnect",
            api_id=api.ref,
            route_key="$connect",
            authorization_type="AWS_IAM",
            target=f"integrations/{nothing.ref}",
        )
        stage = self._stage("WebSocket", api, "live")
        stage.add_resource_dependency(connect)
        self.publish("websocket-api-id", api.ref)

    def _stage(self, kind: str, api: apigateway.CfnApi, name: str) -> apigateway.CfnStage:
        """API Gateway may write to a log group without a policy of its own only below /aws/vendedlogs."""
        log = self.log_group(f"{kind}Logs", f"/aws/vendedlogs/{self.context.prefix}-{kind.lower()}")
        return apigateway.CfnStage(
            self,
            f"{kind}Stage",
            api_id=api.ref,
            stage_name=name,
            auto_deploy=True,
            access_log_settings=apigateway.CfnStage.AccessLogSettingsProperty(
                destination_arn=log.log_group_arn, format=json.dumps(ACCESS_LOG)
            ),
            default_route_settings=apigateway.CfnStage.RouteSettingsProperty(
                throttling_rate_limit=self.context.requests_per_s, throttling_burst_limit=self.context.burst
            ),
        )

    def _user_pool(self) -> None:
        """Passwords live here and nowhere else; names, roles and sessions are identity's own."""
        pool = cognito.UserPool(
            self,
            "UserPool",
            user_pool_name=self.context.prefix,
            feature_plan=cognito.FeaturePlan.LITE,
            self_sign_up_enabled=False,
            sign_in_aliases=cognito.SignInAliases(username=True),  # the username is our user id
            sign_in_case_sensitive=True,
            password_policy=cognito.PasswordPolicy(
                min_length=10,
                require_digits=False,
                require_lowercase=False,
                require_symbols=False,
                require_uppercase=False,
            ),
            mfa=cognito.Mfa.OPTIONAL,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            account_recovery=cognito.AccountRecovery.NONE,  # a reset is ours too: a code by mail
            deletion_protection=self.context.keep_data,
            removal_policy=self.removal,
        )
        self._ask_identity(pool)
        client = pool.add_client(
            "Client",
            auth_flows=cognito.AuthFlow(admin_user_password=True, custom=True),
            disable_o_auth=True,
            generate_secret=False,
            prevent_user_existence_errors=True,
            enable_token_revocation=True,
            access_token_validity=cdk.Duration.minutes(15),
            id_token_validity=cdk.Duration.minutes(15),
            refresh_token_validity=cdk.Duration.days(30),
        )
        accept(pool, "AwsSolutions-COG1", "Length beats composition (NIST SP 800-63B): ten characters of any kind.")
        accept(pool, "AwsSolutions-COG2", "A second factor is each user's choice.")
        accept(pool, "AwsSolutions-COG8", "Identity counts attempts itself; the plus plan is priced per user.")
        self.publish("user-pool-id", pool.user_pool_id)
        self.publish("user-pool-client-id", client.user_pool_client_id)

    def _ask_identity(self, pool: cognito.UserPool) -> None:
        """The pool is there before identity, so it knows identity's trigger by name; identity lets the pool call it."""
        trigger = self.arn("lambda", f"function:{self.context.prefix}-identity-triggers")
        declared = pool.node.default_child
        assert isinstance(declared, cognito.CfnUserPool)
        declared.lambda_config = cognito.CfnUserPool.LambdaConfigProperty(
            define_auth_challenge=trigger, create_auth_challenge=trigger, verify_auth_challenge_response=trigger
        )

    def _guests(self) -> None:
        """What proves a guest's token: identity gives them, the authorizer checks them."""
        made = self._shared_secret("GuestsSecret", "guests-secret-arn", "Guests' tokens are proven by it")
        accept(made, "AwsSolutions-SMG4", "Rotating it ends every guest's token: a person decides when.")

    def _quotes(self) -> None:
        """What proves a quote: baskets sign with it what a basket costs, orders believe nothing else."""
        made = self._shared_secret("QuotesSecret", "quotes-secret-arn", "Quotes are signed by it")
        accept(made, "AwsSolutions-SMG4", "Rotating it ends every quote in flight: a person decides when.")

    def _addresses(self) -> None:
        """What marks an address: domains tell by it that they mean the same one, and nobody else can."""
        made = self._shared_secret("AddressesSecret", "addresses-secret-arn", "Addresses are marked by it")
        accept(made, "AwsSolutions-SMG4", "An erasure does not find what was marked before: a person decides when.")

    def _shared_secret(self, title: str, published: str, told: str) -> secretsmanager.CfnSecret:
        made = secretsmanager.CfnSecret(
            self,
            title,
            description=told,
            generate_secret_string=secretsmanager.CfnSecret.GenerateSecretStringProperty(
                password_length=64, exclude_punctuation=True
            ),
        )
        made.apply_removal_policy(self.removal)
        self.publish(published, made.ref)
        return made

    def _mail(self) -> None:
        """SES sends for this domain once its DKIM records are in the DNS: docs/going-live.md."""
        ses.CfnEmailIdentity(self, "MailDomain", email_identity=self.context.mail_domain)
