"""What may differ from one stage to the next, all of it: the templates know nothing else about where they run."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
NO_ACCOUNT = "111111111111"  # a template synthesized only to be looked at still has to name one


@dataclass(frozen=True, slots=True)
class Context:
    """Each value can be overridden by name: `-c log_days=30`."""

    stage: str
    account: str = NO_ACCOUNT
    region: str = "eu-west-1"
    arch: str = "arm64"
    mail_domain: str = "metco.example"  # mail is sent from no-reply@ this domain; SES must be able to verify it
    third_party_layers: bool = True
    layers_dir: str = ".build/layers"  # where `make layers-<arch>` puts them
    archive_days: int = 14  # how long the bus keeps every event for a replay; 0 is no archive
    domain: str = ""  # people's address, CloudFront's then; empty: no edge, and the API answers under its own name
    zone_id: str = ""  # the Route 53 zone that holds it
    canary: bool = False  # a new version of a function first gets a tenth of the traffic, and rolls back on alarm
    keep_data: bool = False  # tables, user pool and logs outlive their stack and refuse to be deleted
    log_days: int = 14
    requests_per_s: int = 500  # beyond it the gateway answers 429
    burst: int = 1_000
    search: str = "managed"  # where search's index is: a managed OpenSearch domain, "serverless", or "embedded"
    search_nodes: int = 1  # of the managed domain; three are one in each zone, and every document is on two of them
    search_instance: str = "t3.small.search"
    search_gb: int = 10  # disk of each node; a million listings take some 3, and twice that while they are rebuilt
    settle_s: int = 7 * 86_400  # how long a buyer may object to what was delivered before its store gets the money
    return_step_s: int = 0  # how long each step of a return may take; 0: days, as orders' rules have them
    platform_country: str = ""  # where the platform's Stripe account is: how long it may hold money depends on it
    people_per_network: int = 1  # by how much to multiply what one network may do: everyone on a laptop is one

    @property
    def prefix(self) -> str:
        return f"metco-{self.stage}"

    @property
    def site(self) -> str:
        """Where people come, for the links in their mails."""
        return f"https://{self.domain}" if self.domain else "http://localhost:8000"

    @property
    def media_bucket(self) -> str:
        """The one bucket with a name of its own, since the edge, in another region, has to know it."""
        return f"{self.prefix}-media-{self.account}"

    @property
    def origin_secret_name(self) -> str:
        return f"metco/{self.stage}/origin"

    @property
    def origin_secret(self) -> str:
        """What proves that a call came through CloudFront: read by CloudFormation, so that no template holds it."""
        return f"{{{{resolve:secretsmanager:{self.origin_secret_name}:SecretString}}}}"


# The laptop is the cloud's dev stage but for these; `tests/infra/test_laptop.py` compares the two templates.
LAPTOP_DIFFERS_IN = {
    "stage": "part of names only",
    "account": "the emulator's",
    "third_party_layers": "functions take third-party code from the laptop's own environment, not from arm64 wheels",
    "archive_days": "the emulator has no event archive",
    "search": "the index is a folder, not a server",
    "settle_s": "whoever tries a sale has no week to wait",
    "return_step_s": "whoever tries a return has no days to wait",
    "people_per_network": "everyone on a laptop, its tests among them, calls from one address",
}

STAGES = {
    "local": Context(
        stage="local",
        account="000000000000",
        third_party_layers=False,
        archive_days=0,
        search="embedded",
        settle_s=120,
        return_step_s=600,
        people_per_network=1_000,
    ),
    "dev": Context(stage="dev"),
    "prod": Context(
        stage="prod",
        canary=True,
        keep_data=True,
        log_days=90,
        archive_days=90,
        search_nodes=3,
        search_instance="r7g.medium.search",
        search_gb=50,
        requests_per_s=2_000,
        burst=4_000,
    ),
}


def context_of(values: Mapping[str, object], deployer: str | None = None) -> Context:
    """The stage's own values, and over them what was said by name; `deployer` is the account of one's credentials."""
    stage = str(values.get("stage", "dev"))
    base = STAGES.get(stage) or replace(STAGES["dev"], stage=stage)
    if deployer and base.account == NO_ACCOUNT:
        base = replace(base, account=deployer)
    known = {field.name: type(getattr(base, field.name)) for field in fields(Context)}
    return replace(base, **{name: _parsed(name, kind, values[name]) for name, kind in known.items() if name in values})


def _parsed(name: str, kind: type, value: object) -> Any:
    if kind is not bool:
        return kind(value)
    if str(value).lower() not in {"true", "false"}:
        raise ValueError(f"The context value {name} is true or false, not {value!r}.")
    return str(value).lower() == "true"
