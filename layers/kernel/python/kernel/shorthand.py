"""Text that is kept short. A row is paid for by the KiB begun, twice in a transaction and again in each of its indexes,
and most of what lies in it are names that it shares with every other row of its kind.
"""

import zlib
from collections.abc import Mapping

HEAD = 2  # of zlib's format; then come four bytes that say by which words the rest was shortened
WINDOW_BITS = 12  # 4 KiB: a row is seldom longer, and setting up a larger one takes longer than the row
MEMORY = 6


class Shorthand:
    """By words that both sides know. What was ever written by some can be read for as long as they are among them."""

    def __init__(self, words: str, *former: str) -> None:
        self._words = words.encode()
        self._known: Mapping[bytes, bytes] = {_mark(one.encode()): one.encode() for one in (words, *former)}

    def short(self, text: str) -> bytes:
        shortened = zlib.compressobj(6, zlib.DEFLATED, WINDOW_BITS, MEMORY, zlib.Z_DEFAULT_STRATEGY, self._words)
        return shortened.compress(text.encode()) + shortened.flush()

    def full(self, kept: bytes) -> str:
        """A ValueError, where it was changed or is not all there: its last bytes are a sum of the text."""
        words = self._known.get(kept[HEAD : HEAD + 4])
        if words is None:
            raise ValueError("This was shortened by words that are not known any more.")
        reading = zlib.decompressobj(WINDOW_BITS, words)
        try:
            text = reading.decompress(kept)
        except zlib.error as error:
            raise ValueError("This is not what was shortened.") from error
        if not reading.eof:
            raise ValueError("Not all of this is there.")
        return text.decode()


def _mark(words: bytes) -> bytes:
    return zlib.adler32(words).to_bytes(4, "big")
