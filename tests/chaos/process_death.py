"""Layer 4: the deployed template in the local cloud, whose function processes really die; every event comes twice."""

import json
import random
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from functions.identity.store.passwords import TURN
from local.stack import Stack
from tests.chaos import faults, identity_checks
from tests.chaos.campaign import Tally
from tests.chaos.expressions import Item
from tests.chaos.identity_checks import Facts
from tests.chaos.identity_people import Account, Person, Request, Response
from tests.chaos.memory_services import Mail
from tests.chaos.memory_table import Key, key_of, scan
from tests.chaos.world import GaveUp

HOOK = Path(__file__).parent / "hook"
KINDS = (faults.CRASH_BEFORE, faults.CRASH_AFTER, faults.LOST)
RESTS_WITHIN_S = 20.0


class Mailbox:
    """The people's view of the services: only their mail."""

    passwords: Mapping[str, str] = {}

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    @property
    def mails(self) -> Sequence[Mail]:
        kept = self._stack.mailbox()
        return [Mail(one["to"][0], one["subject"], one["text"]) for one in reversed(kept)]


class StackWorld:
    """The same people as everywhere, over HTTP."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        self.stack, self.folder, self.chance = stack, folder, random.Random(0)
        self.cloud = Mailbox(stack)
        self.tables = self._tables()
        self.edits: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.doubts: Counter[str] = Counter()
        self.echoes: list[Request] = []
        self.chosen: dict[str, str] = {}
        self.secrets: set[str] = set()
        self.tokens: dict[str, str] = {}
        self.ended: set[str] = set()
        self.complaints: list[str] = []
        self.pause: Callable[[], None] = lambda: time.sleep(0.1)
        self.later = refuse_to_wait
        self.outlast: Callable[[], None] = lambda: time.sleep(TURN.total_seconds() + 1)
        return_messages_soon(stack)

    def call(
        self,
        method: str,
        route: str,
        *,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        **parameters: str,
    ) -> Response:
        request = urllib.request.Request(  # our own edge
            self.stack.url + route.format(**parameters),
            method=method,
            data=json.dumps(body).encode() if body is not None else None,
            headers={"content-type": "application/json", **(headers or {})},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                text = answer.read()
                return Response(answer.status, json.loads(text) if text else None, dict(answer.headers))
        except urllib.error.HTTPError as refused:
            text = refused.read()
            return Response(refused.code, text.decode(), dict(refused.headers))
        except (urllib.error.URLError, OSError):
            return Response(504, None, {})

    def violations(self) -> list[str]:
        """At rest, which here takes a moment: what still contradicts itself after the wait is a violation."""
        deadline = time.monotonic() + RESTS_WITHIN_S
        while (found := list(self._found())) and time.monotonic() < deadline:
            time.sleep(0.2)
        return found

    def _found(self) -> list[str]:
        return [*self.complaints, *identity_checks.at_rest(self._facts()), *self._admissions()]

    def _facts(self) -> Facts:
        pool = self.stack.client("cognito-idp").list_user_pools(MaxResults=10)["UserPools"][0]["Id"]
        users = self.stack.client("cognito-idp").list_users(UserPoolId=pool)["Users"]
        published = self.folder / "published"
        return Facts(
            identity=self._rows("identity"),
            access=self._rows("access"),
            passwords={user["Username"]: "known to Cognito" for user in users},
            published=published.read_text().split() if published.exists() else [],
            secrets=[*self.secrets, *self.tokens.values()],
            log=self.stack.cloud.function_log.read_text(),
            edits=self.edits,
            doubts=self.doubts,
        )

    def _admissions(self) -> list[str]:
        rows = self._rows("identity")
        over = {sk[8:] for (_, sk), row in rows.items() if sk.startswith("SESSION#") and row["ended"]["BOOL"]}
        wrong = []
        for session, token in self.tokens.items():
            status = self.call("GET", "/v1/me", headers={"authorization": f"Bearer {token}"}).status
            if (status == 200) == (session in over):
                wrong.append(f"session {session}: ended={session in over}, yet it is answered {status}")
        return wrong

    def _rows(self, domain: str) -> dict[Key, Item]:
        return {key_of(item): item for item in scan(self.stack.client("dynamodb"), self.tables[domain])}

    def _tables(self) -> dict[str, str]:
        names = self.stack.client("dynamodb").list_tables()["TableNames"]
        return {domain: next(name for name in names if domain in name.lower()) for domain in ("identity", "access")}


def refuse_to_wait() -> None:
    raise GaveUp("somebody was asked to wait for a quarter of an hour")


def return_messages_soon(stack: Stack) -> None:
    """A dead consumer's messages come back after two seconds, not after six times its timeout."""
    sqs = stack.client("sqs")  # the queues refuse plain HTTP, which is all there is here
    as_if_encrypted = ("x-forwarded-proto", "https")
    sqs.meta.events.register("before-sign.sqs", lambda request, **_: request.headers.add_header(*as_if_encrypted))
    for url in sqs.list_queues().get("QueueUrls", []):
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "2"})


def run(walks: int, seed: int = 0) -> Tally:
    """A walk without faults to number its calls, then walks that lose a process or an answer on their way."""
    tally, chance = Tally(), random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Stack.start(
            folder / "home", function_path=[HOOK], function_environment={"CHAOS_DIR": str(folder)}
        ) as stack:
            world = StackWorld(stack, folder)
            first = one_walk(world, 0)
            tally.add(Tally(1, len(first), 0, violations=[f"without a fault: {one}" for one in world.violations()]))
            for number in range(1, walks + 1):
                at, kind = chance.randint(1, len(first)), KINDS[number % len(KINDS)]
                before = len(calls_of(folder))
                (folder / "plan.json").write_text(json.dumps({"number": before + at, "kind": kind}))
                made = one_walk(world, number)
                struck = made[at - 1] if at <= len(made) else "nowhere"
                found = [f"walk {number}, {kind} at {struck}: {one}" for one in world.violations()]
                tally.add(Tally(1, len(made), int(not (folder / "plan.json").exists()), violations=found))
    return tally


def one_walk(world: StackWorld, number: int) -> list[str]:
    """The calls that functions made meanwhile."""
    before = len(calls_of(world.folder))
    try:
        Person(world, f"Bea {number}", Account(f"bea{number}@metco.example")).live()
    except GaveUp as error:
        world.complaints.append(f"gave up: {error}")
    return calls_of(world.folder)[before:]


def calls_of(folder: Path) -> list[str]:
    path = folder / "calls"
    return path.read_text().splitlines() if path.exists() else []
