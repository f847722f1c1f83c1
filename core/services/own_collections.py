"""Collections of the user's own, or shared with the user, by name or id: described by whoever can describe them."""

from __future__ import annotations

import re
from typing import Optional, Protocol, Sequence

from sentinel_workbench.core.errors import InvalidInput, PermissionDenied, RequestRejected
from sentinel_workbench.core.evalscript.generating import generate_script
from sentinel_workbench.core.hub.catalog import CatalogCollection
from sentinel_workbench.core.model.byoc import ByocCollection
from sentinel_workbench.core.model.collection import DATA_MASK, Band, Collection
from sentinel_workbench.core.progress import Progress, Silent
from sentinel_workbench.core.services.byoc_use import OwnSource, own_source
from sentinel_workbench.core.services.orders import OWN_PREFIXES, own_type_id

_ID = re.compile(r"((byoc|batch|zarr)-)?[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_RESOLUTION_M = 10.0


class FindsOwn(Protocol):
    """What this room needs of the BYOC service."""

    def find(self, name_or_id: str, progress: Progress = Silent()) -> ByocCollection:
        """One of the account's own."""


class ListsCollections(Protocol):
    """What this room needs of the hub's client."""

    def collections(self, progress: Optional[Progress] = None) -> Sequence[CatalogCollection]:
        """What the account can use, as the Catalog lists it."""


def find_own_source(
    byoc: FindsOwn, catalog: ListsCollections, name_or_id: str, progress: Progress = Silent()
) -> OwnSource:
    """The collection as something to order from.

    The BYOC API tells most, but not of collections of others, and not every account may ask it; the Catalog tells the
    bands of all an account can use. An id that neither knows can be ordered from all the same.

    Raises:
        InvalidInput: nothing has that name.
        WorkbenchError: the service can't be asked.
        Cancelled: on request.
    """
    wanted = name_or_id.strip()
    try:
        return own_source(byoc.find(wanted, progress))
    except (InvalidInput, PermissionDenied, RequestRejected):
        listed = _listed(catalog, wanted, progress)
        if listed is not None:
            return _source(listed.collection_id, listed.title, listed.bands)
        if not _ID.fullmatch(wanted):
            raise
        return _source(own_type_id(wanted.lower()), own_type_id(wanted.lower()), ())


def _listed(catalog: ListsCollections, wanted: str, progress: Progress) -> Optional[CatalogCollection]:
    try:
        found = [one for one in catalog.collections(progress) if one.collection_id.startswith(OWN_PREFIXES)]
    except (PermissionDenied, RequestRejected):
        return None
    named = [one for one in found if wanted in (one.collection_id, one.collection_id.partition("-")[2], one.title)]
    return named[0] if len(named) == 1 else None


def _source(type_id: str, title: str, names: Sequence[str]) -> OwnSource:
    """Without known bands the first script shows where there are data."""
    useful = [name for name in names if name != DATA_MASK]
    bands = tuple(Band(name, ("DN",), _RESOLUTION_M, {"DN": 1.0}) for name in useful)
    script = generate_script(useful, "FLOAT32", "DN") if useful else generate_script([DATA_MASK], "UINT8")
    return OwnSource(Collection(type_id, type_id, title, bands), script)
