"""The frame around every page, and the pieces that they are made of: plain HTML, escaped, usable without a script."""

from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from string import Template

from local.pages import FOLDER as LAPTOP
from local.stripe.pages.addresses import HERE

FOLDER = Path(__file__).parent
PLACES = (
    ("", "Overview"),
    ("/payments", "Payments"),
    ("/refunds", "Refunds"),
    ("/disputes", "Disputes"),
    ("/accounts", "Sellers"),
    ("/payouts", "Payouts"),
    ("/balance", "Balance"),
    ("/events", "Events"),
    ("/weather", "Clock and faults"),
)


def for_people(title: str, body: str) -> str:
    """What a buyer or a seller sees: one thing to do, and nothing else."""
    return _filled(title, f"<section>{body}</section>", kind="narrow")


def for_developers(title: str, body: str, at: str = "", *, live: bool = False) -> str:
    links = "".join(
        f'<a href="{HERE}{path}"{" aria-current=page" if path == at else ""}>{name}</a>' for path, name in PLACES
    )
    header = (
        f'<header class="top"><a class="brand" href="{HERE}"><b>Stripe</b> stand-in</a>'
        f'<nav aria-label="Stripe stand-in">{links}<a href="/">Metco</a></nav></header>'
    )
    script = f"<script>{(LAPTOP / 'live.js').read_text()}</script>" if live else ""
    return _filled(title, body, header=header, script=script)


def _filled(title: str, body: str, *, header: str = "", kind: str = "", script: str = "") -> str:
    template = Template((FOLDER / "shell.html").read_text())
    return template.substitute(title=escape(title), body=body, header=header, kind=kind, script=script)


def button(text: str, action: str, values: Mapping[str, str] | None = None, *, kind: str = "") -> str:
    """A form of one button, so that it works from the keyboard and without a script."""
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in (values or {}).items()
    )
    return (
        f'<form method="post" action="{escape(action)}">{hidden}<button class="{kind}">{escape(text)}</button></form>'
    )


def field(name: str, label: str, value: str = "", *, hint: str = "", extra: str = "") -> str:
    described = f' aria-describedby="{name}-hint"' if hint else ""
    said = f'<p class="hint" id="{name}-hint">{escape(hint)}</p>' if hint else ""
    return (
        f'<div class="field"><label for="{name}">{escape(label)}</label>'
        f'<input id="{name}" name="{name}" value="{escape(value)}"{described} {extra}>{said}</div>'
    )


def choice(name: str, label: str, options: Iterable[tuple[str, str]], chosen: str = "") -> str:
    shown = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(text)}</option>'
        for value, text in options
    )
    return (
        f'<div class="field"><label for="{name}">{escape(label)}</label>'
        f'<select id="{name}" name="{name}">{shown}</select></div>'
    )


def picks(name: str, legend: str, options: Iterable[tuple[str, str]], chosen: str = "") -> str:
    shown = "".join(
        f'<label class="pick"><input type="radio" name="{name}" value="{escape(value)}" required'
        f"{' checked' if value == chosen else ''}> <span>{escape(text)}</span></label>"
        for value, text in options
    )
    return f"<fieldset><legend>{escape(legend)}</legend>{shown}</fieldset>"


def table(caption: str, heads: Iterable[str], rows: Iterable[str], *, empty: str) -> str:
    """A head that ends in ` #` is of a column of numbers."""
    body = "".join(rows)
    if not body:
        return f'<p class="empty">{escape(empty)}</p>'
    top = "".join(
        f'<th scope="col"{" class=number" if head.endswith(" #") else ""}>{escape(head.removesuffix(" #"))}</th>'
        for head in heads
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def thing(id_: str) -> str:
    """An id that leads to its object."""
    return f'<a class="mono" href="{HERE}/objects/{escape(id_)}">{escape(id_)}</a>'


def text(said: str) -> str:
    return escape(said)
