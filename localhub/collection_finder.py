"""Which collections the hub serves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, List, Optional

from sentinel_workbench.core.model.byoc import TYPE_PREFIX
from sentinel_workbench.core.model.collection import Collection
from sentinel_workbench.localhub.records import HubError

if TYPE_CHECKING:
    from sentinel_workbench.localhub.sources import SceneSource


_BATCH = re.compile(r"^batch-")
"""Collections made by batch processing are BYOC collections under another name."""


class CollectionFinder:
    """Finds collections of the store, and those the Workbench knows though the store has no scene of them.

    A collection without scenes renders as an empty image, like an area without data does at the service.
    """

    def __init__(self, store: SceneSource) -> None:
        self._store = store

    def find(self, name: str) -> Optional[Collection]:
        """The collection of a type id or legacy name, or None."""
        try:
            return self._store.collection(_BATCH.sub(TYPE_PREFIX, name))
        except HubError:
            return None

    def stored(self, name: str) -> Optional[Collection]:
        """The same, among the collections of the store only; one's own may be named by their UUID alone."""
        names = (_BATCH.sub(TYPE_PREFIX, name), TYPE_PREFIX + name)
        same = (c for c in self.all_stored() if c.collection_id in names or c.legacy_name in names)
        return next(same, None)

    def all_stored(self) -> List[Collection]:
        """Every collection of the store."""
        return list(self._store.collections())
