"""``checkcog``, ``makecog`` and ``byocupload`` as QGIS runs them, with a real S3 server and a small service."""

from __future__ import annotations

import json

import pytest
from byoc_stand_in import ByocStandIn
from made_cogs import DATA, memory_raster, pixels_of, write_cog, write_raster
from osgeo import gdal
from qgis.core import (
    QgsApplication,
    QgsAuthMethodConfig,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsVectorLayer,
)
from s3_server import S3Server

from sentinel_workbench import api
from sentinel_workbench.algorithms import byoc_upload
from sentinel_workbench.algorithms.connected import ConnectedAlgorithm
from sentinel_workbench.core.http.transport import NetworkSettings
from sentinel_workbench.core.qgis import storage_keys
from sentinel_workbench.core.services import byoc_watch

pytestmark = pytest.mark.usefixtures("provider")

processing = pytest.importorskip("processing")


class Heard(QgsProcessingFeedback):
    """Keeps what an algorithm tells."""

    def __init__(self):
        super().__init__(False)
        self.errors, self.warnings, self.infos = [], [], []

    def reportError(self, error, fatalError=False):
        self.errors.append(error)

    def pushWarning(self, warning):
        self.warnings.append(warning)

    def pushInfo(self, info):
        self.infos.append(info)


def run(name, feedback=None, **values):
    return processing.run(f"sentinelworkbench:{name}", values, feedback=feedback or Heard())


@pytest.fixture()
def folder(tmp_path):
    """Two tiles of two bands, one band of the second in strips."""
    root = tmp_path / "rasters"
    for day in ("20190401", "20190402"):
        (root / day).mkdir(parents=True)
        for band in ("B02", "B03"):
            write_cog(root / day / f"{band}.tif", rows=20, cols=30, dtype="uint16")
    strips = memory_raster(pixels_of(rows=20, cols=30, dtype="uint16"))
    write_raster(root / "20190402" / "B03.tif", strips, "GTiff", ())
    return root


def test_a_folder_is_checked_into_a_layer(folder, tmp_path):
    heard, target, report = Heard(), tmp_path / "checked.gpkg", tmp_path / "report.json"
    outputs = run("checkcog", heard, FOLDER=str(folder), THOROUGH=True, OUTPUT=str(target), REPORT=str(report))
    assert (outputs["FILES"], outputs["GOOD"], outputs["BAD"]) == (4, 3, 1)
    layer = QgsVectorLayer(str(target), "checked", "ogr")
    rows = {feature["path"][-16:]: feature for feature in layer.getFeatures()}
    bad = rows["20190402/B03.tif"]
    assert not bad["good"] and bad["rules"] == "tile size" and "strips" in bad["problems"] and bad["remedies"]
    assert rows["20190401/B02.tif"]["epsg"] == 32633 and rows["20190401/B02.tif"]["sample_type"] == "UINT16"
    assert layer.extent().xMinimum() == pytest.approx(12.4, abs=0.2)
    assert len(heard.errors) == 1 and len(json.loads(report.read_text())) == 4


def test_the_real_files_are_checked(tmp_path):
    if not DATA.exists():
        pytest.skip(f"the real COGs are not at {DATA}")
    files = [str(path) for path in sorted(DATA.glob("*/*")) if path.suffix in (".tif", ".tiff", ".jpg")]
    outputs = run("checkcog", INPUT=files, THOROUGH=True, OUTPUT="memory:")
    verdicts = {feature["path"].split("/")[-1]: feature["good"] for feature in outputs["OUTPUT"].getFeatures()}
    assert [name for name, good in verdicts.items() if good] == ["output_B.tiff", "output_dataMask.tiff"]
    assert outputs["FILES"] == len(files) == 11


def test_tiles_are_checked_together(folder):
    write_cog(folder / "20190402" / "B03.tif", rows=20, cols=60, dtype="uint8")
    heard = Heard()
    run("checkcog", heard, FOLDER=str(folder), TEMPLATE="*/(BAND).tif", OUTPUT="memory:")
    assert any("'B03' reaches" in error for error in heard.errors)
    assert any("UINT of 8 bits" in error for error in heard.errors)
    with pytest.raises(QgsProcessingException, match="No file fits the template"):
        run("checkcog", FOLDER=str(folder), TEMPLATE="x_(BAND).tif", OUTPUT="memory:")


def test_nothing_to_check_is_said(tmp_path):
    with pytest.raises(QgsProcessingException, match="no raster to work on"):
        run("checkcog", FOLDER=str(tmp_path), OUTPUT="memory:")


def test_checking_can_be_stopped(folder):
    heard = Heard()
    heard.cancel()
    with pytest.raises(QgsProcessingException, match="Cancelled"):
        run("checkcog", heard, FOLDER=str(folder), OUTPUT="memory:")


def test_a_folder_is_converted_and_then_good(folder, tmp_path):
    (folder / "broken.tif").write_text("no raster")
    heard, target = Heard(), tmp_path / "cogs"
    outputs = run("makecog", heard, FOLDER=str(folder), OUTPUT=str(target), KIND="measurements", TILE_SIZE="512",
                  NO_DATA=0, COMPRESSION="ZSTD")
    assert (outputs["MADE"], outputs["FAILED"], len(outputs["COGS"])) == (4, 1, 4)
    assert len(heard.errors) == 1 and "broken.tif" in heard.errors[0]
    checked = run("checkcog", FOLDER=str(target), THOROUGH=True, OUTPUT="memory:")
    assert (checked["GOOD"], checked["BAD"]) == (4, 0)
    made = gdal.Open(str(target / "20190402" / "B03.tif"))
    assert made.GetRasterBand(1).GetNoDataValue() == 0
    assert made.GetMetadataItem("COMPRESSION", "IMAGE_STRUCTURE") == "ZSTD"
    assert (made.ReadAsArray() == pixels_of(rows=20, cols=30, dtype="uint16")[0]).all()


def test_bands_are_split_and_reprojected(tmp_path):
    source = write_raster(tmp_path / "rgb.tif", memory_raster(pixels_of(3), epsg=25833), "GTiff", ())
    with pytest.raises(QgsProcessingException, match="no-data value"):
        run("makecog", INPUT=[source], OUTPUT=str(tmp_path / "out"))
    outputs = run("makecog", INPUT=[source], OUTPUT=str(tmp_path / "out"), NO_DATA=0, CRS="EPSG:3857", SPLIT=True)
    assert [path[-10:] for path in outputs["COGS"]] == [f"rgb/B{number}.tif" for number in (1, 2, 3)]
    assert gdal.Open(outputs["COGS"][0]).GetSpatialRef().GetAuthorityCode(None) == "3857"


def test_a_source_is_never_replaced(folder):
    before = (folder / "20190402" / "B03.tif").read_bytes()
    with pytest.raises(QgsProcessingException, match="replace its source"):
        run("makecog", FOLDER=str(folder), OUTPUT=str(folder))
    assert (folder / "20190402" / "B03.tif").read_bytes() == before


@pytest.fixture(scope="module")
def server():
    with S3Server() as running:
        yield running


@pytest.fixture()
def s3(server, monkeypatch):
    server.reset()
    server.make_bucket("rasters")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", server.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", server.secret_key)
    return server


@pytest.fixture()
def hub(monkeypatch, tmp_path):
    monkeypatch.setattr(byoc_watch, "FIRST_WAIT_S", 0.01)
    with ByocStandIn() as stand_in:
        connection = api.Connection("stand-in", "custom", stand_in.url, stand_in.token_url)
        credentials = api.Credentials(stand_in.client_id, stand_in.client_secret)
        settings = api.ServiceSettings(tmp_path / "cache", NetworkSettings())

        def capture(algorithm, name, hub_data):
            algorithm._captured = (connection, credentials, settings)

        monkeypatch.setattr(ConnectedAlgorithm, "_capture", capture)
        yield stand_in


def test_from_a_folder_to_a_collection(folder, s3, hub, tmp_path, monkeypatch):
    monkeypatch.setattr(byoc_upload, "converted_folder", lambda: tmp_path / "converted")
    values = {"FOLDER": str(folder), "ENDPOINT": s3.url, "BUCKET": "rasters", "PREFIX": "mosaic", "CONVERT": True,
              "COLLECTION": "mine", "CREATE": True, "REPORT": str(tmp_path / "report.csv")}
    outputs = run("byocupload", **values)
    assert (outputs["TILES"], outputs["SENT"], outputs["DONE"], outputs["INGESTED"]) == (2, 4, 2, 2)
    assert (outputs["USED_TEMPLATE"], outputs["USED_TIME_PATTERN"]) == ("**/(BAND).tif", "{YYYY}{MM}{DD}")
    assert set(s3.keys("rasters")) == {
        f"mosaic/2019040{day}/{band}.tif" for day in (1, 2) for band in ("B02", "B03")
    }
    (owner,) = hub.own
    tiles = {tile["path"]: tile["sensingTime"] for tile in hub.tiles[owner].values()}
    assert set(tiles) == {"mosaic/20190401/(BAND).tif", "mosaic/20190402/(BAND).tif"}
    assert tiles["mosaic/20190401/(BAND).tif"].startswith("2019-04-01T00:00:00")
    again = run("byocupload", **values)
    assert (again["SENT"], again["THERE"], again["DONE"]) == (0, 4, 2) and len(hub.tiles[owner]) == 2
    assert list((tmp_path / "converted").iterdir()) == []


def test_tiles_of_a_bucket_are_found_and_added(s3, hub):
    owner = hub.add_collection("mine", s3Bucket="rasters")["id"]
    for day in ("20190401", "20190402"):
        for band in ("B02", "B03"):
            s3.put("rasters", f"mosaic/{day}/{band}.tif", b"x")
    s3.put("rasters", "mosaic/readme.txt", b"x")
    heard = Heard()
    outputs = run("byocfind", heard, ENDPOINT=s3.url, BUCKET="rasters", PREFIX="mosaic", OUTPUT="memory:")
    assert (outputs["TILES"], outputs["UNMATCHED"], outputs["USED_TEMPLATE"]) == (2, 1, "**/(BAND).tif")
    assert any("readme.txt" in warning for warning in heard.warnings)
    added = run("byocingest", COLLECTION="mine", LAYER=outputs["OUTPUT"], PATH_FIELD="path",
                TIME_FIELD="sensing_time")
    assert added["INGESTED"] == 2
    assert {tile["path"]: tile["sensingTime"][:10] for tile in hub.tiles[owner].values()} == {
        "mosaic/20190401/(BAND).tif": "2019-04-01", "mosaic/20190402/(BAND).tif": "2019-04-02"
    }
    with pytest.raises(QgsProcessingException, match="no bucket 'elsewhere'"):
        run("byocfind", ENDPOINT=s3.url, BUCKET="elsewhere", OUTPUT="memory:")


def test_tiles_of_a_folder_are_found_without_keys(folder):
    outputs = run("byocfind", FOLDER=str(folder), PREFIX="up", OUTPUT="memory:")
    rows = [(feature["path"], feature["bands"], feature["files"]) for feature in outputs["OUTPUT"].getFeatures()]
    assert rows == [(f"up/2019040{day}/(BAND).tif", "B02, B03", 2) for day in (1, 2)]


def test_what_breaks_a_rule_is_left_out(folder, s3, hub):
    owner = hub.add_collection("mine", s3Bucket="rasters")["id"]
    heard = Heard()
    outputs = run("byocupload", heard, FOLDER=str(folder), ENDPOINT=s3.url, COLLECTION="mine")
    assert (outputs["TILES"], outputs["REFUSED"], outputs["SENT"]) == (1, 1, 2) and len(hub.tiles[owner]) == 1
    assert any("20190402/B03.tif: The image is stored in strips" in warning for warning in heard.warnings)


def test_only_looking_sends_nothing(folder, s3, hub, monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    heard = Heard()
    outputs = run("byocupload", heard, FOLDER=str(folder), ENDPOINT=s3.url, BUCKET="rasters", ONLY_LOOK=True)
    assert (outputs["TILES"], outputs["REFUSED"]) == (1, 1) and s3.keys("rasters") == {}
    assert any("20190401/(BAND).tif  2019-04-01" in info for info in heard.infos)


def test_only_uploading_needs_no_service(folder, s3):
    outputs = run("byocupload", FOLDER=str(folder), ENDPOINT=s3.url, BUCKET="rasters", CONNECTION="nobody")
    assert outputs["SENT"] == 2 and len(s3.keys("rasters")) == 2


@pytest.mark.parametrize("change, sentence", [
    ({"BUCKET": ""}, "No bucket is named"), ({"BUCKET": "elsewhere"}, "no bucket 'elsewhere'"),
    ({"BUCKET": "a/b"}, "can't be the name of a bucket"), ({"ENDPOINT": "nowhere"}, "not the address of a storage"),
    ({"TEMPLATE": "x"}, "once in the file's name"), ({"TIME_PATTERN": "{when}"}, "is not known"),
    ({"PREFIX": "../up"}, "can't be the name of an object"), ({"FOLDER": "/nowhere"}, "folder"),
    ({"COLLECTION": "other"}, "no collection 'other'"),
    ({"COLLECTION": "mine"}, "lies in the bucket 'bucket'"),
])
def test_what_cannot_succeed_says_why(folder, s3, hub, change, sentence):
    hub.add_collection("mine", s3Bucket="bucket")
    values = {"FOLDER": str(folder), "ENDPOINT": s3.url, "BUCKET": "rasters", **change}
    with pytest.raises(QgsProcessingException, match=sentence):
        run("byocupload", **values)
    assert s3.keys("rasters") == {}


def test_keys_come_from_an_authentication_configuration(folder, s3, hub, monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with pytest.raises(QgsProcessingException, match="no keys for the storage"):
        run("byocupload", FOLDER=str(folder), ENDPOINT=s3.url, BUCKET="rasters")
    s3.demand_keys()
    manager = QgsApplication.authManager()
    assert manager.setMasterPassword("only for this test", True)
    config = QgsAuthMethodConfig("Basic")
    config.setName("storage")
    config.setConfig("username", s3.access_key)
    config.setConfig("password", s3.secret_key)
    manager.storeAuthenticationConfig(config)
    assert storage_keys.find_storage_keys(config.id()).secret_key == s3.secret_key
    heard = Heard()
    outputs = run("byocupload", heard, FOLDER=str(folder), ENDPOINT=s3.url, BUCKET="rasters", STORAGE_AUTH=config.id())
    assert outputs["SENT"] == 2
    assert s3.secret_key not in " ".join([*heard.infos, *heard.warnings, *heard.errors, json.dumps(outputs)])
    manager.removeAuthenticationConfig(config.id())


def test_every_algorithm_explains_itself(provider):
    for name in ("checkcog", "makecog", "byocfind", "byocupload"):
        algorithm = provider.algorithm(name)
        assert algorithm.group() == "My data" and len(algorithm.shortHelpString()) > 200
        assert algorithm.createInstance() is not None
        assert all(parameter.description() for parameter in algorithm.parameterDefinitions())
