"""What a raster is and where it came from, as QGIS layer metadata and its ``.qmd`` sidecar."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import List

from qgis.core import QgsBox3d, QgsDateTimeRange, QgsLayerMetadata, QgsRasterLayer

from sentinel_workbench.core.model.collection import known_collections
from sentinel_workbench.core.model.orders import ImageOrder
from sentinel_workbench.core.model.results import ImageResult, TileRecord
from sentinel_workbench.core.qgis.geometry import crs_of
from sentinel_workbench.core.qgis.log import log_warning
from sentinel_workbench.core.qgis.temporal import to_qrange
from sentinel_workbench.core.services.bandnames import scale_sentence

MAX_TILES_TOLD = 20


def describe_image(image: ImageResult, identifier: str, title: str) -> QgsLayerMetadata:
    """The metadata of the raster ``identifier`` of ``image``; ``title`` is the layer's name."""
    metadata = QgsLayerMetadata()
    metadata.setType("dataset")
    metadata.setIdentifier(f"sentinel-workbench:{order_hash(image.order)}:{identifier}")
    metadata.setTitle(title)
    metadata.setAbstract(_abstract(image, identifier))
    metadata.setKeywords({"gmd:topicCategory": ["imageryBaseMapsEarthCover"], "collection": _collections(image.order)})
    metadata.setHistory(_history(image))
    metadata.setCrs(crs_of(image.order.grid.bbox))
    metadata.setExtent(_extent(image))
    return metadata


def give_metadata(layer: QgsRasterLayer, metadata: QgsLayerMetadata) -> None:
    """Set ``metadata`` and write it beside the raster; an unwritable folder is only logged."""
    layer.setMetadata(metadata)
    message, written = layer.saveDefaultMetadata()
    if not written:
        log_warning(f"The metadata of '{layer.name()}' could not be written beside it: {message}")


def order_hash(order: ImageOrder) -> str:
    """Twelve hex digits that tell one order from another."""
    return hashlib.sha256(repr(order).encode("utf-8")).hexdigest()[:12]


def tiles_sentence(tiles: List[TileRecord]) -> str:
    """The tiles behind an image in words, most used first."""
    ranked = sorted(tiles, key=lambda tile: -(tile.share or 0.0))
    told = [_tile_words(tile) for tile in ranked[:MAX_TILES_TOLD]]
    more = f" and {len(ranked) - MAX_TILES_TOLD} more" if len(ranked) > MAX_TILES_TOLD else ""
    return "; ".join(told) + more


def _tile_words(tile: TileRecord) -> str:
    share = "" if tile.share is None else f", {tile.share:.0%} of the image"
    cloud = "" if tile.cloud_percent is None else f", {tile.cloud_percent:.0f} % cloud in the tile"
    return f"{tile.tile_id} of {tile.date:%Y-%m-%d %H:%M}Z{share}{cloud}"


def _collections(order: ImageOrder) -> List[str]:
    return [source.collection for source in order.sources]


def _abstract(image: ImageResult, identifier: str) -> str:
    known = known_collections()
    titles = [known[name].title if name in known else name for name in _collections(image.order)]
    grid = image.order.grid
    sentences = [f"{', '.join(titles)}, {grid.width} x {grid.height} px"]
    if image.time_range:
        sentences.append(f"mosaic of {image.time_range.label()}")
    orders = [source.mosaicking_order for source in image.order.sources if source.mosaicking_order]
    if orders:
        sentences.append(f"mosaicking order {', '.join(orders)}")
    if image.area_cloud_percent is not None:
        sentences.append(f"{image.area_cloud_percent:.1f} % cloud over the area")
    scale = scale_sentence(image.order, identifier)
    if scale:
        sentences.append(scale)
    if image.tiles:
        sentences.append(f"made of {tiles_sentence(list(image.tiles))}")
    return ". ".join(sentence[0].upper() + sentence[1:] for sentence in sentences) + "."


def _history(image: ImageResult) -> List[str]:
    spent = "" if not image.processing_units else f", {image.processing_units:.3f} processing units"
    origin = "from the cache" if image.from_cache else f"by {image.requests} Process API request(s){spent}"
    now = dt.datetime.now(dt.timezone.utc)
    return [f"{now:%Y-%m-%dT%H:%M:%SZ} made by Sentinel Workbench {origin}.", f"Evalscript:\n{image.order.evalscript}"]


def _extent(image: ImageResult) -> QgsLayerMetadata.Extent:
    box = image.order.grid.bbox
    spatial = QgsLayerMetadata.SpatialExtent()
    spatial.extentCrs = crs_of(box)
    spatial.bounds = QgsBox3d(box.min_x, box.min_y, 0.0, box.max_x, box.max_y, 0.0)
    extent = QgsLayerMetadata.Extent()
    extent.setSpatialExtents([spatial])
    time: List[QgsDateTimeRange] = [to_qrange(image.time_range)] if image.time_range else []
    extent.setTemporalExtents(time)
    return extent
