"""S3-compatible storage through GDAL's ``/vsis3/``: settings of one thread, what is there, what goes wrong.

Keys are GDAL settings of the calling thread for as long as a call lasts; they are in no path, and QGIS's own layers do
not see them.
"""

from __future__ import annotations

import re
import stat
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Dict, Iterator, List, Optional
from urllib.parse import urlsplit

from osgeo import gdal

from sentinel_workbench.core.errors import (
    AuthenticationFailed,
    ConnectionFailed,
    InvalidInput,
    NotThere,
    PermissionDenied,
    RequestRejected,
    UnexpectedAnswer,
)
from sentinel_workbench.core.http.transport import NetworkSettings
from sentinel_workbench.core.progress import Progress, Silent, raise_if_cancelled
from sentinel_workbench.core.raster.gdal_settings import thread_settings
from sentinel_workbench.core.services.file_names import ListedFile

gdal.UseExceptions()

DEFAULT_ENDPOINT, DEFAULT_REGION = "https://s3.amazonaws.com", "us-east-1"
PART_MB = 16
_WITH_SIZE, _WITH_REASON = 1 | 4, 1 | 8
"""GDAL learns a size by HEAD, whose answer holds no reason for a refusal; so a refusal is asked for again."""
_HTTP, _OTHER, _DENIED, _NO_BUCKET, _NO_OBJECT, _BAD_KEYS, _BAD_SIGNATURE = 2, 5, 6, 7, 8, 9, 10
"""GDAL's VSIE_* numbers, which Python is not told by name."""
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{2,62}")


@dataclass(frozen=True)
class StorageKeys:
    """Who uploads. Only the id may be shown."""

    access_key: str
    secret_key: str = field(repr=False)
    session_key: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if not self.access_key.strip() or not self.secret_key.strip():
            raise InvalidInput("keys", "The storage needs an access key and its secret.", "Enter both.")


@dataclass(frozen=True)
class Storage:
    """A bucket. Holds no secret.

    Attributes:
        bucket: its name.
        endpoint: ``https://host[:port]`` of the storage.
        region: of the bucket.
        network: proxy, certificates and time-outs.
    """

    bucket: str
    endpoint: str = DEFAULT_ENDPOINT
    region: str = DEFAULT_REGION
    network: NetworkSettings = NetworkSettings()

    def __post_init__(self) -> None:
        if not _BUCKET.fullmatch(self.bucket):
            raise InvalidInput("bucket", f"'{self.bucket}' can't be the name of a bucket.",
                               "Write its name alone, without s3:// and without folders.")
        try:
            parts = urlsplit(self.endpoint)
            good = parts.scheme in ("http", "https") and parts.hostname and not parts.username
            good = good and parts.path in ("", "/") and not parts.query and (parts.port or 1) > 0
        except ValueError:
            good = False
        if not good:
            raise InvalidInput("endpoint", f"'{self.endpoint}' is not the address of a storage.",
                               "Write it as https://host or https://host:port, without bucket, user or password.")

    def path(self, key: str = "") -> str:
        """GDAL's name of an object, or of the bucket."""
        return f"/vsis3/{self.bucket}/{key}" if key else f"/vsis3/{self.bucket}"

    def settings(self, keys: StorageKeys) -> Dict[str, Optional[str]]:
        """GDAL's settings; everything that the environment or a profile could add is replaced."""
        parts = urlsplit(self.endpoint)
        return {
            "AWS_ACCESS_KEY_ID": keys.access_key, "AWS_SECRET_ACCESS_KEY": keys.secret_key,
            "AWS_SESSION_TOKEN": keys.session_key, "AWS_REGION": self.region, "AWS_DEFAULT_REGION": self.region,
            "AWS_S3_ENDPOINT": parts.netloc, "AWS_HTTPS": "YES" if parts.scheme == "https" else "NO",
            "AWS_VIRTUAL_HOSTING": "FALSE", "AWS_NO_SIGN_REQUEST": "NO", "AWS_REQUEST_PAYER": "",
            "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_HTTP_MAX_RETRY": "3", "GDAL_HTTP_RETRY_DELAY": "1",
            "GDAL_HTTP_CONNECTTIMEOUT": f"{self.network.connect_timeout_s:.0f}",
            "GDAL_HTTP_LOW_SPEED_TIME": f"{self.network.read_timeout_s:.0f}", "GDAL_HTTP_LOW_SPEED_LIMIT": "1",
            "GDAL_HTTP_PROXY": self._proxy(), "GDAL_HTTP_USERAGENT": self.network.user_agent,
            "CURL_CA_BUNDLE": self.network.verify if isinstance(self.network.verify, str) else None,
        }

    def _proxy(self) -> Optional[str]:
        parts = urlsplit(self.endpoint)
        proxies = self.network.proxies
        return proxies.get(f"{parts.scheme}://{parts.hostname}") or proxies.get(parts.scheme)


@contextmanager
def connected(storage: Storage, keys: StorageKeys, **settings: Optional[str]) -> Iterator[List[str]]:
    """GDAL in the calling thread as the owner of ``keys``; gives the list its complaints go to."""
    complaints: List[str] = []
    gdal.PushErrorHandler(lambda _severity, _number, message: complaints.append(message))
    try:
        with thread_settings(**storage.settings(keys), **settings):
            yield complaints
    finally:
        gdal.PopErrorHandler()


def check_access(storage: Storage, keys: StorageKeys) -> None:
    """Ask for an object nobody has, to learn whether bucket and keys are good.

    A refusal to look is none to write, so it passes.

    Raises:
        AuthenticationFailed, NotThere, ConnectionFailed, UnexpectedAnswer, RequestRejected: in words.
    """
    if object_size(storage, keys, f"sentinel-workbench-{uuid.uuid4().hex}") is not None:
        raise UnexpectedAnswer(f"{storage.endpoint} does not answer as a storage does.", "Check the address.")


def object_size(storage: Storage, keys: StorageKeys, key: str) -> Optional[int]:
    """Bytes of an object; None when there is none, or when looking is not allowed.

    Raises:
        AuthenticationFailed, NotThere, ConnectionFailed, RequestRejected: nothing can be done with these keys there.
    """
    with connected(storage, keys):
        found = _stat(storage.path(key), _WITH_SIZE)
        if found is not None:
            return int(found.size)
        odd = _stat(storage.path(key), _WITH_REASON) is not None
        number, message = gdal.VSIGetLastErrorNo(), gdal.VSIGetLastErrorMsg()
    if odd:
        raise UnexpectedAnswer(f"{storage.endpoint} does not answer as a storage does.", "Check its address.")
    if number not in (0, _NO_OBJECT, _DENIED):
        _raise(storage, keys, number, message)
    return None


def _stat(path: str, flags: int) -> Optional[gdal.StatBuf]:
    gdal.VSICurlPartialClearCache(path)
    gdal.VSIErrorReset()
    try:
        return gdal.VSIStatL(path, flags)
    except RuntimeError:
        return None


def list_objects(
    storage: Storage, keys: StorageKeys, prefix: str = "", progress: Progress = Silent()
) -> List[ListedFile]:
    """All files below ``prefix``, which is a folder or empty; names relative to it.

    Raises:
        PermissionDenied: listing is not allowed.
        AuthenticationFailed, NotThere, ConnectionFailed, RequestRejected: as ``check_access``.
        Cancelled: at any time.
    """
    check_access(storage, keys)
    files: List[ListedFile] = []
    with connected(storage, keys) as complaints:
        gdal.VSICurlPartialClearCache(storage.path())
        folder = gdal.OpenDir(storage.path(prefix.strip("/")), -1)
        if folder is not None:
            try:
                while (entry := gdal.GetNextDirEntry(folder)) is not None:
                    raise_if_cancelled(progress)
                    if not stat.S_ISDIR(entry.mode):
                        files.append(ListedFile(entry.name, int(entry.size)))
            finally:
                gdal.CloseDir(folder)
    if folder is None and any("403" in complaint for complaint in complaints):
        raise PermissionDenied(f"These keys may not list the bucket '{storage.bucket}'.",
                               "Ask for the right to list it, or give the paths as a list.", status=403)
    return files


def _raise(storage: Storage, keys: StorageKeys, number: int, message: str) -> None:
    said = " ".join(message.replace(keys.secret_key, "***").split()).rstrip(".")
    if number == _NO_BUCKET:
        raise NotThere(f"There is no bucket '{storage.bucket}' at {storage.endpoint}.",
                       "Check its name and the address of the storage.", status=404)
    if number in (_BAD_KEYS, _BAD_SIGNATURE) or "Access Key" in said or "token" in said.lower():
        raise AuthenticationFailed(f"{storage.endpoint} does not accept the access key or its secret.",
                                   "Check both, and that they belong to this storage.", status=403)
    if number == _HTTP and "CURL" in said:
        raise ConnectionFailed(f"{storage.endpoint} can't be reached: {said}.",
                               "Check the address, the network and QGIS's proxy settings.")
    raise RequestRejected(f"{storage.endpoint} refuses: {said or 'no reason given'}.",
                          "Check the bucket's region and the address of the storage.", status=400)
