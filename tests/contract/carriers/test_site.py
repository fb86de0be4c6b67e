import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from functions.orders.carriers import dhl
from kernel import clock
from local.carriers import site
from local.carriers.stand_in import StandIn
from tests.builders import carriers as c
from tests.builders.ordering import NOON


def do(core, what: str, **said: str) -> int:
    status, headers, _ = site.respond(core, "POST", f"/_carriers/do/{what}", urlencode(said).encode())
    assert status != 303 or headers["Location"] == "/_carriers"
    return status


def page(core) -> str:
    status, _, body = site.respond(core, "GET", "/_carriers", b"")
    assert status == 200
    return body.decode()


@pytest.fixture
def number(core):
    core.hooks = {"dhl": "https://metco.example"}
    return dhl.label(c.a_consignment("dhl"), before=False).tracking_number


def test_an_empty_page_says_what_comes_to_it(core):
    assert "No parcel has a label yet" in page(core)


def test_a_person_moves_a_parcel_and_metco_is_called(core, number):
    assert number in page(core)
    assert do(core, "move", number=number, move="collected") == 303
    assert [scan.move for scan in core.parcels[number].scans] == ["collected"]
    assert [call.number for call in core.due()] == [number]
    assert "Picked up" in page(core)


def test_what_metco_said_to_a_call_stands_beside_what_it_was_told(core, number):
    do(core, "move", number=number, move="sorted")
    assert "<td>waiting</td>" in page(core)
    [call] = core.due()
    core.answered(call, 503)
    assert "<td>waiting: 503, 1×</td>" in page(core)
    core.answered(call, 200)
    assert "<td>taken</td>" in page(core)


def test_buttons_lead_on_and_not_back(core, number):
    do(core, "move", number=number, move="courier")
    assert "Delivered</button>" in page(core)
    assert "At a sorting centre</button>" not in page(core)


def test_what_has_arrived_cannot_be_moved(core, number):
    do(core, "move", number=number, move="delivered")
    assert do(core, "move", number=number, move="collected") == 400
    assert len(core.parcels[number].scans) == 1


@pytest.mark.parametrize("said", [{}, {"number": "1", "move": "collected"}, {"number": "<b>", "move": "fly"}])
def test_what_no_button_asks_is_refused(core, said):
    assert do(core, "move", **said) == 400
    assert do(core, "fly") == 404


def test_what_is_said_of_a_parcel_is_escaped(core):
    core.add("dhl", "<script>alert(1)</script>", "<i>Lyon</i>", "P")
    assert "<script>alert" not in page(core)
    assert "<i>Lyon" not in page(core)


def test_misfortune_is_planned_and_ends(core):
    assert do(core, "fault", carrier="dhl", how="never", times="2") == 303
    assert do(core, "calls", drop="50", duplicate="25", shuffle="on") == 303
    assert [fault.how for fault in core.faults.planned] == ["never"]
    assert (core.faults.drop, core.faults.duplicate, core.faults.shuffle) == (0.5, 0.25, True)
    assert "DHL Express: No answer, nothing done, 2×" in page(core)
    do(core, "well")
    assert (core.faults.planned, core.faults.drop, core.faults.shuffle) == ([], 0.0, False)


def test_a_call_that_is_not_taken_comes_again_later_and_ends_some_time(core, number):
    with clock.frozen(NOON) as advance:
        core.move(number, "collected")
        [call] = core.due()
        for tries in range(1, 7):
            core.answered(call, 503)
            assert call.tries == tries
            assert call.state == "given up" if tries == 6 else not core.due()
            advance(timedelta(hours=2))
        core.tell(core.parcels[number])
        assert len(core.due()) == 1


def test_a_late_call_says_what_was_true_when_it_was_made(core, number):
    core.move(number, "collected")
    core.move(number, "delivered")
    early, late = core.due()
    stands = [json.loads(core.said(call)[2])["shipments"][0]["status"]["statusCode"] for call in (early, late)]
    assert stands == ["transit", "delivered"]


def test_parcels_outlive_the_process(core, number, tmp_path):
    file = tmp_path / "parcels.json"
    first = StandIn(c.KEYS, clock=core.clock, file=file, hooks={"dhl": "https://metco.example"})
    made = first.add("dhl", "lbl_1", "Lyon, FR", "P")
    first.move(made.number, "collected")
    again = StandIn(c.KEYS, clock=core.clock, file=file)
    assert again.parcels == first.parcels
    assert again.calls == first.calls
