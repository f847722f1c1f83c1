"""The parameters that name a bucket, and its keys captured on the main thread."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Mapping, Optional

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingParameterAuthConfig,
    QgsProcessingParameterString,
)

from sentinel_workbench.core.errors import InvalidInput, WorkbenchError
from sentinel_workbench.core.qgis.network import read_network_settings
from sentinel_workbench.core.qgis.storage_keys import find_storage_keys
from sentinel_workbench.core.services.folder_bucket import FolderBucket, folder_of
from sentinel_workbench.core.services.storage import DEFAULT_ENDPOINT, DEFAULT_REGION, Storage
from sentinel_workbench.core.services.storage_bucket import StorageBucket
from sentinel_workbench.core.services.upload import Bucket

BUCKET, PREFIX, ENDPOINT, REGION, KEYS = "BUCKET", "PREFIX", "ENDPOINT", "REGION", "STORAGE_AUTH"
KEYS_HELP = (
    "The access key is the user name and its secret the password of an authentication configuration; without one "
    "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of the environment are used. A folder as the address of the storage "
    "holds buckets as folders, as those of a local hub, and needs no keys."
)
_UNNAMED = "not-named-yet"


class StorageDesk:
    """The storage an algorithm's values name. ``capture`` belongs to the main thread, ``open`` to any."""

    def __init__(self) -> None:
        self._captured: Optional[StorageBucket] = None
        self._folder: Optional[Path] = None
        self._refused: Optional[WorkbenchError] = None

    def capture(
        self, algorithm: QgsProcessingAlgorithm, values: Mapping[str, Any], context: QgsProcessingContext
    ) -> None:
        """Read address, keys and QGIS's network settings; what is wrong with them is raised by ``open``."""
        bucket, endpoint, region = (read_text(algorithm, values, n, context) for n in (BUCKET, ENDPOINT, REGION))
        self._folder = folder_of(endpoint)
        if self._folder:
            return
        try:
            keys = find_storage_keys(algorithm.parameterAsString(values, KEYS, context))
            storage = Storage(bucket or _UNNAMED, endpoint, region, read_network_settings(endpoint))
            self._captured = StorageBucket(storage, keys)
        except WorkbenchError as error:
            self._refused = error

    def use_folder(self, folder: Path) -> None:
        """The buckets are folders in this one; neither address nor keys count."""
        self._folder = folder

    def raise_if_refused(self) -> None:
        """Raise what ``capture`` met."""
        if self._refused:
            raise self._refused

    def open(self, bucket: str) -> Bucket:
        """The bucket of this name.

        Raises:
            InvalidInput: no bucket.
            WorkbenchError: what ``capture`` met.
        """
        self.raise_if_refused()
        if not bucket:
            raise InvalidInput("bucket", "No bucket is named.", "Write the name of the bucket.")
        if self._folder is not None:
            return FolderBucket(self._folder, bucket)
        if self._captured is None:
            raise InvalidInput("endpoint", "No storage is named.", "Write its address.")
        return replace(self._captured, storage=replace(self._captured.storage, bucket=bucket))


def add_storage(algorithm: QgsProcessingAlgorithm, bucket_title: str) -> None:
    """The parameters of a bucket and its keys."""
    for name, title, default, optional in (
        (BUCKET, bucket_title, "", True), (PREFIX, "Folder in the bucket", "", True),
        (ENDPOINT, "Address of the storage", DEFAULT_ENDPOINT, False),
        (REGION, "Region of the bucket", DEFAULT_REGION, False),
    ):
        add_text(algorithm, name, title, default, optional)
    algorithm.addParameter(QgsProcessingParameterAuthConfig(KEYS, "Keys of the storage", None, True))


def add_text(algorithm: QgsProcessingAlgorithm, name: str, title: str, default: str, optional: bool) -> None:
    """A parameter of one line."""
    algorithm.addParameter(QgsProcessingParameterString(name, title, default, False, optional))


def read_text(
    algorithm: QgsProcessingAlgorithm, values: Mapping[str, Any], name: str, context: QgsProcessingContext
) -> str:
    """A parameter of one line without the space around it."""
    return algorithm.parameterAsString(values, name, context).strip()
