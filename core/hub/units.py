"""What an order will cost, before it is sent."""

from __future__ import annotations

from typing import Any, Mapping

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.evalscript.reading import ScriptOutline, read_script
from sentinel_workbench.core.hub.deployments import known_deployments
from sentinel_workbench.core.model.collection import DATA_MASK, find_collection
from sentinel_workbench.core.model.orders import TIFF, ImageOrder
from sentinel_workbench.core.model.units import processing_units

BANDS_WHEN_UNTOLD = 3


def estimate_units(order: ImageOrder, samples: float = 1) -> float:
    """Processing units of the whole order, split or not.

    Args:
        order: what is asked; its script is read, never run.
        samples: scenes per pixel, when the script's mosaicking is TILE or ORBIT.
    """
    outline = read_script(order.evalscript)
    processing: Mapping[str, Any] = {k: v for source in order.sources for k, v in source.processing.items()}
    speckle = processing.get("speckleFilter")
    return processing_units(
        order.grid.width,
        order.grid.height,
        count_input_bands(order, outline),
        float32=_is_float32(order, outline),
        samples=max(samples, 1),
        fusion_factor=_fusion_factor(order),
        orthorectify=bool(processing.get("orthorectify")),
        terrain_correction=processing.get("backCoeff") == "GAMMA0_TERRAIN",
        speckle_filter=isinstance(speckle, Mapping) and speckle.get("type", "NONE") != "NONE",
    )


def count_input_bands(order: ImageOrder, outline: ScriptOutline) -> int:
    """Bands the script reads of all its inputs; ``dataMask`` only counts when it is alone."""
    if outline.is_simple:
        names = _band_names(order.sources[0].collection)
        return len(outline.bands_among(names)) or BANDS_WHEN_UNTOLD
    bands = [band for entry in outline.inputs for band in entry.bands]
    if not bands:
        return BANDS_WHEN_UNTOLD
    return sum(band != DATA_MASK for band in bands) or 1


def _band_names(collection: str) -> tuple:
    try:
        return tuple(band.name for band in find_collection(collection).bands)
    except InvalidInput:
        return ()


def _is_float32(order: ImageOrder, outline: ScriptOutline) -> bool:
    """One 32 bit TIFF among the outputs doubles the charge."""
    types = {output.id: output.sample_type for output in outline.outputs}
    return any(
        response.mime == TIFF and types.get(response.identifier, "AUTO") == "FLOAT32" for response in order.responses
    )


def _fusion_factor(order: ImageOrder) -> float:
    """Local collections once, those of another deployment than the first twice."""
    names = [source.collection for source in order.sources]
    if len(names) == 1:
        return 1.0
    home = next((d for d in known_deployments() if names[0] in d.collections), None)
    return sum(1.0 if home is None or name in home.collections or not _is_known(name) else 2.0 for name in names)


def _is_known(name: str) -> bool:
    return any(name in deployment.collections for deployment in known_deployments())
