"""Products: what a thing is, whoever sells it."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StrictBool, StrictFloat, StrictInt, StringConstraints

from functions.catalog.model.names import CategoryId, Code, ImageId, Labels, Locale, ProductId, Status, StoreId, Version
from functions.catalog.model.names import Word as Value
from functions.catalog.model.texts import Said, Texts
from kernel.errors import Conflict, Invalid, NotFound
from kernel.http import Answer

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
AttributeValue = (
    StrictBool | StrictInt | StrictFloat | Line | Annotated[list[Value], Field(min_length=1, max_length=20)]
)
Attributes = Annotated[
    dict[Code, AttributeValue], Field(max_length=60, examples=[{"format": "35mm", "weight_g": 580, "boxed": True}])
]
Brand = Annotated[str, StringConstraints(strip_whitespace=True, max_length=80), Field(examples=["Leica"])]
Slug = Annotated[
    str, StringConstraints(max_length=80, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$"), Field(examples=["leica-m3"])
]

OPTIONS = 3  # axes of a product
VALUES = 40  # on one axis
PICTURES = 20

AltTexts = Annotated[dict[Locale, Line], Field(examples=[{"en": "The camera from above"}])]


class Option(Said):
    """An axis that variants differ on, such as size, and the values there are on it."""

    code: Code
    labels: Labels = Field(default_factory=dict)
    values: Annotated[list[Value], Field(min_length=1, max_length=VALUES, examples=[["Black", "Silver"]])]


Options = Annotated[list[Option], Field(max_length=OPTIONS)]


class Picture(Said):
    """One of a product's pictures, in the order they are shown in: at `/media/<image_id>/<width>.webp`.

    The widths are 320, 800 and 1600. Until its own `width` and `height` are known, it is being rendered.
    """

    image_id: ImageId
    alt: Annotated[dict[Locale, Line], Field(examples=[{"en": "The camera from above"}])] = Field(default_factory=dict)
    width: Annotated[int, Field(examples=[1600])] = 0
    height: Annotated[int, Field(examples=[1200])] = 0


class Product(Answer):
    """Without a `store_id` it is one of the global database, which moderators keep; else it is that store's own.

    Kept as one text: what is at its default is not written down, so a default never changes.
    """

    product_id: ProductId
    store_id: StoreId | None = None
    status: Status = "draft"
    language: Locale = "en"
    texts: Texts
    slug: Slug = "item"
    category_id: CategoryId | None = None
    brand: Brand = ""
    attributes: Attributes = Field(default_factory=dict)
    options: Options = Field(default_factory=list)
    pictures: Annotated[list[Picture], Field(max_length=20)] = Field(default_factory=list)
    created_at: datetime
    updated_at: datetime
    version: Version = 1


class NoSuchProduct(NotFound):
    code = NotFound.code  # a missing product, a draft and another store's answer alike
    title = NotFound.title


class ProductChangedMeanwhile(Conflict):
    """Someone else changed this product at the same moment. Read it again, then repeat your change."""


class AttributesRefused(Invalid):
    """These attributes do not fit the category. Each fault says which one and why."""


class TextMissing(Invalid):
    """There is no text in the product's own language. Send one, or choose a language that has a text."""


class OptionsRefused(Invalid):
    """An option, or a value of one, is there twice."""
