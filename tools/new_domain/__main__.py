"""Starts a domain in the house's shape, so small that changing it is easier than deleting: `make new-domain NAME=x`."""

import keyword
import re
import sys
import tomllib
from pathlib import Path
from string import Template

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = Path(__file__).parent / "template"
PLACES = {
    "functions.api": "functions/{name}/api.py",
    "functions.rules": "functions/{name}/rules.py",
    "functions.model": "functions/{name}/model.py",
    "functions.store": "functions/{name}/store.py",
    "functions.events": "functions/{name}/events.py",
    "infra": "infra/domains/{name}.py",
    "tests.builder": "tests/builders/{name}.py",
    "tests.rules": "tests/unit/{name}/test_rules.py",
    "tests.told": "tests/component/told/{name}.py",
}
PACKAGES = ("functions/{name}", "tests/builders", "tests/component/told", "tests/unit/{name}")
PERMISSIONS = "layers/kernel/python/permissions.py"
APP = "infra/app.py"
MATRIX = "tests/component/access_matrix.toml"


class Refused(Exception):
    """Nothing was written; the message says why."""


def create(root: Path, name: str) -> list[str]:
    """Write the domain and register it; the paths of all that was written or changed."""
    if not re.fullmatch(r"[a-z]{3,20}", name) or keyword.iskeyword(name):
        raise Refused(f"A domain is named by one word of 3 to 20 small letters, as in NAME=wishes, not {name!r}.")
    if (root / "functions" / name).exists() or (root / "infra" / "domains" / f"{name}.py").exists():
        raise Refused(f"There is a domain {name} already: functions/{name}.")
    words = {"name": name, "Name": name.capitalize(), "prefix": name[:3]}
    changed = {
        PERMISSIONS: with_permissions((root / PERMISSIONS).read_text(), name),
        APP: with_stack((root / APP).read_text(), name),
        MATRIX: with_decisions((root / MATRIX).read_text(), name),
    }
    for template, place in PLACES.items():
        changed[place.format(name=name)] = Template((TEMPLATES / f"{template}.py.txt").read_text()).substitute(words)
    inits = [f"{package.format(name=name)}/__init__.py" for package in PACKAGES]
    changed |= {init: "" for init in inits if not (root / init).exists()}
    for path, text in changed.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return sorted(changed)


def with_permissions(table: str, name: str) -> str:
    head, closing, tail = table.rpartition("\n}")
    if not closing:
        raise Refused(f"{PERMISSIONS} no longer ends its table with a line of its own: add the permissions by hand.")
    rows = f'\n    # {name}\n    "add_{name}": allow(own=True),\n    "read_{name}": allow(own=True),'
    return head + rows + closing + tail


def with_stack(app: str, name: str) -> str:
    imports = re.findall(r"^from infra\.domains\.\w+ import \w+\n", app, re.MULTILINE)
    domains = re.search(r"^DOMAINS(?:: [^=]+)? = \(([^)]*)\)", app, re.MULTILINE)
    if not imports or not domains:
        raise Refused(f"{APP} no longer lists its domains as DOMAINS = (…): add the stack by hand.")
    classes = [one.strip() for one in domains.group(1).split(",") if one.strip()] + [name.capitalize()]
    listed = f"({', '.join(classes)})"
    app = app[: domains.start(1) - 1] + listed + app[domains.end(1) + 1 :]
    block = "".join(sorted([*imports, f"from infra.domains.{name} import {name.capitalize()}\n"]))
    return app.replace("".join(imports), block, 1)


def with_decisions(matrix: str, name: str) -> str:
    """Both actions are for the owner alone, said a second time where the tests read it."""
    actions = tomllib.loads(matrix)["actions"]
    callers = list(next(iter(actions.values())))
    cells = {"anonymous": "401", "own": '"yes"'} | {role: "404" for role in callers if role not in ("anonymous", "own")}
    row = ", ".join(f"{caller} = {cells[caller]}" for caller in callers)
    head, last, tail = matrix.rpartition(f"\n{list(actions)[-1]} ")
    line, end, rest = tail.partition("\n")
    return f"{head}{last}{line}{end}add_{name} = {{ {row} }}\nread_{name} = {{ {row} }}\n{rest}"


def main(arguments: list[str]) -> int:
    try:
        written = create(ROOT, arguments[0] if arguments else "")
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 1
    print("\n".join(written))
    print(
        "\nNext: make docs (writes its contracts), make test-unit, make dev. Then put your own words in place of Entry."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
