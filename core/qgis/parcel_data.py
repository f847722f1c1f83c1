"""Parcels from the console or a script. Calls wait for the end.

    from sentinel_workbench import api

    fields = api.parcels_of(iface.activeLayer())
    with api.connect_local() as wb:
        season = wb.parcels(fields, api.TimeRange.of_days("2019-04-01", "2019-06-30"), "/data/season")
        rows = season.look(api.ClearRule(max_bad_share=0.05))
        season.save_histograms("/data/season/clouds.csv")
        points = season.measure(indices=[api.read_index("NDVI")])
        season.save_series(points, "/data/season/ndvi.gpkg")
        api.add_chips(season.chips(("B08", "B04", "B03")), QgsProject.instance(), "Clear dates")

The same with a CbM server as ``api.cbm_season("https://host", fields, period, folder)``, and with an open catalog as
``api.stac_season("earth-search", "sentinel-2-l2a", fields, period, folder)``.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Sequence, Tuple, Union

from qgis.core import QgsVectorLayer

from sentinel_workbench.core.model.parcels import Parcel
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.qgis.cbm_servers import named_server, open_server
from sentinel_workbench.core.qgis.log import log_warning
from sentinel_workbench.core.qgis.open_data import open_catalog
from sentinel_workbench.core.qgis.parcel_layers import id_field_of, read_parcels
from sentinel_workbench.core.services.chips_cbm import CbmChips
from sentinel_workbench.core.services.chips_stac import StacChips
from sentinel_workbench.core.services.parcel_season import ParcelSeason


def parcels_of(layer: QgsVectorLayer, field: str = "", selected_only: bool = False) -> Tuple[Parcel, ...]:
    """The polygons of a layer as parcels; what was left out or needs a word goes to the log. Main thread.

    Args:
        layer: with polygons.
        field: holds the ids; one called pid, parcel_id or id by default, else the features' own ids.
        selected_only: only the selected ones.

    Raises:
        InvalidInput: none can be used.
    """
    features = layer.selectedFeatures() if selected_only else layer.getFeatures()
    parcels, notes = read_parcels(features, layer.crs(), field or id_field_of(layer.fields().names()))
    for note in notes:
        log_warning(note)
    return parcels


@contextmanager
def cbm_season(
    server: str, parcels: Sequence[Parcel], period: TimeRange, folder: Union[str, Path], auth_config_id: str = ""
) -> Iterator[ParcelSeason]:
    """A season by a CbM server, saved or by its address; its connections close at the end of the block. Main thread."""
    client = open_server(named_server(server, auth_config_id or None))
    try:
        yield ParcelSeason(CbmChips(client), parcels, period, Path(folder))
    finally:
        client.close()


@contextmanager
def stac_season(
    catalog: str, collection: str, parcels: Sequence[Parcel], period: TimeRange, folder: Union[str, Path]
) -> Iterator[ParcelSeason]:
    """A season by an open catalog; its connections close at the end of the block. Main thread."""
    opened = open_catalog(catalog)
    try:
        yield ParcelSeason(StacChips(opened.catalog, collection), parcels, period, Path(folder))
    finally:
        opened.transport.close()
