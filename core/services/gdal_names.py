"""How GDAL finds the files of streamed rasters: names that hold no secret, for projects keep them."""

from __future__ import annotations

from typing import Optional
from urllib.parse import quote, unquote, urlsplit

from osgeo import gdal

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.services.clip_order import BandSource, is_remote_asset
from sentinel_workbench.core.services.given_keys import can_give_keys
from sentinel_workbench.core.stac.catalogs import PLANETARY, catalog_of
from sentinel_workbench.core.stac.item_reading import local_path, unsigned
from sentinel_workbench.core.stac.s3_access import S3Account

SELF_SIGNING_GDAL = 3050200
KEYED = "/vsis3/"
_CUT = "Cut it out instead; that reads with your keys."


def gdal_name(source: BandSource, account: Optional[S3Account] = None) -> str:
    """How GDAL finds the file; the name tells no secret.

    Args:
        source: the file.
        account: of the storage of its catalog, or None.

    Raises:
        InvalidInput: it can't.
    """
    href = unsigned(source.asset.href)
    known = catalog_of(source.catalog)
    if not is_remote_asset(source.asset):
        return local_path(href)
    if known is not None and known.access == PLANETARY:
        if int(gdal.VersionInfo()) < SELF_SIGNING_GDAL:
            raise InvalidInput("bands", "This QGIS can't sign addresses of the Planetary Computer by itself.", _CUT)
        return f"/vsicurl?empty_dir=yes&pc_url_signing=yes&url={quote(href, safe='')}"
    if href.startswith("s3://"):
        return _keyed_name(source, href, account)
    if href != source.asset.href:
        raise InvalidInput("bands", f"The address of '{source.name}' is signed and would be kept in the project.", _CUT)
    spaceless = href.replace(" ", "%20")  # curl takes no other address
    return f"/vsicurl?empty_dir=yes&url={quote(spaceless, safe='')}"


def is_keyed(name: str) -> bool:
    """Whether GDAL needs a key to read the file of that name."""
    return name.startswith(KEYED)


def _keyed_name(source: BandSource, href: str, account: Optional[S3Account]) -> str:
    said = f"'{source.name}' lies in S3 storage, which a layer can't read without keys."
    if account is None or account.keys is None:
        raise InvalidInput("bands", said, "Choose your access key for the catalog's files, or cut it out instead.")
    if not can_give_keys():
        raise InvalidInput("bands", said, _CUT)
    parts = urlsplit(href)
    return KEYED + unquote(f"{parts.netloc}{parts.path}")
