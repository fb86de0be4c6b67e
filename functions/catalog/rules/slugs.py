"""Addresses of products: the id finds the product, the words before it are for people and search engines."""

import re
import unicodedata
from collections.abc import Iterator

from kernel import ids

LONGEST = 80


def _pairs(told: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in told.split())


_CYRILLIC = _pairs(
    "а=a б=b в=v г=h ґ=g д=d е=e є=ie ж=zh з=z и=y і=i ї=i й=i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh "
    "ц=ts ч=ch ш=sh щ=shch ю=iu я=ia ы=y э=e ё=e"
)
_CONSONANTS = _pairs(
    "क=k ख=kh ग=g घ=gh ङ=n च=ch छ=chh ज=j झ=jh ञ=n ट=t ठ=th ड=d ढ=dh ण=n त=t थ=th द=d ध=dh न=n प=p फ=ph ब=b "
    "भ=bh म=m य=y र=r ल=l व=v श=sh ष=sh स=s ह=h"
)
_VOWELS = _pairs("अ=a आ=aa इ=i ई=ii उ=u ऊ=uu ऋ=ri ए=e ऐ=ai ओ=o औ=au ा=aa ि=i ी=ii ु=u ू=uu ृ=ri े=e ै=ai ो=o ौ=au ं=n")
_SPOKEN = frozenset("ािीुूृेैोौ्")  # after a consonant: its vowel, or that it has none


def slug_of(title: str) -> str:
    """The title in small Latin letters; what cannot be written in them is left out."""
    told = "".join(_latin(unicodedata.normalize("NFKC", title).lower()))
    plain = unicodedata.normalize("NFKD", told).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", re.sub(r"['’ʼ]", "", plain))
    while len("-".join(words)) > LONGEST and len(words) > 1:
        words.pop()
    return "-".join(words)[:LONGEST].strip("-") or "item"


def address(slug: str, product_id: str) -> str:
    return f"{slug}-{product_id.removeprefix('prd_')}"


def product_id_in(address: str) -> str:
    return f"prd_{address[-ids.LENGTH :]}"


def slug_in(address: str) -> str | None:
    """None where only the id was given: whoever asks by the id knows no slug that could be an old one."""
    slug = address[: -ids.LENGTH].removesuffix("-")
    return None if slug in ("", "prd_") else slug


def _latin(text: str) -> Iterator[str]:
    for place, letter in enumerate(text):
        following = text[place + 1 : place + 2]
        if letter in _CONSONANTS:
            unsaid = following.isalpha() and following not in _SPOKEN  # inside a word it is spoken with an a
            yield _CONSONANTS[letter] + ("a" if unsaid else "")
        else:
            yield _CYRILLIC.get(letter) or _VOWELS.get(letter) or letter
