"""Scenes of a catalog on the map: nothing asked while a layer opens, the right colours, time, and no signature."""

from __future__ import annotations

import numpy as np
import pytest
from osgeo import gdal
from qgis.core import QgsProject, QgsRasterLayer
from signing_catalog import SigningCatalog, take_for_planetary
from stac_items import make_item
from stac_server import StacServer
from synthetic_scenes import write_raster

from sentinel_workbench.core.errors import DamagedFile, InvalidInput
from sentinel_workbench.core.http.transport import RequestsTransport
from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.qgis.item_layers import (
    add_clips,
    add_streamed,
    measure_clips,
    open_streamed,
    show_items,
)
from sentinel_workbench.core.services.clip_order import SHARED, ClipOrder
from sentinel_workbench.core.services.gdal_names import SELF_SIGNING_GDAL
from sentinel_workbench.core.services.stac import CatalogService
from sentinel_workbench.core.services.stac_search import SceneSearch
from sentinel_workbench.core.stac.catalogs import known_catalogs
from sentinel_workbench.core.stac.item_reading import read_item
from sentinel_workbench.core.stac.records import StacConnection

UTM = "EPSG:32631"
BANDS = {"B02": 10, "B03": 10, "B04": 10, "B11": 20, "SCL": 20}


@pytest.fixture
def project():
    QgsProject.instance().clear()
    yield QgsProject.instance()
    QgsProject.instance().clear()


@pytest.fixture
def server(tmp_path):
    folder = tmp_path / "files"
    rng = np.random.default_rng(5)
    for day in (1, 2, 3):
        for name, pixel in BANDS.items():
            side = 2560 // pixel
            top = 12 if name == "SCL" else 4000
            kind = np.uint8 if name == "SCL" else np.uint16
            pixels = rng.integers(1 if name == "SCL" else 1000, top, (side, side)).astype(kind)
            write_raster(folder / f"d{day}" / f"{name}.tif", pixels, pixel=float(pixel), BLOCKSIZE=128)
    items = []
    for day in (1, 2, 3):
        assets = {name: {"href": f"d{day}/{name}.tif", "type": "image/tiff"} for name in BANDS}
        assets["thumbnail"] = {"href": f"d{day}/t.png", "type": "image/png", "roles": ["thumbnail"]}
        items.append(make_item(f"S2_2022060{day}", f"2022-06-0{day}T10:00:00Z", 4.0 * day, assets=assets,
                               **{"s2:processing_baseline": "04.00"}))
    with StacServer(folder, items) as running:
        yield running


@pytest.fixture
def catalog(server):
    service = CatalogService(StacConnection(server.root), RequestsTransport())
    yield service
    service.close()


def found(catalog):
    return catalog.search(SceneSearch(("sentinel-2-l2a",))).items


def test_footprints_are_a_layer_with_time_and_cloud(catalog, project, tmp_path):
    items = found(catalog)
    layer = show_items(catalog.footprints(items, tmp_path / "new.gpkg"), tmp_path / "s.gpkg", "Search", project)
    assert layer.isValid() and layer.featureCount() == 3 and layer.temporalProperties().isActive()
    assert layer.temporalProperties().startField() == "datetime" and len(layer.renderer().ranges()) == 5
    feature = next(layer.getFeatures())
    assert feature["eo:cloud_cover"] == 12.0 and feature["thumbnail"].endswith("d3/t.png")
    again = show_items(catalog.footprints(items[:1], tmp_path / "new.gpkg"), tmp_path / "s.gpkg", "Search", project)
    assert again is layer and layer.featureCount() == 1 and len(project.mapLayers()) == 1


def test_true_colour_is_streamed(catalog, server, project, tmp_path):
    streamed = catalog.stream_true_colour(found(catalog)[0], tmp_path)
    assert streamed.bands == ("B04", "B03", "B02") and streamed.limits == ((0.0, 0.3),) * 3
    asked = len(server.files_log())
    layer = add_streamed(streamed, project)
    assert len(server.files_log()) == asked == 3, "opening the layer asks nobody"
    assert layer.crs().authid() == UTM and (layer.width(), layer.height()) == (256, 256)
    renderer = layer.renderer()
    assert (renderer.redBand(), renderer.greenBand(), renderer.blueBand()) == (1, 2, 3)
    assert renderer.redContrastEnhancement().maximumValue() == 0.3
    assert layer.temporalProperties().fixedTemporalRange().begin().toString("yyyy-MM-dd") == "2022-06-03"
    block = layer.dataProvider().block(1, layer.extent(), 256, 256)
    stored = gdal.Open(str(server.folder / "d3" / "B04.tif")).ReadAsArray()
    assert block.value(5, 7) == pytest.approx(stored[5, 7] * 0.0001 - 0.1, abs=1e-6)
    assert len(server.files_log()) > asked


def test_one_band_and_bands_of_two_sizes(catalog, server, project, tmp_path):
    item = found(catalog)[-1]
    single = open_streamed(catalog.stream(item, ["B11"], tmp_path))
    assert single.width() == 128 and single.bandCount() == 1
    classes = open_streamed(catalog.stream(item, ["SCL"], tmp_path))
    assert classes.renderer().type() == "paletted" and len(classes.renderer().classes()) == 12
    mixed = open_streamed(catalog.stream(item, ["B04", "SCL"], tmp_path))
    assert mixed.width() == 256 and mixed.bandCount() == 2
    block = mixed.dataProvider().block(2, mixed.extent(), 256, 256)
    stored = gdal.Open(str(server.folder / "d1" / "SCL.tif")).ReadAsArray()
    assert [[block.value(y, x) for x in (0, 1, 200)] for y in (0, 255)] == [
        [stored[y // 2, x // 2] for x in (0, 1, 200)] for y in (0, 255)]


def test_what_a_project_must_not_keep(catalog, tmp_path):
    def one(href, **more):
        return read_item({**make_item("S2", assets={"B04": {"href": href, "type": "image/tiff"}}), **more})

    for href, words in (("https://x.org/B04.tif?X-Amz-Signature=1", "is signed"), ("s3://bucket/B04.tif", "S3 storage"),
                        ("https://x.org/B04.jp2", "JPEG 2000")):
        with pytest.raises(InvalidInput, match=words):
            catalog.stream(one(href), ["B04"], tmp_path)
    with pytest.raises(InvalidInput, match="has no band or asset"):
        catalog.stream(one("https://x.org/a.tif"), ["B12"], tmp_path)
    with pytest.raises(InvalidInput, match="No band is chosen"):
        catalog.stream(one("https://x.org/a.tif"), [], tmp_path)
    assert not list(tmp_path.glob("*.vrt"))


def test_the_planetary_computer_is_signed_by_gdal():
    from sentinel_workbench.core.services.clip_order import sources_of
    from sentinel_workbench.core.services.gdal_names import gdal_name

    href = "https://sentinel2l2a01.blob.core.windows.net/sentinel2-l2/35/B04_10m.tif?se=1&sig=secret"
    item = read_item(make_item("S2", assets={"B04": {"href": href, "type": "image/tiff"}}))
    (source,) = sources_of(item, ["B04"], known_catalogs()["planetary-computer"].connection())
    if int(gdal.VersionInfo()) < SELF_SIGNING_GDAL:
        pytest.skip("this GDAL does not sign")
    assert gdal_name(source) == ("/vsicurl?empty_dir=yes&pc_url_signing=yes&url=https%3A%2F%2F"
                                 "sentinel2l2a01.blob.core.windows.net%2Fsentinel2-l2%2F35%2FB04_10m.tif")


def test_a_signed_catalog_is_seen_on_the_map_and_no_signature_is_kept(tmp_path, project, monkeypatch):
    if int(gdal.VersionInfo()) < SELF_SIGNING_GDAL:
        pytest.skip("this GDAL does not sign")
    pixels = np.arange(1, 10001, dtype=np.uint16).reshape(100, 100)
    write_raster(tmp_path / "files" / "B04.tif", pixels, BLOCKSIZE=128)
    item = make_item("S2", assets={"B04": {"href": "B04.tif", "type": "image/tiff"}})
    with SigningCatalog(tmp_path / "files", [item]) as server:
        take_for_planetary(server, monkeypatch)
        gdal.SetConfigOption("VSICURL_PC_SAS_SIGN_HREF_URL", f"{server.base}/sas/sign?href=")
        service = CatalogService(StacConnection(server.root), RequestsTransport())
        try:
            layer = add_streamed(service.stream(found(service)[0], ["B04"], tmp_path / "vrt"), project)
            block = layer.dataProvider().block(1, layer.extent(), 100, 100)
            seen = [block.value(row, col) for row, col in ((0, 0), (50, 7), (99, 99))]
        finally:
            gdal.SetConfigOption("VSICURL_PC_SAS_SIGN_HREF_URL", None)
            service.close()
    assert np.allclose(seen, [0.0001, 0.5008, 1.0])
    assert not [path for path in (tmp_path / "vrt").rglob("*") if b"secret" in path.read_bytes()]
    assert "secret" not in layer.source() and server.given >= 2


def test_cut_outs_are_a_series(catalog, project, tmp_path):
    area = Area(BBox(500100, 4998000, 501000, 4999500, UTM))
    result = catalog.clip(ClipOrder(found(catalog), ("B04", "B03", "B02", "SCL"), area), tmp_path)
    stretches = measure_clips(result)
    low, high = stretches[("B04",)].limits[0]
    assert 0.0 <= low < high <= 0.3, "as QGIS shows it: reflectance"
    group = add_clips(result, project, "June", stretches)
    layers = [node.layer() for node in group.findLayers()]
    assert len(layers) == 12 and all(layer.temporalProperties().isActive() for layer in layers)
    assert layers[0].name() == "2022-06-01 B04 (S2_20220601, 4 % cloud)"
    days = [layer.temporalProperties().fixedTemporalRange().begin().toString("yyyy-MM-dd") for layer in layers[::4]]
    assert days == ["2022-06-01", "2022-06-02", "2022-06-03"]
    assert project.timeSettings().temporalRange().end().toString("yyyy-MM-dd") == "2022-06-03"
    assert layers[3].renderer().type() == "paletted"
    colour = catalog.clip(ClipOrder(found(catalog), ("B04", "B03", "B02"), area, SHARED), tmp_path / "rgb")
    layer = add_clips(colour, project, "RGB", measure_clips(colour)).findLayers()[0].layer()
    assert layer.renderer().type() == "multibandcolor" and layer.bandName(1).endswith("B04")
    picture = layer.renderer().block(1, layer.extent(), 20, 20)
    shades = {picture.color(y, x) for y in range(20) for x in range(20)}
    assert len(shades) > 100, "neither black nor white"


def test_a_damaged_cut_out_takes_the_group_back(catalog, project, tmp_path):
    area = Area(BBox(500100, 4998000, 501000, 4999500, UTM))
    result = catalog.clip(ClipOrder(found(catalog), ("B04",), area), tmp_path)
    result.files[-1].path.write_bytes(b"no")
    with pytest.raises(DamagedFile):
        add_clips(result, project, "June", {})
    assert not project.mapLayers() and not project.layerTreeRoot().children()


def test_a_streamed_layer_comes_back_with_its_project(catalog, project, tmp_path):
    add_streamed(catalog.stream_true_colour(found(catalog)[0], tmp_path), project)
    project.write(str(tmp_path / "p.qgs"))
    text = (tmp_path / "p.qgs").read_text()
    assert "sig=" not in text and ".vrt" in text
    project.clear()
    assert project.read(str(tmp_path / "p.qgs"))
    (layer,) = project.mapLayers().values()
    assert isinstance(layer, QgsRasterLayer) and layer.isValid()
