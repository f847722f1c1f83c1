"""Orders and what became of them as JSON values, and back."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Dict, Mapping, Optional, Tuple

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.hub.payload_reading import read_payload
from sentinel_workbench.core.hub.process import build_payload
from sentinel_workbench.core.model.orders import ImageOrder, SeriesOrder, TileMetadata
from sentinel_workbench.core.model.results import ImageResult, SeriesResult, State, TileRecord
from sentinel_workbench.core.model.timerange import TimeRange, parse_instant

FORMAT = 1
_MOST_USERDATA = 100_000
"""Characters of JSON; longer userdata lies in the cache only."""
_GONE = "Its file is not there any more. Retry to fetch it again."


@dataclass(frozen=True)
class KeptOrder:
    """An order as it is remembered across restarts. Holds no secret.

    Attributes:
        key: unique; keys of later orders sort behind those of earlier ones.
        order: what was asked.
        connection_name: where.
        begun: when, UTC.
        images: a result a slot, None for one that had not ended when this was kept.
        folder: where its files were asked for, or None for the cache.
        tables: its GeoPackage, or None.
        error: one sentence when the whole order failed.
    """

    key: str
    order: SeriesOrder
    connection_name: str
    begun: dt.datetime
    images: Tuple[Optional[ImageResult], ...]
    folder: Optional[Path] = None
    tables: Optional[Path] = None
    error: Optional[str] = None

    def result(self) -> SeriesResult:
        """The series, with slots that had not ended as cancelled."""
        filled = [
            image or ImageResult(order, slot, State.CANCELLED)
            for image, order, slot in zip(self.images, self.order.orders(), self.order.slots)
        ]
        return SeriesResult(self.order, tuple(filled))

    def checked(self) -> KeptOrder:
        """The same with images whose files are gone as failed ones. Asks the disk: call it in a worker thread."""
        return replace(self, images=tuple(image and _checked(image) for image in self.images))


def to_json(kept: KeptOrder) -> Dict[str, Any]:
    """A value that ``json`` can write."""
    series = kept.order
    return {
        "format": FORMAT,
        "key": kept.key,
        "title": series.title,
        "connection": kept.connection_name,
        "begun": kept.begun.isoformat(),
        "request": build_payload(series.image),
        "tile_metadata": series.image.tile_metadata.value,
        "slots": [_span(slot) for slot in series.slots],
        "as_is": series.as_is,
        "folder": _text(kept.folder),
        "tables": _text(kept.tables),
        "error": kept.error,
        "images": [image and _image_to_json(image) for image in kept.images],
    }


def from_json(value: Mapping[str, Any]) -> KeptOrder:
    """The order of a value.

    Raises:
        InvalidInput: it is not one of ``to_json``.
    """
    try:
        if value["format"] != FORMAT:
            raise InvalidInput("history", f"The history's format {value['format']} is not known.")
        template = replace(read_payload(value["request"]), tile_metadata=TileMetadata(value["tile_metadata"]))
        slots = tuple(_to_range(span) for span in value["slots"])
        series = SeriesOrder(template, slots, str(value["title"]), bool(value["as_is"]))
        images = [_image_from_json(*row) for row in zip(value["images"], series.orders(), slots)]
        if len(images) != len(slots):
            raise InvalidInput("history", "An order of the history lacks images.")
        return KeptOrder(
            str(value["key"]), series, str(value["connection"]), parse_instant(value["begun"]), tuple(images),
            _path(value["folder"]), _path(value["tables"]), value["error"],
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidInput("history", f"An order of the history can't be read: {error}") from error


def _checked(image: ImageResult) -> ImageResult:
    if image.state is not State.DONE or all(path.is_file() for path in image.rasters.values()):
        return image
    return ImageResult(image.order, image.time_range, State.FAILED, error=_GONE)


def _image_to_json(image: ImageResult) -> Dict[str, Any]:
    userdata = image.userdata if len(json.dumps(image.userdata)) <= _MOST_USERDATA else None
    return {
        "state": image.state.value,
        "timeless": image.time_range is None,
        "rasters": {identifier: str(path) for identifier, path in image.rasters.items()},
        "userdata": userdata,
        "tiles": [
            [tile.tile_id, tile.date.isoformat(), tile.cloud_percent, tile.share, tile.geometry]
            for tile in image.tiles
        ],
        "area_cloud_percent": image.area_cloud_percent,
        "processing_units": image.processing_units,
        "from_cache": image.from_cache,
        "requests": image.requests,
        "error": image.error,
        "notes": list(image.notes),
    }


def _image_from_json(value: Optional[Mapping[str, Any]], order: ImageOrder, slot: TimeRange) -> Optional[ImageResult]:
    if value is None:
        return None
    return ImageResult(
        order,
        None if value["timeless"] else slot,
        State(value["state"]),
        {str(identifier): Path(path) for identifier, path in value["rasters"].items()},
        value["userdata"],
        tuple(TileRecord(name, parse_instant(date), *rest) for name, date, *rest in value["tiles"]),
        value["area_cloud_percent"],
        value["processing_units"],
        bool(value["from_cache"]),
        int(value["requests"]),
        value["error"],
        tuple(str(note) for note in value["notes"]),
    )


def _span(slot: TimeRange) -> Tuple[str, str]:
    return slot.start.isoformat(), slot.end.isoformat()


def _to_range(span: Tuple[str, str]) -> TimeRange:
    first, last = span
    return TimeRange(parse_instant(first), parse_instant(last))


def _text(path: Optional[Path]) -> Optional[str]:
    return None if path is None else str(path)


def _path(text: Optional[str]) -> Optional[Path]:
    return None if text is None else Path(text)
