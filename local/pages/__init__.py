"""The laptop's own pages: plain HTML from values, escaped, readable without a script."""

from collections.abc import Iterable
from datetime import datetime
from html import escape
from pathlib import Path
from string import Template
from typing import Any

FOLDER = Path(__file__).parent
NO_TRACE = "Nothing was logged with this id in the last hour. A consumer may need a moment."


def home(url: str) -> str:
    return shell("Welcome", Template((FOLDER / "home.html").read_text()).substitute(url=escape(url)))


def missing(path: str) -> str:
    return shell("Nothing here", f"<h1>Nothing here</h1><p>No page has the address <code>{escape(path)}</code>.</p>")


def no_reference() -> str:
    return shell("API reference", "<h1>API reference</h1><p>It is not written yet: run <code>make docs</code>.</p>")


def mailbox(messages: list[dict[str, Any]], to: str) -> str:
    what = f"to <b>{escape(to)}</b>" if to else "to anybody"
    found = "".join(_message(message) for message in messages)
    empty = f'<p class="empty">Nothing was sent {what} yet. New messages appear here by themselves.</p>'
    search = (
        '<form role="search"><label for="to">Sent to</label> '
        f'<input id="to" name="to" type="search" value="{escape(to)}" placeholder="buyer@metco.example"> '
        "<button>Show</button></form>"
    )
    intro = "<p>Every mail and SMS that Metco sent. None has left this machine.</p>"
    return shell("Mailbox", f"<h1>Mailbox</h1>{intro}{search}{found or empty}", live=True)


def _message(message: dict[str, Any]) -> str:
    to = ", ".join(message["to"])
    subject = message["subject"] or ("SMS" if message["kind"] == "sms" else "(no subject)")
    code = f'<p>Code <output class="code">{escape(message["code"])}</output></p>' if message["code"] else ""
    return (
        f"<article><header><h2>{escape(subject)}</h2><p>{escape(message['kind'])} to <b>{escape(to)}</b> "
        f"at {_moment(message['at'])}</p></header>{code}<pre>{escape(message['text'])}</pre></article>"
    )


def recent(requests: list[dict[str, Any]]) -> str:
    rows = "".join(
        f"<tr><td>{_moment(request['at'])}</td>"
        f"<td><a href='/_traces/{escape(request['correlation_id'])}'>{escape(request['route'])}</a></td>"
        f"<td>{_status(request['status'])}</td><td class='number'>{request['duration_ms']:.1f} ms</td></tr>"
        for request in requests
    )
    table = (
        "<table><caption>Newest first</caption><thead><tr><th scope='col'>At</th><th scope='col'>Request</th>"
        f"<th scope='col'>Answer</th><th scope='col' class='number'>Took</th></tr></thead><tbody>{rows}</tbody></table>"
    )
    empty = '<p class="empty">No request in the last hour. Send one, and it appears here by itself.</p>'
    return shell("Traces", f"<h1>Traces</h1>{table if requests else empty}", live=True)


def trace(found: dict[str, Any] | None, correlation_id: str) -> str:
    title = f"Trace {correlation_id}"
    if not found:
        return shell(title, f"<h1>Trace</h1><p><code>{escape(correlation_id)}</code></p><p>{NO_TRACE}</p>", live=True)
    whole = max(found["duration_ms"], 1)
    spans = "".join(_span(span, whole) for span in found["spans"])
    head = (
        f"<h1>Trace</h1><p><code>{escape(correlation_id)}</code> at {_moment(found['at'])}: "
        f"{len(found['spans'])} invocations in {found['duration_ms']:.0f} ms</p>"
    )
    return shell(title, f"{head}<ol class='trace'>{spans}</ol>", live=True)


def _span(span: dict[str, Any], whole: float) -> str:
    left, width = 100 * span["after_ms"] / whole, max(100 * span["duration_ms"] / whole, 0.6)
    lines = "".join(_line(line) for line in span["lines"])
    failed = " class='failed'" if span["failed"] else ""
    return (
        f"<li{failed}><details><summary><b>{escape(span['function'])}</b> "
        f"<span class='number'>+{span['after_ms']:.0f} ms, took {span['duration_ms']:.0f} ms</span>"
        f"<span class='bar' aria-hidden='true'><i style='left:{left:.2f}%;width:{width:.2f}%'></i></span></summary>"
        f"<ul>{lines}</ul></details></li>"
    )


def _line(line: dict[str, Any]) -> str:
    fields = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(_text(value))}</dd>" for name, value in line["fields"].items()
    )
    return f"<li><b class='{escape(line['level'].lower())}'>{escape(str(line['message']))}</b><dl>{fields}</dl></li>"


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _status(status: int) -> str:
    kind = "good" if status < 400 else "refused" if status < 500 else "failed"
    return f"<span class='status {kind}'>{status}</span>"


def _moment(iso: str) -> str:
    local = datetime.fromisoformat(iso).astimezone()
    return f"<time datetime='{iso}'>{local:%H:%M:%S}</time>"


def shell(title: str, body: str, *, live: bool = False) -> str:
    script = f"<script>{(FOLDER / 'live.js').read_text()}</script>" if live else ""
    return Template((FOLDER / "shell.html").read_text()).substitute(
        title=escape(title), navigation=_navigation(title), body=body, script=script
    )


def _navigation(title: str) -> str:
    places: Iterable[tuple[str, str]] = (
        ("/shop", "Shop"),
        ("/_mailbox", "Mailbox"),
        ("/_traces", "Traces"),
        ("/_stripe", "Stripe"),
        ("/_carriers", "Carriers"),
        ("/docs", "API reference"),
    )
    return "".join(
        f'<a href="{path}"{" aria-current=page" if name == title else ""}>{name}</a>' for path, name in places
    )
