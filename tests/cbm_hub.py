"""A CbM server on small scenes for tests: the local hub with a file of parcels.

    with cbm_hub(folder, quirks=True) as server:
        server.client()                 # a CbmClient of the hub's user
        server.requests                 # paths and queries that arrived

Thirty acquisitions of a 64 x 64 grid of 20 m (SCL) and 128 x 128 of 10 m (B04, B08), every second day from 1 May 2019,
around 3.0 E, 45.15 N. Parcel ``a`` is class 4 on all days but the odd ones, which are class 9 in its west half.
"""

from __future__ import annotations

import datetime as dt
import json
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from hub_fakes import ACCOUNT, running_server
from osgeo import ogr
from synthetic_scenes import write_raster

from sentinel_workbench.core.cbm.client import CbmClient
from sentinel_workbench.core.cbm.connection import CbmConnection, CbmLogin
from sentinel_workbench.core.cbm.records import ParcelTable
from sentinel_workbench.core.model.collection import find_collection
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.projection import cover_bbox, spatial_reference
from sentinel_workbench.localhub.catalog import Catalog
from sentinel_workbench.localhub.cbm import Cbm, CbmSettings
from sentinel_workbench.localhub.collection_finder import CollectionFinder
from sentinel_workbench.localhub.hub import Hub
from sentinel_workbench.localhub.oauth import TokenIssuer
from sentinel_workbench.localhub.records import BandFile, StoredScene
from sentinel_workbench.localhub.sources import open_sources
from sentinel_workbench.localhub.statistics_service import StatisticsService

UTM = "EPSG:32631"
WEST, NORTH, SIDE = 499360.0, 5000640.0, 1280.0
DAYS = 30
FIRST = dt.datetime(2019, 5, 1, 10, 50, 31, tzinfo=dt.timezone.utc)
LON, LAT = 3.0, 45.1535
TABLE = ParcelTable("nl", "2019")
PARCELS = {
    "a": (500000, 5000000, 500200, 5000200, 233, "Wheat"),
    "b": (500400, 5000000, 500560, 5000200, 233, "Wheat"),
    "c": (499700, 5000300, 499900, 5000500, 256, "Potatoes"),
    "d": (500001, 4999991, 500004, 4999995, 256, "Potatoes"),
    "o'e": (500500, 5000500, 500760, 5000700, 265, "Grass"),
}
"""West, south, east, north, crop code and name; ``d`` is smaller than a pixel, ``o'e`` half outside the scenes."""


def product(number: int) -> str:
    """Name of the product of an acquisition."""
    stamp = (FIRST + dt.timedelta(days=2 * number)).strftime("%Y%m%dT%H%M%S")
    return f"S2A_MSIL2A_{stamp}_N0212_R051_T31TDL_{stamp}"


def classes(number: int) -> np.ndarray:
    """The scene classification of an acquisition, uint8 (64, 64)."""
    values = np.full((64, 64), 4, np.uint8)
    if number % 2:
        values[:, :37] = 9
    values[:4] = 0
    return values


def make_scenes(data: Path, days: int = DAYS, crs: str = UTM):
    """A store with the acquisitions."""
    from sentinel_workbench.localhub.store import SceneStore

    store = SceneStore(data)
    store.add_collection(find_collection("sentinel-2-l2a"))
    box = cover_bbox(BBox(WEST, NORTH - SIDE, WEST + SIDE, NORTH, crs), "EPSG:4326")
    ring = [[box.min_x, box.min_y], [box.max_x, box.min_y], [box.max_x, box.max_y], [box.min_x, box.max_y]]
    scenes = []
    for number in range(days):
        folder, name = data / "scenes" / f"{number:02d}", product(number)
        place = {"west": WEST, "north": NORTH, "crs": crs}
        write_raster(folder / "SCL.tif", classes(number), pixel=20.0, **place)
        rows = np.mgrid[0:128, 0:128][0].astype(np.uint16)
        write_raster(folder / "B04.tif", 500 + rows, **place)
        write_raster(folder / "B08.tif", 3000 + 10 * number + rows, **place)
        bands = {band: BandFile(str(folder / f"{band}.tif"), nodata=0.0) for band in ("SCL", "B04", "B08")}
        date = FIRST + dt.timedelta(days=2 * number)
        scenes.append(StoredScene(name, "sentinel-2-l2a", date, 50.0 * (number % 2),
                                  {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}, bands, {"tile": "31TDL"}))
    store.add_scenes(scenes)
    return store


def write_parcels(path: Path, layer="nl2019", crs=UTM) -> Path:
    """``PARCELS`` as a GeoPackage."""
    database = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    table = database.CreateLayer(layer, spatial_reference(crs), ogr.wkbPolygon)
    for name, kind in (("pid", ogr.OFTString), ("cropcode", ogr.OFTInteger), ("cropname", ogr.OFTString)):
        table.CreateField(ogr.FieldDefn(name, kind))
    for pid, (west, south, east, north, code, crop) in PARCELS.items():
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        row = ogr.Feature(table.GetLayerDefn())
        row.SetGeometry(ogr.CreateGeometryFromJson(json.dumps({"type": "Polygon", "coordinates": [ring]})))
        for name, value in (("pid", pid), ("cropcode", code), ("cropname", crop)):
            row.SetField(name, value)
        table.CreateFeature(row)
    return path


class _Recording(Hub):
    def answer(self, request):
        self.requests.append((request.method, request.path, dict(request.query)))
        return super().answer(request)


class CbmServer:
    """A running hub."""

    def __init__(self, url, requests):
        self.url, self.requests = url, requests

    def connection(self, **more):
        return CbmConnection("test", self.url, **more)

    def client(self, user=ACCOUNT.client_id, password=ACCOUNT.client_secret, **more):
        """A client; the right user by default."""
        return CbmClient(self.connection(**more), CbmLogin(user, password))

    def count(self, route):
        """How many requests for a route arrived."""
        return sum(1 for _, path, _ in self.requests if path.endswith(f"/{route}"))


@contextmanager
def cbm_hub(data: Path, **settings):
    """A CbM server on the scenes in ``data``, which ``make_scenes`` made."""
    parcels = data / "parcels.gpkg"
    if not parcels.exists():
        write_parcels(parcels)
    sources = open_sources(data)
    cbm = Cbm(CbmSettings(**{"parcels": parcels, **settings}), sources, ACCOUNT)
    finder = CollectionFinder(sources)
    hub = _Recording(TokenIssuer(ACCOUNT), finder, Catalog(sources, finder), StatisticsService(sources, finder, None),
                     None, None, cbm)
    hub.requests = []
    try:
        with running_server(hub) as server:
            yield CbmServer(f"http://127.0.0.1:{server.server_address[1]}", hub.requests)
    finally:
        cbm.close()
