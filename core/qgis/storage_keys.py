"""Access keys of a storage: from QGIS's auth manager, or from the environment for headless use.

A configuration of the method Basic (user: access key, password: its secret) or AWSS3 serves. Like all of the auth
manager it belongs to the main thread.
"""

from __future__ import annotations

import os

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.qgis.credentials import CredentialStore
from sentinel_workbench.core.services.storage import StorageKeys

_ID, _KEY, _SESSION = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"


def find_storage_keys(config_id: str) -> StorageKeys:
    """The keys of an auth config; of the environment when ``config_id`` is empty.

    Raises:
        WorkbenchError: there are none, or QGIS can't open its store.
    """
    if config_id:
        found = CredentialStore().load(config_id)
        if found is None:
            raise WorkbenchError("The authentication configuration holds no access key.",
                                 "Choose one with the access key as user name and its secret as password.")
        return StorageKeys(found.client_id, found.client_secret)
    if not os.environ.get(_ID) or not os.environ.get(_KEY):
        raise WorkbenchError("There are no keys for the storage.",
                             f"Choose an authentication configuration, or set {_ID} and {_KEY}.")
    return StorageKeys(os.environ[_ID], os.environ[_KEY], os.environ.get(_SESSION, ""))
