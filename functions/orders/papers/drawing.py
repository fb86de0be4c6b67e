"""A sheet as PDF: the same sheet is the same bytes, whatever was drawn before it.

The library is opened by the first paper that is drawn, not by every start of the function.
"""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from functions.orders.rules.papers.sheets import Row, Sheet

WIDTH, HEIGHT = 595.28, 841.89  # A4, in points
LEFT, RIGHT, TOP, BOTTOM = 56.0, WIDTH - 56.0, HEIGHT - 62.0, 62.0
SMALL, USUAL, LARGE = 8.0, 9.5, 20.0
LEADING = 1.45  # Devanagari stands higher than Latin
COLUMNS = (290.0, 374.0, 450.0, RIGHT)  # the right edges of quantity, net, tax, total
WHAT_WIDTH = 188.0
GREY, BLACK = (0.42, 0.45, 0.5), (0.07, 0.09, 0.13)
FONT, FILE = "Metco", "NotoSans[wdth,wght].ttf"  # Latin, Cyrillic and Devanagari in one
MOST_SUMS = 6
# What is shaped together: letters of one script. Whoever shapes them looks at the first letter for how.
_SCRIPTS = re.compile("[\u0900-\u097f\u200c\u200d\ua8e0-\ua8ff]+|[^\u0900-\u097f\u200c\u200d\ua8e0-\ua8ff]+")


def pdf(sheet: Sheet) -> bytes:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    # A font remembers what was written with it, and would number it otherwise the next time: each paper has its own.
    pdfmetrics.registerFont(TTFont(FONT, io.BytesIO(_font()), shapable=True))
    written = io.BytesIO()
    canvas = Canvas(written, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=1, lang=sheet.language)
    canvas.setTitle(" ".join([sheet.title, sheet.facts[0][1]]))
    canvas.setAuthor("Metco")
    _Drawn(canvas, sheet).all()
    canvas.save()
    return written.getvalue()


def _font() -> bytes:
    return resources.files("fontpkg_noto_sans").joinpath("files", FILE).read_bytes()


@dataclass(slots=True)
class _Drawn:
    """The pen's place on the page, from the top down."""

    canvas: Any
    sheet: Sheet
    y: float = TOP
    pages: int = field(default=0)

    def all(self) -> None:
        self._head()
        self._table_head()
        for row in self.sheet.rows:
            self._row(row)
        self._sums()
        self._page_over()

    # Parts

    def _head(self) -> None:
        self._text(self.sheet.title, LEFT, LARGE, bold=True)
        self._down(LARGE * 1.7)
        for word, value in self.sheet.facts:
            self._text(word, LEFT, USUAL, GREY)
            self._text(value, LEFT + 110, USUAL)
            self._down(USUAL * LEADING)
        self._down(14)
        begun, lowest = self.y, self.y
        for x, title, lines in zip(
            (LEFT, 320.0), self.sheet.parties, (self.sheet.seller, self.sheet.buyer), strict=True
        ):
            self.y = begun
            self._text(title, x, SMALL, GREY)
            self._down(SMALL * LEADING + 2)
            for line in lines:
                for piece in self._wrapped(line, USUAL, RIGHT - 320):
                    self._text(piece, x, USUAL)
                    self._down(USUAL * LEADING)
            lowest = min(lowest, self.y)
        self.y = lowest - 18

    def _table_head(self) -> None:
        what, *figures = self.sheet.head
        self._text(what, LEFT, SMALL, GREY)
        for word, edge in zip(figures, COLUMNS, strict=True):
            self._text_to(word, edge, SMALL, GREY)
        self._down(6)
        self._rule()
        self._down(USUAL * LEADING)

    def _row(self, row: Row) -> None:
        lines = self._wrapped(row.what, USUAL, WHAT_WIDTH)
        more = self._wrapped(row.more, SMALL, WHAT_WIDTH) if row.more else []
        self._room(len(lines) * USUAL * LEADING + len(more) * SMALL * LEADING)
        for text, edge in zip((row.quantity, *row.figures), COLUMNS, strict=True):
            self._text_to(text, edge, USUAL)
        for size, colour, pieces in ((USUAL, BLACK, lines), (SMALL, GREY, more)):
            for piece in pieces:
                self._text(piece, LEFT, size, colour)
                self._down(size * LEADING)
        self._down(4)

    def _sums(self) -> None:
        self._room((MOST_SUMS + len(self.sheet.notes)) * USUAL * LEADING + 40)
        self._rule()
        self._down(USUAL * LEADING)
        last = len(self.sheet.sums) - 1
        for place, (word, amount) in enumerate(self.sheet.sums):
            self._text_to(word, COLUMNS[2], USUAL, bold=place == last)
            self._text_to(amount, RIGHT, USUAL, bold=place == last)
            self._down(USUAL * LEADING)
        self._down(16)
        for note in self.sheet.notes:
            self._text(note, LEFT, SMALL, GREY)
            self._down(SMALL * LEADING)

    # Pages

    def _room(self, height: float) -> None:
        """On the next page, if there is not enough left on this one."""
        if self.y - height < BOTTOM + 20:
            self._page_over()
            self.y = TOP
            self._table_head()

    def _page_over(self) -> None:
        self.pages += 1
        below, self.y = self.y, BOTTOM - 20
        self._text_to(
            f"{self.sheet.title} {self.sheet.facts[0][1]} · {self.sheet.page} {self.pages}", RIGHT, SMALL, GREY
        )
        self.y = below
        self.canvas.showPage()

    # The pen

    def _down(self, height: float) -> None:
        self.y -= height

    def _rule(self) -> None:
        self.canvas.setStrokeColorRGB(*GREY)
        self.canvas.setLineWidth(0.5)
        self.canvas.line(LEFT, self.y, RIGHT, self.y)

    def _text(self, text: str, x: float, size: float, colour: Sequence[float] = BLACK, *, bold: bool = False) -> None:
        """Bold is drawn with a line around it: the font's own weights would be files of their own."""
        if not text:
            return
        self.canvas.setFont(FONT, size)
        self.canvas.setFillColorRGB(*colour)
        self.canvas.setStrokeColorRGB(*colour)
        self.canvas.setLineWidth(size / 45)
        for run in _SCRIPTS.findall(text):
            self.canvas.drawString(x, self.y, _shaped(run, size), mode=2 if bold else 0)
            x += _width(run, size)

    def _text_to(
        self, text: str, edge: float, size: float, colour: Sequence[float] = BLACK, *, bold: bool = False
    ) -> None:
        self._text(text, edge - _width(text, size), size, colour, bold=bold)

    def _wrapped(self, text: str, size: float, width: float) -> list[str]:
        """By words; a word that is too long by itself is cut where it has to be."""
        lines, line = list[str](), ""
        for word in text.split(" "):
            joined = f"{line} {word}".strip()
            if _width(joined, size) <= width:
                line = joined
                continue
            if line:
                lines.append(line)
            *whole, line = _cut(word, size, width)
            lines += whole
        return [*lines, line] if line else lines


def _cut(word: str, size: float, width: float) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and _width(pieces[-1] + letter, size) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _shaped(text: str, size: float) -> Any:
    """Letters as they are written beside each other: in Hindi that is another order, and other letters."""
    from reportlab.pdfbase.ttfonts import shapeStr

    return shapeStr(text, FONT, size, force=True)


def _width(text: str, size: float) -> float:
    runs = (_shaped(run, size).__shapeData__ for run in _SCRIPTS.findall(text))
    return float(sum(one.x_advance for run in runs for one in run) * size / 1000)
