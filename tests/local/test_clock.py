"""Time on a laptop: moved for all at once, and whatever waited for that moment is looked for before the answer."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from local.clock import Clock
from local.cloud import Cloud
from local.edge import Edge
from tests.local.conftest import a_cloud, a_function

DAY_S = 86_400
SWEEP = """
import os
def handler(event, context):
    with open(os.environ["CLOCK_AHEAD_FILE"]) as file:
        ahead = file.read()
    with open(os.environ["TMPDIR"] + "/seen", "a") as seen:
        seen.write(ahead + "\\n")
"""
FAILS = "def handler(event, context):\n    raise ValueError('the other one is not there')\n"


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    with a_cloud(tmp_path_factory.mktemp("cloud")) as cloud:
        for name, code in {"looks": SWEEP, "fails": FAILS}.items():
            swept_each_day(cloud, name, a_function(cloud, name, code))
        made = Edge(cloud, 0, lambda: "")
        made.start()
        yield made
        made.stop()


def swept_each_day(cloud: Cloud, name: str, function: str) -> None:
    events = cloud.client("events")
    events.put_rule(Name=name, ScheduleExpression="rate(1 day)")
    events.put_targets(Rule=name, Targets=[{"Id": "sweep", "Arn": function}])


def move(edge: Edge, **asked: int) -> httpx.Response:
    return httpx.post(f"{edge.url}/_clock", json=asked, timeout=60)


def test_time_is_moved_and_all_that_is_done_every_so_often_is_done(edge: Edge):
    answer = move(edge, by_s=8 * DAY_S).json()
    assert answer["ahead_s"] == 8 * DAY_S
    assert answer["sweeps"]["looks"] == "done"
    assert answer["sweeps"]["fails"] == "the other one is not there"
    seen = edge.cloud.state / "tmp" / "seen"
    assert seen.read_text().split() == [str(8 * DAY_S)], "it ran once, and its time was moved before"
    assert move(edge, ahead_s=8 * DAY_S).json()["ahead_s"] == 8 * DAY_S, "so far in all, asked for again"
    assert move(edge, by_s=60).json()["ahead_s"] == 8 * DAY_S + 60
    assert seen.read_text().split() == [str(8 * DAY_S)] * 2 + [str(8 * DAY_S + 60)]
    told = httpx.get(f"{edge.url}/_clock").json()
    assert told["ahead_s"] == 8 * DAY_S + 60
    assert told["now"] > answer["now"]


def test_only_the_sweeps_that_are_named_run_at_once(edge: Edge):
    before = (edge.cloud.state / "tmp" / "seen").read_text()
    assert httpx.post(f"{edge.url}/_clock", json={"by_s": 1, "sweeps": ["other"]}).json()["sweeps"] == {}
    assert (edge.cloud.state / "tmp" / "seen").read_text() == before


@pytest.mark.parametrize("asked", [{"by_s": -1}, {"ahead_s": 0, "by_s": 1}, {}, {"by_s": "a day"}, []])
def test_what_is_no_move_ahead_moves_nothing_and_sweeps_nothing(edge: Edge, asked: object):
    before = httpx.get(f"{edge.url}/_clock").json()["ahead_s"]
    answer = httpx.post(f"{edge.url}/_clock", json=asked)
    assert (answer.status_code, answer.json()["code"]) == (400, "not_moved")
    assert httpx.get(f"{edge.url}/_clock").json()["ahead_s"] == before


def test_a_page_elsewhere_cannot_move_it(edge: Edge):
    before = httpx.get(f"{edge.url}/_clock").json()["ahead_s"]
    told = {"Content-Type": "text/plain"}
    assert httpx.post(f"{edge.url}/_clock", content=json.dumps({"by_s": 60}), headers=told).status_code == 415
    assert httpx.get(f"{edge.url}/_clock").json()["ahead_s"] == before


def test_it_is_still_ahead_after_a_restart(tmp_path: Path):
    Clock(tmp_path / "clock").moved({"by_s": 5})
    assert Clock(tmp_path / "clock").ahead_s() == 5
