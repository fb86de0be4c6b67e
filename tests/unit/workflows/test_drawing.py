from infra.platform.context import ROOT
from tests.chaos.asl import all_states, read
from tools.contracts import workflows

FILE = ROOT / "infra" / "workflows" / "checkout.asl.json"


def test_the_page_shows_every_step_and_says_what_becomes_of_its_failure():
    page = (ROOT / "docs" / "architecture" / "checkout.md").read_text()
    assert workflows.files() == {"docs/architecture/checkout.md": page}, "run `make docs`"
    lines = page.splitlines()
    for name, state in all_states(read(FILE)):
        if state["Type"] == "Task":
            [line] = [line for line in lines if line.startswith(f"| {name} |")]
            assert workflows.asks(state) in line
    assert "| CommitStock | `inventory.commit` | 13 | ParkPaid |" in lines
    assert "| SendRefund | `payments.refund` | 13 |  |" in lines


def test_a_drawing_says_why_a_way_is_taken():
    page = workflows.page(FILE)
    assert "    AsQuoted_ -->|checked, needs stock| ReserveStock" in page
    assert "    UndoWhat_ -->|not currency| ReleaseOffers" in page
    assert "    Paid_ --> CancelPayment" in page
    assert "    Cancel --> done((( )))" in page
