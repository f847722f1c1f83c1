"""Access keys GDAL reads single files with: told for their names alone, in memory, until they are taken back.

GDAL keeps such settings by the beginning of a file's name, for the whole process. So QGIS reads these files, in any of
its threads, and other files of the bucket stay as they were. Of two keys for one file the last holds.
"""

from __future__ import annotations

import threading
from typing import Dict, List, Optional, Sequence

from osgeo import gdal

from sentinel_workbench.core.services.storage import Storage, StorageKeys
from sentinel_workbench.core.stac.s3_access import AMAZON, S3Account

_OWNERS: Dict[str, str] = {}
_LOCK = threading.Lock()


def can_give_keys() -> bool:
    """Whether this GDAL knows settings of single files (3.6 or newer)."""
    return hasattr(gdal, "SetPathSpecificOption")


def give_keys(owner: str, names: Sequence[str], account: S3Account) -> None:
    """Let GDAL read files with a key from now on, also those it was refused before. Any thread.

    Args:
        owner: address of the catalog whose key it is.
        names: of the files, ``/vsis3/bucket/key``.
        account: with a key.

    Raises:
        InvalidInput: a name of a bucket that can't be.
    """
    told = {name: _settings(name, account) for name in names}
    with _LOCK:
        for name, settings in told.items():
            _OWNERS[name] = owner
            for option, value in settings.items():
                gdal.SetPathSpecificOption(name, option, value)
            gdal.VSICurlPartialClearCache(name)


def renew_keys(owner: str, account: S3Account) -> None:
    """The key of a catalog is another now, or gone: the files it was given for follow."""
    names = keyed_names(owner)
    take_keys_back(owner)
    if account.keys is not None:
        give_keys(owner, names, account)


def take_keys_back(owner: Optional[str] = None) -> None:
    """GDAL forgets the key of a catalog, or all."""
    for name in keyed_names(owner):
        take_key_back(name)


def take_key_back(name: str) -> None:
    """GDAL forgets the key of one file, if it has one: whoever writes it does so with keys of their own."""
    with _LOCK:
        if _OWNERS.pop(name, None) is not None:
            gdal.VSICurlPartialClearCache(name)
            gdal.ClearPathSpecificOptions(name)


def keyed_names(owner: Optional[str] = None) -> List[str]:
    """The files GDAL has the key of a catalog for, or any key."""
    with _LOCK:
        return [name for name, one in _OWNERS.items() if owner in (None, one)]


def _settings(name: str, account: S3Account) -> Dict[str, str]:
    bucket = name.split("/")[2]
    region = account.region_of(bucket)
    storage = Storage(bucket, account.endpoint or f"https://s3.{region}.{AMAZON}", region)
    keys = account.keys
    if keys is None:
        raise ValueError(f"{name} needs a key")
    own = storage.settings(StorageKeys(keys.access_key, keys.secret_key, keys.session_key))
    own["AWS_REQUEST_PAYER"] = "requester" if account.requester_pays else ""
    wanted = {option: value for option, value in own.items() if option.startswith("AWS_") and value is not None}
    return {**wanted, "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR"}
