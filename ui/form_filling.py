"""Orders back into the Imagery form: pasted ones, and those of layers."""

from __future__ import annotations

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.evalscript.reading import read_script
from sentinel_workbench.core.model.collection import Collection, find_collection
from sentinel_workbench.core.model.orders import ImageOrder
from sentinel_workbench.core.model.projection import is_utm
from sentinel_workbench.core.services.checks import USERDATA
from sentinel_workbench.core.services.orders import OWN_PREFIXES, collection_named
from sentinel_workbench.ui.imagery_panel import JPEG_QUALITY, ImageryPanel
from sentinel_workbench.ui.order_form import UTM
from sentinel_workbench.ui.translation import tr


def check_form_can_say(order: ImageOrder) -> None:
    """Refuse what the form has no fields for.

    Raises:
        InvalidInput: an unknown collection, times of their own, a CRS or outputs of another kind.
    """
    advice = tr("Send the request as it is instead.")
    for source in order.sources:
        _find(source.collection)
    if len({source.time_range for source in order.sources if source.time_range}) > 1:
        raise InvalidInput("request", tr("The form has one time, the request one for each collection."), advice)
    crs = order.grid.bbox.crs
    if not is_utm(crs) and crs not in _CRS_CHOICES:
        raise InvalidInput("request", tr("The form has no projection {crs}.").format(crs=crs), advice)
    images = [response for response in order.responses if response.identifier != USERDATA]
    outputs = {output.id for output in read_script(order.evalscript).outputs if output.id != USERDATA}
    if len({response.mime for response in images}) > 1 or outputs and {r.identifier for r in images} != outputs:
        raise InvalidInput("request", tr("The form asks for all outputs of a script, in one format."), advice)


def collection_for(order: ImageOrder) -> Collection:
    """The collection of an order's first source.

    Raises:
        InvalidInput: neither one the Workbench knows nor the user's own.
    """
    return _find(order.sources[0].collection)


def _find(collection_id: str) -> Collection:
    own = collection_id.startswith(OWN_PREFIXES)
    return collection_named(collection_id) if own else find_collection(collection_id)


def fill_panel(panel: ImageryPanel, order: ImageOrder) -> None:
    """Everything but collection, script, area and time."""
    source, crs = order.sources[0], order.grid.bbox.crs
    panel.projection_combo.setCurrentIndex(panel.projection_combo.findData(_CRS_CHOICES.get(crs, UTM)))
    panel.snap_check.setChecked(False)
    panel.size.lead_with_width(order.grid.width)
    if source.mosaicking_order:
        panel.mosaic_combo.setCurrentIndex(panel.mosaic_combo.findData(source.mosaicking_order))
    panel.cloud_spin.setValue(100 if source.max_cloud_percent is None else source.max_cloud_percent)
    panel.options.choose(source.filters, source.processing)
    panel.fusion.take(source.identifier, order.sources[1:])
    panel.metadata_combo.setCurrentIndex(panel.metadata_combo.findData(order.tile_metadata))
    images = [response for response in order.responses if response.identifier != USERDATA]
    panel.format_combo.setCurrentIndex(max(0, panel.format_combo.findData(images[0].mime if images else None)))
    panel.quality_spin.setValue((images[0].quality if images else None) or JPEG_QUALITY)


_CRS_CHOICES = {"EPSG:4326": "EPSG:4326", "OGC:CRS84": "EPSG:4326", "EPSG:3857": "EPSG:3857"}
