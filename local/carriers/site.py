"""The page where a person moves parcels as a driver would, and plans what goes wrong: usable without a script."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from html import escape
from typing import get_args
from urllib.parse import parse_qsl

from local.carriers.faults import Fault, How
from local.carriers.parcels import WORDS, Parcel
from local.carriers.stand_in import SPEAKERS, Call, StandIn
from local.pages import shell
from local.serving import Answered

HERE = "/_carriers"
NAMES = {"dhl": "DHL Express", "fedex": "FedEx", "shiprocket": "Shiprocket"}
SHOWN = 100
Form = Mapping[str, str]


def respond(core: StandIn, method: str, path: str, body: bytes) -> Answered:
    where, form = path.partition("?")[0].rstrip("/"), dict(parse_qsl(body.decode("utf-8", "replace")))
    if method == "GET" and where == HERE:
        return _html(overview(core))
    act = ACTS.get(where.removeprefix(f"{HERE}/do/")) if method == "POST" else None
    if not act:
        return _html(shell("Nothing here", "<h1>Nothing here</h1><p>There is no such page or button.</p>"), 404)
    try:
        act(core, form)
    except (KeyError, ValueError):
        told = "<h1>Refused</h1><p>That cannot happen to it any more, or is not what the form asks for.</p>"
        return _html(shell("Refused", told), 400)
    return 303, {"Location": HERE}, b""


# What can be done


def _move(core: StandIn, form: Form) -> None:
    for move in core.parcels[form["number"]].moves:
        if move == form["move"]:
            return core.move(form["number"], move)
    raise ValueError(form["move"])


def _tell(core: StandIn, form: Form) -> None:
    if core.parcels[form["number"]].scans:
        core.tell(core.parcels[form["number"]])


def _fault(core: StandIn, form: Form) -> None:
    times, path = int(form["times"]), PATHS[form["carrier"]]
    planned = [Fault(how, path, times=times) for how in get_args(How) if how == form["how"]]
    core.faults.plan(*core.faults.planned, *planned)


def _calls(core: StandIn, form: Form) -> None:
    core.faults.drop, core.faults.duplicate = int(form["drop"]) / 100, int(form["duplicate"]) / 100
    core.faults.shuffle = "shuffle" in form


def _well(core: StandIn, _: Form) -> None:
    core.faults.plan()
    core.faults.drop, core.faults.duplicate, core.faults.shuffle = 0.0, 0.0, False


ACTS: dict[str, Callable[[StandIn, Form], None]] = {
    "move": _move,
    "tell": _tell,
    "fault": _fault,
    "calls": _calls,
    "well": _well,
}
PATHS = {"dhl": "/mydhlapi/.*", "fedex": "/(rate|ship|track|oauth)/.*", "shiprocket": "/v1/external/.*", "all": ".*"}


# What is shown


def overview(core: StandIn) -> str:
    parcels = list(reversed(core.parcels.values()))[:SHOWN]
    told = "".join(_parcel(core, one) for one in parcels)
    empty = (
        '<p class="empty">No parcel has a label yet. A store asks for one, and it appears here by itself: '
        "<code>POST /v1/stores/…/orders/…/parcels/label</code>.</p>"
    )
    intro = (
        "<p>DHL, FedEx and Shiprocket as this laptop has them. A parcel stays where it is until you move it; "
        "each move is called back to Metco, signed as that carrier does.</p>"
    )
    return shell("Carriers", f"<h1>Carriers</h1>{intro}{told or empty}{_weather(core)}", live=True)


def _parcel(core: StandIn, one: Parcel) -> str:
    last = WORDS[one.scans[-1].move] if one.scans else "Void" if one.void else "Label printed" if one.awb else "Ordered"
    rows = "".join(
        f"<tr><td>{_moment(scan.at)}</td><td>{escape(WORDS[scan.move])}</td><td><code>{scan.code}</code></td></tr>"
        for scan in reversed(one.scans)
    )
    scans = (
        "<table><caption>Scans</caption><thead><tr><th scope='col'>At</th><th scope='col'>What</th>"
        f"<th scope='col'>Code</th></tr></thead><tbody>{rows}</tbody></table>"
        if rows
        else ""
    )
    moves = "".join(_button("move", WORDS[move], number=one.number, move=move) for move in one.moves)
    again = _button("tell", "Call again", number=one.number) if one.scans else ""
    calls = [call for call in core.calls if call.number == one.number]
    return (
        f"<article><header><h2>{escape(one.number)} · {escape(last)}</h2><p>{NAMES[one.carrier]} to "
        f"<b>{escape(one.to)}</b>, for <code>{escape(one.reference)}</code> at {_moment(one.made_at)}</p></header>"
        f'<div class="choices">{moves}{again}</div>{scans}{_called(calls)}</article>'
    )


def _called(calls: list[Call]) -> str:
    if not calls:
        return ""
    each = ", ".join(f"{call.state} ({call.answer or '–'}, {call.tries} tries)" for call in reversed(calls[-5:]))
    return f"<p>Calls to Metco, the latest first: {each}</p>"


def _weather(core: StandIn) -> str:
    hows = "".join(f'<option value="{how}">{how}</option>' for how in get_args(How))
    carriers = "".join(f'<option value="{name}">{name}</option>' for name in (*SPEAKERS, "all"))
    planned = "".join(
        f"<li><code>{escape(one.path)}</code>: {one.how}, {one.times} times</li>" for one in core.faults.planned
    )
    checked = " checked" if core.faults.shuffle else ""
    lost, doubled = (
        f"<label>{text}, % <input name='{name}' type='number' min='0' max='100' value='{round(share * 100)}' required>"
        "</label> "
        for name, text, share in (
            ("drop", "Calls lost", core.faults.drop),
            ("duplicate", "doubled", core.faults.duplicate),
        )
    )
    return (
        "<section><h2>What goes wrong</h2>"
        f"<form method='post' action='{HERE}/do/fault'><label>At <select name='carrier'>{carriers}</select></label> "
        f"<label>how <select name='how'>{hows}</select></label> "
        "<label>so often <input name='times' type='number' min='1' value='1' required></label> "
        "<button>Plan it</button></form>"
        f"<form method='post' action='{HERE}/do/calls'>{lost}{doubled}"
        f"<label><input type='checkbox' name='shuffle'{checked}> in any order</label> <button>Set</button></form>"
        f"<ul>{planned}</ul>{_button('well', 'All is well again')}</section>"
    )


def _button(what: str, text: str, **values: str) -> str:
    hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in values.items())
    return f'<form method="post" action="{HERE}/do/{what}">{hidden}<button>{escape(text)}</button></form>'


def _moment(at: float) -> str:
    moment = datetime.fromtimestamp(at, UTC)
    return f"<time datetime='{moment.isoformat()}'>{moment.astimezone():%d %b %H:%M:%S}</time>"


def _html(text: str, status: int = 200) -> Answered:
    return status, {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}, text.encode()
