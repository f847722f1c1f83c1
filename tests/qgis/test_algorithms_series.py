"""Series as an algorithm: several polygons in one table, no dates where there is no time, a halt without units."""

from __future__ import annotations

import sqlite3

import processing
import pytest
from osgeo import gdal
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProject,
    QgsVectorLayer,
)
from stand_in import StandIn, error_body

from sentinel_workbench import api
from sentinel_workbench.core.qgis.connections import ConnectionStore

pytestmark = pytest.mark.usefixtures("provider", "own_cache")

gdal.UseExceptions()
QUOTA = "Insufficient processing units or requests available in your account."
NAMES = ("north", "south", "east")


class Log(QgsProcessingFeedback):
    """Keeps what is said, errors apart."""

    def __init__(self):
        super().__init__(False)
        self.said, self.errors = [], []

    def pushInfo(self, text):
        self.said.append(text)

    def reportError(self, text, fatalError=False):
        self.errors.append(text)


def connect(monkeypatch, base_url, token_url, credentials):
    ConnectionStore().save(api.Connection("Hub", base_url=base_url, token_url=token_url))
    monkeypatch.setenv("SH_CLIENT_ID", credentials.client_id)
    monkeypatch.setenv("SH_CLIENT_SECRET", credentials.client_secret)


@pytest.fixture()
def hub(small_hub, monkeypatch):
    connect(monkeypatch, small_hub.connection.base_url, small_hub.connection.token_url, small_hub.credentials)
    return small_hub


@pytest.fixture()
def account(monkeypatch):
    """A service of its own whose units can run out."""
    with StandIn() as stand_in:
        connect(monkeypatch, stand_in.url, stand_in.token_url, stand_in)
        yield stand_in


@pytest.fixture()
def values(polygons, tmp_path):
    return {"CONNECTION": "Hub", "POLYGONS": polygons.id(), "NAME_FIELD": "name", "RESOLUTION": 600.0,
            "METADATA": "none", "LOAD": False, "FOLDER": str(tmp_path / "out")}


@pytest.fixture()
def polygons(qgis_new_project):
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326&field=name:string", "fields", "memory")
    for number, name in enumerate(NAMES):
        feature = QgsFeature(layer.fields())
        feature.setAttributes([name])
        west = 46.20 + number / 10
        ring = f"{west} -16.0, {west + 0.08} -16.0, {west} -15.9, {west} -16.0"
        feature.setGeometry(QgsGeometry.fromWkt(f"Polygon(({ring}))"))
        layer.dataProvider().addFeature(feature)
    QgsProject.instance().addMapLayer(layer)
    return layer


def run(values, log=None):
    return processing.run("sentinelworkbench:series", values, feedback=log)


def rows_of(path, sentence):
    with sqlite3.connect(path) as database:
        return database.execute(sentence).fetchall()


def test_the_tables_tell_of_all_polygons(hub, values, tmp_path):
    outputs = run({**values, "SLOTS": "months", "START": "2019-01-01", "END": "2019-02-28", "METADATA": "exact"})
    images, tiles = (QgsVectorLayer(outputs[name], name, "ogr") for name in ("IMAGES", "TILES"))
    assert [one["area"] for one in images.getFeatures()] == [name for name in NAMES for _ in range(2)]
    assert [one["id"] for one in images.getFeatures()] == [1, 2, 3, 4, 5, 6]
    assert {one["image_id"] for one in tiles.getFeatures()} == {1, 2, 3, 4, 5, 6}
    files = {one["file"] for one in images.getFeatures()}
    assert "south/2019-02-01_2019-02-28.tif" in files and all((tmp_path / "out" / file).is_file() for file in files)
    own = rows_of(tmp_path / "out" / "south" / "tables.gpkg", "select id from images")
    assert own == [(1,), (2,)], "each folder can be handed on by itself"


def test_elevation_needs_no_dates(hub, values, tmp_path):
    asked = {**values, "COLLECTION": "dem", "EVALSCRIPT": "elevation"}
    outputs = run(asked)
    assert (outputs["SUCCEEDED"], outputs["FAILED"]) == (3, 0)
    assert sorted(path.parent.name for path in (tmp_path / "out").rglob("*.tif")) == sorted(NAMES)
    assert rows_of(outputs["TABLES"], "select area, slot_from from images") == [(name, None) for name in NAMES]
    with pytest.raises(QgsProcessingException, match="START is not a date"):
        run({**asked, "COLLECTION": "sentinel-2-l2a", "EVALSCRIPT": "true_colour"})


def test_nothing_more_is_tried_when_the_units_are_gone(account, values, tmp_path):
    year = {**values, "SLOTS": "months", "START": "2019-01-01", "END": "2019-12-31"}
    refusal = error_body(403, QUOTA, "ACCESS_INSUFFICIENT_PROCESSING_UNITS")
    account.faults.rejected = refusal
    account.faults.when = lambda _payload: account.seen.requests > 14
    log = Log()
    outputs = run(year, log)
    sent = account.seen.requests
    assert sent <= 14 + 4, "no more than were under way"
    assert outputs["SUCCEEDED"] == 14 and outputs["FAILED"] == 22
    assert len(log.errors) == 2 and "are used up" in log.errors[0] and "Polygons not tried: 1." in log.errors[1]
    account.faults.rejected = None
    again = run(year)
    assert (again["SUCCEEDED"], again["FROM_CACHE"], again["FAILED"]) == (36, 14, 0)
    assert account.seen.requests == sent + 22
