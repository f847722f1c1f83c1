"""The cache on disk: how large, kept below its limit, cleared; what the project shows is spared."""

from __future__ import annotations

from pathlib import Path
from typing import FrozenSet

from qgis.core import QgsProject, QgsRasterLayer

from sentinel_workbench.core.cache.store import ResponseCache
from sentinel_workbench.core.qgis.folders import cache_folder
from sentinel_workbench.core.qgis.preferences import GB, Preferences


def shown_entries(root: Path, project: QgsProject) -> FrozenSet[str]:
    """Names of the cache's entries that layers of ``project`` show. Main thread."""
    found = set()
    for layer in project.mapLayers().values():
        if isinstance(layer, QgsRasterLayer):
            parts = Path(layer.source()).parts[: len(root.parts) + 1]
            if parts[:-1] == root.parts:
                found.add(parts[-1])
    return frozenset(found)


class CacheKeeping:
    """Captured on the main thread; ``measure``, ``trim`` and ``clear`` belong into a worker, since they read the disk.

    Args:
        project: whose layers are spared by ``trim``.
    """

    def __init__(self, project: QgsProject) -> None:
        self.root = cache_folder()
        self._cache = ResponseCache(self.root)
        self._spared = shown_entries(self.root, project)
        self._limit_bytes = int(Preferences().cache_limit_gb * GB)

    @property
    def shown(self) -> int:
        """How many entries the project shows."""
        return len(self._spared)

    def measure(self) -> int:
        """Bytes on disk."""
        return self._cache.size_bytes()

    def trim(self) -> int:
        """Remove what was unused for longest until the limit is kept; bytes left."""
        if self._limit_bytes:
            self._cache.prune(self._limit_bytes, self._spared)
        return self.measure()

    def clear(self) -> int:
        """Remove everything; bytes left, of downloads that run."""
        self._cache.clear()
        return self.measure()
