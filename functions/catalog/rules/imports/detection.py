"""What a file is, by its bytes: which kind, in which encoding, with which separator. People's word counts for less."""

import codecs
import csv
import re
from collections.abc import Callable, Iterable

from functions.catalog.model.imports import ENCODINGS, Encoding, FileKind, ImportFileRefused, Separator

SEPARATORS: tuple[Separator, ...] = (",", ";", "\t")
_ZIP = b"PK\x03\x04"
_MARKS: tuple[tuple[bytes, Encoding], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Where people who write Cyrillic have letters in cp1251, people who write Latin have accented ones in cp1252.
_CYRILLIC = bytes((*range(0xC0, 0x100), 0xA1, 0xA2, 0xA5, 0xA8, 0xAA, 0xAF, 0xB2, 0xB3, 0xB4, 0xB8, 0xBA, 0xBF))
_NEVER = frozenset(range(32)) - frozenset(b"\x00\x04\x09\n\r\f")
_IN_RUNS = re.compile(b"[" + re.escape(_CYRILLIC) + b"]{2,}")
_ALL = re.compile(b"[" + re.escape(_CYRILLIC) + b"]")


def kind_of(head: bytes, announced: FileKind) -> FileKind:
    """A file that is not what it was announced as is refused, not guessed at: somebody was mistaken, or lies."""
    if not head:
        raise ImportFileRefused("The file is empty.")
    found: FileKind = "xlsx" if head.startswith(_ZIP) else "csv"
    if found != announced:
        raise ImportFileRefused(f"The file was announced as {announced.upper()} and is not one.")
    if found == "csv" and not _is_text(head):
        raise ImportFileRefused("The file is neither text nor a workbook (.xlsx).")
    return found


def encoding_of(blocks: Iterable[bytes]) -> Encoding:
    """By its mark; else UTF-8, if all of it is; else by where the letters beyond ASCII stand: next to each other in
    Cyrillic words, alone between others in the words of western Europe."""
    decoder: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
    together, alone, head = 0, 0, b""
    for block in blocks:
        if not head:
            head = block[:4096]
            if marked := _unmarked_or_marked(head):
                return marked
        if b"\0" in block:
            raise ImportFileRefused("The file is not text: it has zero bytes in it.")
        decoder = _still(decoder, block)
        in_runs = sum(map(len, _IN_RUNS.findall(block)))
        together, alone = together + in_runs, alone + len(_ALL.findall(block)) - in_runs
    if decoder and _still(decoder, b"", final=True):
        return "utf-8"
    return "cp1251" if together > alone else "cp1252"


def _unmarked_or_marked(head: bytes) -> Encoding | None:
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    even, odd = (_high(head[start::2]) for start in (0, 1))
    if max(even, odd) > 0.7 and min(even, odd) < 0.4:
        return "utf-16-be" if even > odd else "utf-16-le"
    return None


def _high(half: bytes) -> float:
    """How many of the bytes are the upper half of a Latin, Cyrillic or Devanagari letter in UTF-16."""
    return sum(byte in b"\x00\x04\x09" for byte in half) / max(len(half), 1)


def _is_text(head: bytes) -> bool:
    """As far as so few bytes tell: those that no text has in any encoding are not among them."""
    return any(head.startswith(mark) for mark, _ in _MARKS) or not set(head) & _NEVER


def _still(
    decoder: codecs.IncrementalDecoder | None, block: bytes, *, final: bool = False
) -> codecs.IncrementalDecoder | None:
    try:
        if decoder:
            decoder.decode(block, final)
    except UnicodeDecodeError:
        return None
    return decoder


def named_encoding(name: str) -> Encoding:
    """What a person may call it: Windows-1251, UTF8."""
    try:
        found = codecs.lookup(name).name
    except LookupError:
        found = ""
    for encoding in ENCODINGS:
        if codecs.lookup(encoding).name == found:
            return encoding
    raise ImportFileRefused(f"Files can be in {', '.join(ENCODINGS)}.")


def separator_of(line: str, known: Callable[[str], bool]) -> Separator:
    """The one that parts the header into most names that are known; then the one that parts it into most."""

    def parts(separator: Separator) -> tuple[int, int]:
        names = next(csv.reader([line], delimiter=separator), [])
        return sum(known(name) for name in names), len(names)

    return max(SEPARATORS, key=parts)
