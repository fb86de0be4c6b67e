"""What catalog tells the other domains: ids, facts, and what stores and operators say of goods in public."""

from typing import Literal

from functions.catalog.model.names import CategoryId
from kernel.events import Data


class CategoryChanged(Data):
    """A category is new, or different, or gone; ask for the tree to see how it looks now."""

    category_id: CategoryId
    how: Literal["created", "edited", "moved", "removed"]
