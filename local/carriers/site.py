"""The page where a person moves parcels as a driver would, and plans what goes wrong: usable without a script."""

from collections.abc import Callable, Iterable, Mapping
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
HOWS: dict[How, str] = {
    "unavailable": "503, nothing done",
    "limited": "429, nothing done",
    "broken": "500, done all the same",
    "never": "No answer, nothing done",
    "lost": "No answer, done all the same",
}
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
        "<p>DHL, FedEx and Shiprocket as this laptop has them, and you are the driver. A parcel stays where it is "
        "until you move it; each move is called back to Metco, signed as that carrier does.</p>"
    )
    return shell("Carriers", f"<h1>Carriers</h1>{intro}{told or empty}{_weather(core)}", live=True)


def _parcel(core: StandIn, one: Parcel) -> str:
    last = WORDS[one.scans[-1].move] if one.scans else "Void" if one.void else "Label printed" if one.awb else "Ordered"
    moves = "".join(_button("move", WORDS[move], number=one.number, move=move) for move in one.onward)
    again = _button("tell", "Call Metco again", number=one.number) if one.scans else ""
    return (
        f"<article><header><h2>{escape(one.number)} · {escape(last)}</h2><p>{NAMES[one.carrier]} to "
        f"<b>{escape(one.to)}</b>, label of {_moment(one.made_at)}, for <code>{escape(one.reference)}</code></p>"
        f'</header><div class="choices">{moves}{again}</div>{_scans(core, one)}</article>'
    )


def _scans(core: StandIn, one: Parcel) -> str:
    if not one.scans:
        return ""
    calls = [call for call in core.calls if call.number == one.number]
    rows = "".join(
        f"<tr><td>{_moment(scan.at)}</td><td>{escape(WORDS[scan.move])} (<code>{scan.code}</code>)</td>"
        f"<td>{_called([call for call in calls if call.scans == place])}</td></tr>"
        for place, scan in reversed(list(enumerate(one.scans, start=1)))
    )
    heads = "".join(f"<th scope='col'>{head}</th>" for head in ("At", "What", "Metco’s answer"))
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _called(calls: list[Call]) -> str:
    """Of one scan; the latest last. What was not taken says by which status, and how often it was tried."""
    return ", ".join(
        call.state
        if call.state == "taken" or not call.tries
        else f"{call.state}: {call.answer or 'no answer'}, {call.tries}×"
        for call in calls
    )


def _weather(core: StandIn) -> str:
    whose = (*((name, NAMES[name]) for name in sorted(SPEAKERS)), ("all", "All of them"))
    planned = "".join(f"<li>{_planned(one)}</li>" for one in core.faults.planned)
    shares = "".join(
        f"<label>{text}, in % <input name='{name}' type='number' min='0' max='100' value='{round(share * 100)}' "
        "required></label>"
        for name, text, share in (
            ("drop", "Lost", core.faults.drop),
            ("duplicate", "Made twice", core.faults.duplicate),
        )
    )
    checked = " checked" if core.faults.shuffle else ""
    return (
        "<section><h2>What goes wrong</h2><p>When Metco asks a carrier:</p>"
        f"<form method='post' action='{HERE}/do/fault'><label>Who {_select('carrier', whose)}</label>"
        f"<label>What happens {_select('how', HOWS.items())}</label>"
        "<label>How often <input name='times' type='number' min='1' value='1' required></label>"
        "<button>Plan it</button></form>"
        f"{f'<ul>{planned}</ul>' if planned else ''}<p>When a carrier calls Metco:</p>"
        f"<form method='post' action='{HERE}/do/calls'>{shares}"
        f"<label><input type='checkbox' name='shuffle'{checked}> In any order</label><button>Set it</button></form>"
        f"<div class='choices'>{_button('well', 'All is well again')}</div></section>"
    )


def _planned(fault: Fault) -> str:
    """`Fault.path` is a pattern; whose it is stands in PATHS, unless a test planned it."""
    whose = next((name for name, path in PATHS.items() if path == fault.path), "")
    named = NAMES.get(whose, "All of them" if whose else f"<code>{escape(fault.path)}</code>")
    return f"{named}: {HOWS[fault.how]}, {fault.times}×"


def _select(name: str, options: Iterable[tuple[str, str]]) -> str:
    inside = "".join(f'<option value="{value}">{escape(text)}</option>' for value, text in options)
    return f'<select name="{name}">{inside}</select>'


def _button(what: str, text: str, **values: str) -> str:
    hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in values.items())
    return f'<form method="post" action="{HERE}/do/{what}">{hidden}<button>{escape(text)}</button></form>'


def _moment(at: float) -> str:
    moment = datetime.fromtimestamp(at, UTC)
    return f"<time datetime='{moment.isoformat()}'>{moment.astimezone():%d %b %H:%M:%S}</time>"


def _html(text: str, status: int = 200) -> Answered:
    return status, {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}, text.encode()
