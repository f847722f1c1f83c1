"""Looking up a catalog's collections when the hub starts."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import List, Optional, Sequence, Tuple

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.http.transport import RequestsTransport
from sentinel_workbench.core.stac.catalogs import known_catalogs
from sentinel_workbench.core.stac.client import StacClient
from sentinel_workbench.core.stac.records import StacConnection, StacQuery
from sentinel_workbench.core.stac.s3_access import check_payment
from sentinel_workbench.core.stac.times import parse_time
from sentinel_workbench.localhub.catalog_way import CatalogWay
from sentinel_workbench.localhub.stac_scenes import collection_for
from sentinel_workbench.localhub.stac_source import StacSettings


def open_collections(
    address: str,
    collection_ids: Sequence[str],
    way: Optional[CatalogWay] = None,
    screens: bool = False,
) -> Tuple[StacSettings, ...]:
    """The collections of a catalog, ready to be served.

    Args:
        address: of the landing page or file, or the key of a known catalog such as ``earth-search``.
        collection_ids: as the catalog names them.
        way: login, keys, proxy, certificates and time-outs for catalog and files.
        screens: look at the classes of scenes over the area before their bands are read.

    Raises:
        InvalidInput: a collection is empty, its files can't be read, or two of them go by the same name here.
        NetworkError, ServiceError, StorageError: the catalog can't be read.
    """
    known = known_catalogs().get(address)
    connection = known.connection() if known else StacConnection(address)
    way = way or CatalogWay()
    connection = replace(connection, headers=dict(way.headers))
    if not collection_ids:
        raise InvalidInput("collection", "No collection of the catalog is named.", "Name one with --collection.")
    client = StacClient(connection, RequestsTransport(way.network))
    found: List[StacSettings] = []
    for collection_id in dict.fromkeys(collection_ids):
        settings = _opened(client, connection, collection_id, way)
        if any(settings.collection.collection_id == other.collection.collection_id for other in found):
            message = f"Two of the collections are called {settings.collection.collection_id} in requests."
            raise InvalidInput("collection", message, "Serve one of them.")
        found.append(settings)
    return tuple(replace(settings, screens=screens) for settings in found)


def _opened(client: StacClient, connection: StacConnection, collection_id: str, way: CatalogWay) -> StacSettings:
    described = client.collection(collection_id)
    sample = client.search(StacQuery((collection_id,), page_size=1, max_results=1)).items
    if not sample:
        raise InvalidInput("collection", f"The collection {collection_id} has no items.", "Choose another one.")
    collection, making = collection_for(connection, collection_id, described.title, sample[0])
    files = {file.path for file in making.bands(sample[0]).values()}
    check_payment(sample[0], [asset for asset in sample[0].assets.values() if asset.href in files], way.account)
    first, last = (_moment(text) for text in described.interval)
    return StacSettings(connection, client.open(), collection_id, collection, making, (first, last), way.network,
                        account=way.account)


def _moment(text: Optional[str]) -> Optional[dt.datetime]:
    try:
        return None if text is None else parse_time(text)
    except InvalidInput:
        return None
