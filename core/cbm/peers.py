"""Peers of a parcel with their outlines: the server tells ids and distances alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Tuple

from sentinel_workbench.core.cbm.client import CbmClient
from sentinel_workbench.core.cbm.records import CbmParcel, ParcelTable
from sentinel_workbench.core.errors import NotThere
from sentinel_workbench.core.progress import Progress, Silent, raise_if_cancelled


@dataclass(frozen=True)
class Peer:
    """A parcel with the same crop, and how far it is, metres."""

    parcel: CbmParcel
    distance_m: float


def fetch_peers(
    client: CbmClient, table: ParcelTable, pid: str, distance_m: float = 2000.0, most: int = 10,
    progress: Progress = Silent(),
) -> Tuple[Peer, ...]:
    """The peers of a parcel, the nearest first; one that is gone meanwhile is left out.

    Raises:
        InvalidInput: a distance or a number the server does not take.
        NotThere: there is no parcel of that id.
    """
    found: List[Peer] = []
    near = client.peers(table, pid, distance_m, most, progress)
    if not near:
        client.parcel_by_id(table, pid, geometry=False, progress=progress)
    for number, (peer, distance) in enumerate(near):
        raise_if_cancelled(progress)
        progress.report(number / len(near), f"Fetching peer {number + 1} of {len(near)}")
        try:
            found.append(Peer(client.parcel_by_id(table, peer, progress=progress), distance))
        except NotThere:
            continue
    return tuple(found)
