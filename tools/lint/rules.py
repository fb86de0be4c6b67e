"""The rules, each with the reason it is one.

A rule is a function from one source file to the lines that break it. An exception is written on its line, with its
reason: `# allow <rule>: <why>`. Every rule is proved by a snippet in tests/unit/tools/test_lint.py that it must catch.
"""

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tools.lint.source import Source

Finding = tuple[int, str]
Check = Callable[[Source], Iterator[Finding]]


@dataclass(frozen=True)
class Rule:
    name: str
    why: str
    check: Check


RULES: list[Rule] = []


def rule(name: str, why: str) -> Callable[[Check], Check]:
    def register(check: Check) -> Check:
        RULES.append(Rule(name, why, check))
        return check

    return register


# --------------------------------------------------------------------------------------------------------------- writes

WRITES = {
    "put_item",
    "update_item",
    "delete_item",
    "transact_write_items",
    "batch_write_item",
    "execute_statement",
    "execute_transaction",
    "batch_execute_statement",
}


@rule("bare-write", "the SDK re-sends on a lost answer and a bare write then happens twice: go through Table.commit")
def bare_write(source: Source) -> Iterator[Finding]:
    if not source.runs_on_aws or source.path.match("kernel/table.py"):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in WRITES:
            yield node.lineno, f"{node.attr} outside kernel.table"
        if isinstance(node, ast.Constant) and node.value in WRITES:
            yield node.lineno, f'"{node.value}" outside kernel.table'


@rule(
    "bare-publish",
    "an event outside its state's transaction can be lost or come early: commit both",
)
def bare_publish(source: Source) -> Iterator[Finding]:
    if not source.runs_on_aws or source.path.match("kernel/relay.py"):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr == "put_events":
            yield node.lineno, "put_events outside kernel.relay"


# --------------------------------------------------------------------------------------------------------------- purity

CLOCKS = {
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.gmtime",
    "time.localtime",
}
AT_IMPORT = (
    "boto3.client",
    "boto3.resource",
    "boto3.session",
    "boto3.Session",
    "os.environ",
    "os.getenv",
    "os.getcwd",
    "socket",
    "subprocess",
    "urllib.request",
    "requests",
    "httpx",
    "kernel.aws.client",
    "kernel.clock.now",
    "kernel.settings.env",
    "kernel.settings.setting",
    "kernel.settings.flag",
    "kernel.settings.key",
    "kernel.table.Table",
    "open",
)


@rule("one-clock", "tests and simulations move time: only kernel.clock reads the machine's")
def one_clock(source: Source) -> Iterator[Finding]:
    if source.runs_on_aws and not source.path.match("kernel/clock.py"):
        for node in ast.walk(source.tree):
            if isinstance(node, ast.expr) and source.full_name(node) in CLOCKS:
                yield node.lineno, f"{source.full_name(node)} reads the machine's clock"


@rule("environment", "kernel.settings says which variable is missing and who sets it; os.environ says KeyError")
def environment(source: Source) -> Iterator[Finding]:
    if source.domain:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.expr) and source.full_name(node) in ("os.environ", "os.getenv"):
                yield node.lineno, f"{source.full_name(node)} in a domain"


@rule("import-time", "what runs at import runs on every cold start, untested and unretried: do it on first use")
def import_time(source: Source) -> Iterator[Finding]:
    if not source.runs_on_aws:
        return
    for node in at_import(source.tree.body):
        name = source.full_name(node.func) if isinstance(node, ast.Call) else ""
        if isinstance(node, ast.Attribute | ast.Name) and source.full_name(node) == "os.environ":
            name = "os.environ"
        if name in CLOCKS or any(name == slow or name.startswith(f"{slow}.") for slow in AT_IMPORT):
            yield node.lineno, f"{name} runs at import"


def at_import(nodes: Sequence[ast.AST]) -> Iterator[ast.expr]:
    """Every expression Python evaluates while importing: no function's body, but its defaults and decorators."""
    waiting: list[ast.AST] = list(nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            defaults = [*node.args.defaults, *(default for default in node.args.kw_defaults if default)]
            waiting += [*node.decorator_list, *defaults]
        elif isinstance(node, ast.Lambda):
            waiting += node.args.defaults
        elif not (isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)):
            waiting += ast.iter_child_nodes(node)
        if isinstance(node, ast.expr):
            yield node


IMPURE = (
    *("boto3", "botocore", "os", "pathlib", "random", "secrets", "socket", "subprocess", "time", "uuid", "requests"),
    *(
        "kernel.aws",
        "kernel.authz.principal",
        "kernel.authz.require",
        "kernel.clock",
        "kernel.consume",
        "kernel.http",
        "kernel.ids.new_id",
        "kernel.log",
    ),
    *("kernel.outside", "kernel.relay", "kernel.settings", "kernel.table", "kernel.uploads"),
)


@rule("pure-rules", "a decision that is given all it needs can be tested by the thousand and replayed years later")
def pure_rules(source: Source) -> Iterator[Finding]:
    if source.is_room("rules"):
        for line, name in source.imported(*IMPURE):
            yield line, f"rules import {name}: pass the value in"


# ---------------------------------------------------------------------------------------------------------------- rooms


@rule("thin-api", "a route parses, loads, decides, saves; errors carry their status, so nothing is to be caught")
def thin_api(source: Source) -> Iterator[Finding]:
    if source.is_room("api"):
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Try | ast.TryStar):
                yield node.lineno, "try in an api"
        for line, name in source.imported("boto3", "botocore", "kernel.aws", "kernel.table"):
            yield line, f"an api imports {name}"


@rule("store-only", "DynamoDB's words live in one file per domain: new keys change that file only")
def store_only(source: Source) -> Iterator[Finding]:
    if source.domain and not source.is_room("store"):
        for line, name in source.imported("kernel.table", "kernel.changes", "boto3.dynamodb"):
            yield line, f"{name} outside the domain's store"


JOURNALS = "functions.ledger.model.journals"
BOOKKEEPING = "functions.ledger.rules.journals.book"


@rule("one-bookkeeper", "money moved by a journal that follows from no fact cannot be explained to anybody later")
def one_bookkeeper(source: Source) -> Iterator[Finding]:
    """Reading a journal that was kept (`Journal.model_validate`) is not making one."""
    if not source.runs_on_aws or source.path.is_relative_to("functions/ledger/rules/journals"):
        return
    made = {f"{JOURNALS}.{name}{how}" for name in ("Journal", "Leg") for how in ("", ".model_construct")}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and source.full_name(node.func) in made:
            yield node.lineno, f"{source.full_name(node.func)} outside the ledger's rules/journals"
    for line, name in source.imported(BOOKKEEPING):
        yield line, f"{name} outside the ledger's rules/journals"


@rule("layers-know-no-domain", "what every domain builds on would drag that domain into all of them")
def layers_know_no_domain(source: Source) -> Iterator[Finding]:
    """import-linter says so of packages; the permission table is a single module, which it does not look at."""
    if source.path.parts[0] == "layers":
        for line, name in source.imported("functions", "infra", "local"):
            yield line, f"a layer imports {name}"


CATCH_ALLS = {"utils", "util", "helpers", "common", "manager", "misc"}


@rule("no-catch-all", "a file called utils collects what nobody placed: name it by what it decides")
def no_catch_all(source: Source) -> Iterator[Finding]:
    if {part.removesuffix(".py") for part in source.path.parts} & {
        "utils",
        "util",
        "helpers",
        "common",
        "manager",
        "misc",
    }:
        yield 1, f"{source.path.name} says nothing about what is in it"


@rule("length", "a file over about 300 lines holds two subjects: make it a folder of the same name")
def length(source: Source) -> Iterator[Finding]:
    lines = source.text.count("\n")
    if source.path.parts[0] != "tests" and lines > 330:
        yield lines, f"{lines} lines"


# -------------------------------------------------------------------------------------------------------------- reasons

SECRETS = re.compile(
    r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----|\b(?:sk|rk)_live_\w{10}|\bwhsec_\w{20}"
    r"|\bgh[pousr]_\w{30}|\bxox[abp]-[\w-]{10}|\beyJ[\w-]{20,}\.eyJ[\w-]{20,}\."
)


@rule("no-secret", "a secret in the history is known for ever: put it into Secrets Manager, and replace this one now")
def no_secret(source: Source) -> Iterator[Finding]:
    for number, line in enumerate(source.text.splitlines(), 1):
        if SECRETS.search(line):
            yield number, "this looks like a real credential"


OPT_OUTS = (
    r"noqa(?!\w)(?::\s*[A-Z]+\d+(?:\s*,\s*[A-Z]+\d+)*)?",
    r"type:\s*ignore(?:\[[^\]]*\])?",
    r"nosec(?!\w)(?:\s*:?\s*B\d+(?:[\s,]+B\d+)*)?",
    r"pragma:\s*no cover",
    r"fmt:\s*(?:off|skip)",
    r"mypy:[^#]*",
    r"ruff:[^#]*",
)
WORDS = re.compile(r"[^\W\d_]{2,}")


@rule("reasons", "an opt-out without its reason cannot be judged by the next reader, and is never removed")
def reasons(source: Source) -> Iterator[Finding]:
    for line, comment in source.comments.items():
        for opt_out in OPT_OUTS:
            match = re.search(rf"#\s*{opt_out}", comment)
            if match and len(WORDS.findall(re.sub("|".join(OPT_OUTS), "", comment))) < 2:
                yield line, f"{match.group().strip()} without a reason"


@rule("nag-reasons", "a silenced security finding is a decision: whoever audits the stack reads why, not just that")
def nag_reasons(source: Source) -> Iterator[Finding]:
    """Every string that names a cdk-nag rule shares its call, mapping or tuple with a sentence."""
    if source.path.parts[0] != "infra":
        return
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call | ast.Dict | ast.Tuple):
            continue
        texts = [text for child in ast.iter_child_nodes(node) for text in strings(child)]
        silenced = any(re.match(r"(AwsSolutions|CdkNag|checkov)[-:_]", text) for text in texts)
        if silenced and not any(len(WORDS.findall(text)) >= 4 for text in texts):
            yield node.lineno, "a silenced finding without a sentence that says why"


def strings(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.keyword):
        node = node.value
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    if isinstance(node, ast.JoinedStr):
        yield " ".join(text for part in node.values for text in strings(part))
