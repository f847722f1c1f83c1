"""A folder becomes a collection of the local hub, by the console and by an algorithm: no account, no keys."""

from __future__ import annotations

import pytest
from made_cogs import memory_raster, pixels_of, write_cog, write_raster
from qgis.core import QgsProcessingException, QgsProcessingFeedback

from sentinel_workbench import api
from sentinel_workbench.core.errors import InvalidInput

pytestmark = pytest.mark.usefixtures("provider")

processing = pytest.importorskip("processing")


@pytest.fixture()
def folder(tmp_path, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    root = tmp_path / "my rasters"
    for day in ("2019-04-01", "2019-04-02"):
        (root / day).mkdir(parents=True)
        write_cog(root / day / "B04.tif", rows=20, cols=30, dtype="uint16")
    strips = memory_raster(pixels_of(rows=20, cols=30, dtype="uint16"))
    write_raster(root / "2019-04-02" / "B04.tif", strips, "GTiff", ())
    return root


def test_in_one_call_of_the_console(folder, tmp_path):
    data = tmp_path / "hub"
    with api.connect_local(data, tmp_path / "cache") as wb:
        taken = wb.take_folder(folder, "Our valley", bucket="my-data")
        assert taken.complete and len(taken.ingested.ingested) == 2
        again = wb.take_folder(folder, taken.collection.collection_id)
        assert again.complete and str(again.sent) == "2 files: 2 there already."
        assert wb.add_footprints("Our valley").featureCount() == 2
    assert (data / "buckets" / "my-data" / "2019-04-01" / "B04.tif").exists()


def test_other_services_need_a_storage(folder, tmp_path):
    connection = api.Connection("Nobody", "custom", "http://127.0.0.1:9", "http://127.0.0.1:9/token")
    workbench = api.Workbench(connection, api.Credentials("id", "none"), tmp_path / "cache")
    workbench.services.byoc.collections = lambda *_: ()
    with pytest.raises(InvalidInput, match="need a storage and its keys"):
        workbench.take_folder(folder, "Our valley", bucket="b")
    workbench.close()


def test_by_the_algorithm(folder, tmp_path):
    values = {"FOLDER": str(folder), "COLLECTION": "Our valley", "BUCKET": "my-data", "CREATE": True, "CONVERT": True,
              "CONNECTION": "local hub", "HUB_DATA": str(tmp_path / "hub")}
    (tmp_path / "hub").mkdir()
    outputs = processing.run("sentinelworkbench:byocupload", values, feedback=QgsProcessingFeedback(False))
    assert (outputs["SENT"], outputs["DONE"], outputs["INGESTED"]) == (2, 2, 2)
    assert (tmp_path / "hub" / "buckets" / "my-data" / "2019-04-02" / "B04.tif").exists()


def test_a_folder_of_buckets_as_the_address_of_the_storage(folder, tmp_path):
    buckets = tmp_path / "buckets"
    buckets.mkdir()
    values = {"FOLDER": str(folder), "BUCKET": "my-data", "ENDPOINT": str(buckets)}
    outputs = processing.run("sentinelworkbench:byocupload", values, feedback=QgsProcessingFeedback(False))
    assert outputs["SENT"] == 1 and (buckets / "my-data" / "2019-04-01" / "B04.tif").exists()
    found = processing.run("sentinelworkbench:byocfind", {"BUCKET": "my-data", "ENDPOINT": str(buckets),
                                                          "OUTPUT": "memory:"})
    assert found["TILES"] == 1 and found["USED_TEMPLATE"] == "**/(BAND).tif"
    with pytest.raises(QgsProcessingException, match="can't be the name of a bucket"):
        processing.run("sentinelworkbench:byocfind", {"BUCKET": "../x", "ENDPOINT": str(buckets), "OUTPUT": "memory:"})
