import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
LINT_IMPORTS = Path(sys.executable).parent / "lint-imports"

PLANTED = [
    ("functions/orders/rules.py", "from functions.baskets.model import Basket"),
    ("functions/orders/api.py", "import functions.baskets"),
    ("functions/orders/store.py", "from infra import app"),
    ("functions/orders/store.py", "import aws_cdk"),
    ("functions/orders/consumers.py", "from local import edge"),
    ("layers/kernel/python/kernel/money.py", "from functions.baskets import model"),
    ("layers/kernel/python/kernel/money.py", "import infra"),
    ("infra/app.py", "from local import edge"),
    ("functions/payments/refunding.py", "import stripe"),
    ("local/stripe/wire.py", "from functions.payments import stripe_api"),
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The smallest repository in the house's shape, under the real contracts."""
    for path in (
        *("functions/__init__.py", "functions/orders/__init__.py", "functions/baskets/__init__.py"),
        *("functions/baskets/model.py", "infra/__init__.py", "infra/app.py", "local/__init__.py", "local/edge.py"),
        *("layers/kernel/python/kernel/__init__.py", "layers/kernel/python/kernel/money.py"),
        *("functions/orders/rules.py", "functions/orders/api.py", "functions/orders/store.py"),
        *("functions/payments/__init__.py", "functions/payments/stripe_api.py", "local/stripe/__init__.py"),
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("")
    (tmp_path / "functions/orders/api.py").write_text("from functions.orders import rules\nfrom kernel import money\n")
    (tmp_path / "functions/payments/stripe_api.py").write_text("import stripe\n")
    (tmp_path / "infra/app.py").write_text("from functions.orders import api\nimport aws_cdk\n")
    (tmp_path / "local/edge.py").write_text("import infra.app\n")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(tree: Path) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join([str(tree), str(tree / "layers/kernel/python")])
    command = [str(LINT_IMPORTS), "--no-logo", "--no-cache"]
    return subprocess.run(
        command, cwd=tree, env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True, check=False
    )


def test_the_shape_of_the_house_is_allowed(tree: Path):
    done = lint(tree)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("path", "line"), PLANTED)
def test_a_planted_import_is_caught(tree: Path, path: str, line: str):
    (tree / path).write_text(f"{line}\n")
    assert "BROKEN" in lint(tree).stdout
