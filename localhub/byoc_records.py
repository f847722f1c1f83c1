"""Rows of the BYOC tables as records."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Dict, Mapping, Optional, Sequence

TILE_COLUMNS = "number, collection_id, tile_id, path, status, attempt, sensing, cover, ingested, document"


@dataclass(frozen=True)
class TileRow:
    """A tile.

    Attributes:
        number: order of creation.
        collection_id: a UUID.
        tile_id: a UUID.
        path: in the bucket.
        status: ``WAITING`` and so on.
        attempt: counts ingestions asked for, so that the outcome of an older one is told from the newest.
        sensing: seconds since 1970, or None.
        cover: as the client gave it, or None.
        ingested: what ingestion found: ``files`` (source to key), ``crs``, ``cover`` (box all files share); empty
            before.
        document: the tile as the API shows it.
    """

    number: int
    collection_id: str
    tile_id: str
    path: str
    status: str
    attempt: int
    sensing: Optional[float]
    cover: Optional[Mapping[str, Any]]
    ingested: Mapping[str, Any]
    document: Dict[str, Any]


def tile_from_row(row: Sequence[Any]) -> TileRow:
    """The columns of ``TILE_COLUMNS`` as a record."""
    number, collection_id, tile_id, path, status, attempt, sensing, cover, ingested, document = row
    return TileRow(
        number, collection_id, tile_id, path, status, attempt, sensing, None if cover is None else json.loads(cover),
        json.loads(ingested or "{}"), json.loads(document),
    )


def compact(document: Any) -> str:
    """JSON as it is stored and sent."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
