"""A CbM server from the console or a script. Calls wait for the end.

    from sentinel_workbench import api

    with api.cbm("https://host") as server:  # or the name of a saved one; api.cbm() is the local hub on its demo fields
        table = api.ParcelTable("nl", "2019")
        found = server.parcel_at(table, 5.66, 52.69)
        api.add_parcels(found, "Parcels")
        rows = server.time_series(table, found[0].pid)
        peers = api.fetch_peers(server, table, found[0].pid)
        june = api.PlaceChips(5.66, 52.69, date(2019, 6, 1), date(2019, 6, 30), ("B08", "B04", "B03"))
        chips = api.fetch_place_chips(server, june, Path("/data/chips"), as_pictures=True)
        api.add_chips(chips, QgsProject.instance(), "June")
        api.fetch_background(server, 5.66, 52.69, Path("/data/map.tif"))

``server.info()`` tells areas and years. Parcels of one's own go through a season with ``api.cbm_season``.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Optional, Union

from sentinel_workbench.core.cbm.client import CbmClient
from sentinel_workbench.core.hub.local_scenes import LocalHub
from sentinel_workbench.core.progress import Progress, Silent
from sentinel_workbench.core.qgis.cbm_servers import local_client, named_server, open_server
from sentinel_workbench.core.qgis.folders import demo_folder


@contextmanager
def cbm(
    server: str = "", auth_config_id: str = "", data: Optional[Union[str, Path]] = None, progress: Progress = Silent()
) -> Iterator[CbmClient]:
    """A CbM server; its connections close at the end of the block. Main thread.

    Args:
        server: name of a saved one, or an address; the local hub when empty.
        auth_config_id: login in the QGIS authentication database, instead of the saved one or the environment's.
        data: folder of the local hub, with a file ``parcels.gpkg``; its demo scenes and fields when None.
        progress: of the local hub's start, which makes the demo scenes the first time.

    Raises:
        InvalidInput: no such server, or no parcels in the folder.
        WorkbenchError: there is no login.
        LocalHubError: the local hub did not start.
    """
    if server:
        client = open_server(named_server(server, auth_config_id or None))
        try:
            yield client
        finally:
            client.close()
        return
    hub = LocalHub(Path(data) if data else demo_folder(), with_demo_scenes=data is None)
    try:
        hub.start(progress)
        client = local_client(hub)
        try:
            yield client
        finally:
            client.close()
    finally:
        hub.stop()
