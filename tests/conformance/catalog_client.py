"""Catalog searches by the public ``sentinelhub`` library, run in its own environment against the local hub.

Usage: catalog_client.py JOB FOLDER, with the hub's address as JSON in the environment variable HUB. Prints one JSON
line.
"""

import datetime as dt
import json
import os
import sys

from sentinelhub import (
    CRS,
    BBox,
    DataCollection,
    Geometry,
    SentinelHubCatalog,
    SHConfig,
    filter_times,
)
from sentinelhub.api.catalog import get_available_timestamps

HUB = json.loads(os.environ["HUB"])
CONFIG = SHConfig(
    use_defaults=True, sh_client_id=HUB["client_id"], sh_client_secret=HUB["client_secret"],
    sh_base_url=HUB["url"], sh_token_url=HUB["token_url"], download_sleep_time=0.2,
)
L2A = DataCollection.SENTINEL2_L2A.define_from("L2A_LOCAL", service_url=HUB["url"])
BOX = BBox((500000, 4999920, 500080, 5000000), CRS.UTM_31N)
YEAR = ("2019-01-01", "2019-12-31")
CLIENT = SentinelHubCatalog(config=CONFIG)


def search(**more):
    return CLIENT.search(L2A, **{"bbox": BOX, "time": YEAR, **more})


def ids(**more):
    return search(**more).get_ids()


def documents(folder):
    found = search().get_ids()
    return {
        "info": CLIENT.get_info(), "conformance": CLIENT.get_conformance(), "collection": CLIENT.get_collection(L2A),
        "collections": [entry["id"] for entry in CLIENT.get_collections()],
        "feature": CLIENT.get_feature(L2A, found[0]), "first": next(iter(search())),
    }


def filters(folder):
    clear = {"op": "<", "args": [{"property": "eo:cloud_cover"}, 30]}
    return {
        "all": ids(), "text": ids(filter="eo:cloud_cover < 30"), "json": ids(filter=clear, filter_lang="cql2-json"),
        "both": ids(filter="eo:cloud_cover > 10 AND eo:cloud_cover < 60"),
        "crs": ids(filter="eo:cloud_cover < 30", filter_crs="http://www.opengis.net/def/crs/OGC/1.3/CRS84"),
        "wanted": ids(ids=ids()[1:3]), "january": ids(time=("2019-01-01", "2019-01-31")),
        "from": ids(time=("2019-02-01", None)), "day": ids(time="2019-01-10"),
    }


def areas(folder):
    x, y = 500000, 4999920
    inside = Geometry({"type": "Polygon", "coordinates": [[(x, y), (x + 50, y), (x, y + 50), (x, y)]]}, CRS.UTM_31N)
    far = BBox((10, 10, 11, 11), CRS.WGS84)
    return {"box": len(ids()), "geometry": len(ids(bbox=None, geometry=inside)), "far": ids(bbox=far)}


def fields(folder):
    wanted = {"include": ["id", "properties.datetime", "properties.eo:cloud_cover"], "exclude": []}
    return {"few": list(search(fields=wanted)), "less": list(search(fields={"exclude": ["links", "assets"]}))}


def pages(folder):
    iterator = search(limit=2)
    return {"paged": [item["id"] for item in iterator], "whole": ids()}


def times(folder):
    stamps = search().get_timestamps()
    return {
        "timestamps": [stamp.isoformat() for stamp in stamps],
        "clustered": len(filter_times(stamps, dt.timedelta(hours=1))),
        "distinct": list(search(distinct="date", limit=2)),
        "available": [t.isoformat() for t in get_available_timestamps(BOX, YEAR, L2A, maxcc=0.3, config=CONFIG)],
        "areas": [geometry.crs.value for geometry in search().get_geometries()],
    }


def radar(folder):
    """The library adds filters of the collection's definition by itself."""
    found = {}
    for name in ("SENTINEL1_IW_ASC", "SENTINEL1_IW_DES", "SENTINEL1_EW"):
        iterator = CLIENT.search(getattr(DataCollection, name), bbox=BOX, time=YEAR)
        found[name] = {"ids": iterator.get_ids(), "filter": iterator.params.get("filter")}
    return found


def refused(folder):
    """The library must show the hub's own message."""
    try:
        ids(filter="eo:cloud_cover is unknown")
    except Exception as error:
        return {"message": str(error)}
    return {"message": None}


def everything(folder):
    """All jobs, so that the library is imported once."""
    jobs = (documents, filters, areas, fields, pages, times, radar, refused)
    return {job.__name__: job(folder) for job in jobs}


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]](sys.argv[2])))
