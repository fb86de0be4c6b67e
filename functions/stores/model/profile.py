"""What everyone may know of a store at a glance, and what goes to other domains whole."""

from typing import Annotated

from pydantic import AfterValidator, Field

from functions.stores.model.names import CountryCode, Slug, Standing, StoreName
from functions.stores.model.pictures import PictureId
from functions.stores.model.texts import Tagline
from kernel.http import Answer, Request


def _coarse(degrees: float) -> float:
    """To about a kilometre: many sell from home. What is finer than that is forgotten before anything sees it."""
    return round(degrees, 2) + 0.0  # and no minus zero


class Point(Request):
    """Where a store is, in degrees, rounded to two decimals."""

    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False, examples=[52.53]), AfterValidator(_coarse)]
    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False, examples=[13.4]), AfterValidator(_coarse)]


class Profile(Answer):
    """A store's word about itself to everybody: a search shows it without asking back."""

    name: StoreName
    slug: Slug
    tagline: Tagline = ""
    logo: PictureId | None = None
    country: CountryCode
    verified: bool
    standing: Standing
    point: Point | None = None
