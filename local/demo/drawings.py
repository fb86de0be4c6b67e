"""Draws the demo's goods: flat shapes from drawings.toml, in colours that follow from the product's style."""

import io
import tomllib
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw

SIDE = 600
FINE = 2  # drawn so much larger and then reduced: the only smooth edges Pillow knows
Colour = tuple[int, int, int]
Palette = dict[str, Colour]

# By style, in their order in a store's file: background, main, accent.
PALETTES: tuple[tuple[str, str, str], ...] = (
    ("#e8eef7", "#2f4b7c", "#f2a65a"),
    ("#edf3e6", "#5c7c3b", "#e9c46a"),
    ("#faf0e2", "#c47f2c", "#2a6f77"),
    ("#efeef2", "#6d6a7c", "#d1495b"),
    ("#fdf1ee", "#b7524a", "#3d5a80"),
)


@cache
def drawings() -> dict[str, list[str]]:
    return tomllib.loads(Path(__file__).with_name("drawings.toml").read_text(encoding="utf-8"))


def draw(kind: str, style: int) -> bytes:
    """A PNG, the same for the same kind and style on every machine."""
    ground, main, accent = map(_colour, PALETTES[style % len(PALETTES)])
    palette = {
        "main": main,
        "accent": accent,
        "dark": _mixed(main, (20, 20, 30), 0.7),
        "shade": _mixed(main, (20, 20, 30), 0.3),
        "light": ground,
    }
    scale = SIDE * FINE / 124
    image = Image.new("RGB", (SIDE * FINE, SIDE * FINE), ground)
    pen = ImageDraw.Draw(image)
    for shape in drawings()[kind]:
        word, *numbers, colour = shape.split()
        _shape(pen, word, [float(number) for number in numbers], palette[colour], scale)
    drawn = io.BytesIO()
    image.resize((SIDE, SIDE), Image.Resampling.LANCZOS).quantize(64).save(drawn, "PNG", optimize=True)
    return drawn.getvalue()


def _shape(pen: ImageDraw.ImageDraw, word: str, numbers: list[float], colour: Colour, scale: float) -> None:
    def at(*values: float) -> list[float]:
        return [(value + 12) * scale for value in values]

    match word, numbers:
        case "rect", [left, top, right, bottom, radius]:
            pen.rounded_rectangle(at(left, top, right, bottom), radius * scale, fill=colour)
        case "oval", [left, top, right, bottom]:
            pen.ellipse(at(left, top, right, bottom), fill=colour)
        case "disc", [x, y, radius]:
            pen.ellipse(at(x - radius, y - radius, x + radius, y + radius), fill=colour)
        case "ring", [x, y, radius, width]:
            pen.ellipse(at(x - radius, y - radius, x + radius, y + radius), outline=colour, width=round(width * scale))
        case "poly", corners:
            pen.polygon(at(*corners), fill=colour)
        case "line", [width, *points]:
            pen.line(at(*points), fill=colour, width=round(width * scale), joint="curve")


def _colour(text: str) -> Colour:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
