from infra.platform.context import ROOT
from tests.chaos.asl import all_states, read
from tools.contracts import workflows

FOLDER = ROOT / "infra" / "workflows"
FILE = FOLDER / "checkout.asl.json"


def test_a_page_shows_every_step_and_says_what_becomes_of_its_failure():
    for name, drawn in workflows.files().items():
        page = (ROOT / name).read_text()
        assert page == drawn, "run `make docs`"
        lines = page.splitlines()
        for step, state in all_states(read(FOLDER / f"{(ROOT / name).stem}.asl.json")):
            if state["Type"] == "Task":
                [line] = [line for line in lines if line.startswith(f"| {step} |")]
                assert workflows.asks(state) in line


def test_a_checkouts_page_says_how_often_a_step_is_tried():
    lines = workflows.page(FILE).splitlines()
    assert "| CommitStock | `inventory.commit` | 13 | ParkPaid |" in lines
    assert "| SendRefund | `payments.refund` | 13 |  |" in lines


def test_a_drawing_says_why_a_way_is_taken():
    page = workflows.page(FILE)
    assert "    AsQuoted_ -->|checked, needs stock| ReserveStock" in page
    assert "    UndoWhat_ -->|not currency| ReleaseOffers" in page
    assert "    Paid_ --> CancelPayment" in page
    assert "    Cancel --> done((( )))" in page
