"""Categories: nodes of one tree, that products are sorted into. What a node asks of goods, it asks of all below it."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from functions.catalog.model.names import CategoryId, Code, CurrencyCode, ImageId, Labels, Locale, Minor, Version, Word
from functions.catalog.model.texts import Said
from kernel.errors import Conflict, Invalid, NotFound
from kernel.http import Answer, Request

CATEGORIES = 2_000  # in the whole tree: it is read as one
DEPTH = 8
OWN_ATTRIBUTES = 30

CategoryName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), Field(examples=["Cameras"])
]
CategoryNames = Annotated[
    dict[Locale, CategoryName], Field(min_length=1, examples=[{"en": "Cameras", "uk": "Фотоапарати"}])
]
CategoryText = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=2_000), Field(examples=["Film and digital."])
]
CategoryTexts = Annotated[dict[Locale, CategoryText], Field(examples=[{"en": "Film and digital."}])]
Position = Annotated[int, Field(ge=0, le=10_000, examples=[10], description="Siblings are shown in this order.")]
Unit = Annotated[str, StringConstraints(strip_whitespace=True, max_length=12), Field(examples=["mm"])]
AttributeKind = Literal["text", "number", "flag", "choice", "choices"]


class Choice(Said):
    """One of the values that an attribute of the kinds choice and choices can have."""

    value: Word
    labels: Labels = Field(default_factory=dict)


class Attribute(Said):
    """What is asked of every product of a category, and of the categories below it."""

    code: Code
    kind: AttributeKind = "text"
    labels: Labels = Field(default_factory=dict)
    unit: Unit = ""
    required: bool = False
    filterable: Annotated[bool, Field(description="Buyers can narrow a search by it.")] = False
    minimum: Annotated[int | None, Field(examples=[0])] = None
    maximum: Annotated[int | None, Field(examples=[10_000])] = None
    choices: Annotated[list[Choice], Field(max_length=100)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if bool(self.choices) != (self.kind in ("choice", "choices")):
            raise ValueError("the kinds choice and choices, and no others, have choices")
        if self.kind != "number" and (self.minimum is not None or self.maximum is not None):
            raise ValueError("only numbers have a minimum and a maximum")
        if len({one.value for one in self.choices}) < len(self.choices):
            raise ValueError("a choice is there twice")
        return self


class PriceLimit(Said):
    """The least and the most that may be asked, in minor units. A category's own limit stands before its parent's."""

    floor: Minor | None = None
    ceiling: Annotated[Minor | None, Field(examples=[5_000_000])] = None

    @model_validator(mode="after")
    def _leaves_room(self) -> Self:
        if self.floor is not None and self.ceiling is not None and self.floor > self.ceiling:
            raise ValueError("the floor is above the ceiling")
        return self


PriceLimits = Annotated[
    dict[CurrencyCode, PriceLimit], Field(max_length=20, examples=[{"EUR": {"floor": 100, "ceiling": 5_000_000}}])
]
OwnAttributes = Annotated[
    list[Attribute],
    Field(
        max_length=OWN_ATTRIBUTES,
        examples=[[{"code": "format", "kind": "choice", "choices": [{"value": "35mm"}, {"value": "120"}]}]],
    ),
]


class NewCategory(Request):
    """Without a parent it is a root."""

    parent_id: Annotated[CategoryId | None, Field(examples=[None])] = None
    names: CategoryNames
    descriptions: CategoryTexts = Field(default_factory=dict)
    position: Position = 0
    attributes: OwnAttributes = Field(default_factory=list)
    price_limits: PriceLimits = Field(default_factory=dict)


class CategoryChange(Request):
    """Only what is sent changes. `attributes` and `price_limits` are sent whole."""

    names: CategoryNames | None = None
    descriptions: CategoryTexts | None = None
    position: Position | None = None
    attributes: OwnAttributes | None = None
    price_limits: PriceLimits | None = None


class CategoryMove(Request):
    parent_id: Annotated[CategoryId | None, Field(examples=[None], description="None: it becomes a root.")]


class Category(Answer):
    """One node. A root has no parent."""

    category_id: CategoryId
    parent_id: CategoryId | None = None
    names: CategoryNames
    descriptions: CategoryTexts = Field(default_factory=dict)
    image_id: ImageId | None = None
    position: Position = 0
    attributes: OwnAttributes = Field(default_factory=list)
    price_limits: PriceLimits = Field(default_factory=dict)
    version: Version = 1


class CategoryPage(Category):
    """A category with all that it takes from those above it."""

    path: Annotated[list[CategoryId], Field(description="From the root to this category.")]
    all_attributes: Annotated[list[Attribute], Field(examples=[[]], description="The inherited ones first.")]
    all_price_limits: Annotated[PriceLimits, Field(description="Its own, and for other currencies the nearest.")]


class CategoryNode(Answer):
    """As much of a category as a menu needs."""

    category_id: CategoryId
    parent_id: CategoryId | None = None
    names: CategoryNames
    image_id: ImageId | None = None


class CategoryTree(Answer):
    """Parents before their children, siblings in their order."""

    items: list[CategoryNode]


# What can be refused


class NoSuchCategory(NotFound):
    """There is no such category."""


class TreeChanged(Conflict):
    """The tree of categories was changed at the same moment. Read it again, then repeat your change."""


class CategoryBelowItself(Conflict):
    """A category cannot be moved below itself."""


class TreeTooDeep(Conflict):
    """Categories are at most eight deep."""


class TreeFull(Conflict):
    """There are 2,000 categories, and that is all there can be."""


class AttributeTaken(Invalid):
    """A category cannot define an attribute that one above or below it defines already. Choose another code."""
