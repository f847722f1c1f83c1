"""Files in S3 storage: ``s3://`` addresses, keys and requester-pays, each for its own storage (stac, 7)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Callable, Dict, Mapping, Optional, Sequence, Tuple
from urllib.parse import quote, unquote, urlsplit

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.http.ranges import Access
from sentinel_workbench.core.http.s3_signing import S3Keys, signed_headers
from sentinel_workbench.core.http.transport import Transport
from sentinel_workbench.core.progress import Progress
from sentinel_workbench.core.stac.catalogs import catalog_of
from sentinel_workbench.core.stac.records import StacAsset, StacConnection, StacItem
from sentinel_workbench.core.stac.signing import access_for

AMAZON = "amazonaws.com"
_REGIONS = {
    "sentinel-cogs": "us-west-2", "e84-earth-search-sentinel-data": "us-west-2", "usgs-landsat": "us-west-2",
    "sentinel-s2-l2a": "eu-central-1", "sentinel-s2-l1c": "eu-central-1", "sentinel-s1-l1c": "eu-central-1",
    "naip-analytic": "us-west-2", "copernicus-dem-30m": "eu-central-1",
}  # fmt: skip
CDSE_STORAGE = "https://eodata.dataspace.copernicus.eu"


@dataclass(frozen=True)
class S3Account:
    """How to ask one storage.

    Attributes:
        endpoint: ``https://host`` whose paths begin with the bucket, or ``""`` for Amazon's.
        region: of the buckets; ``""`` for the known ones' and us-east-1.
        keys: None for open buckets.
        requester_pays: the owner of the keys pays for what is read, and agrees to it.
    """

    endpoint: str = ""
    region: str = ""
    keys: Optional[S3Keys] = None
    requester_pays: bool = False

    def __post_init__(self) -> None:
        parts = urlsplit(self.endpoint)
        if self.endpoint and (parts.scheme not in ("http", "https") or not parts.netloc or parts.username):
            raise InvalidInput("endpoint", f"'{self.endpoint}' is not the address of a storage.",
                               "Write it as https://host, without user or password.")
        if self.requester_pays and self.keys is None:
            raise InvalidInput("requester_pays", "Paying for what is read needs an access key.", "Choose one.")

    def serves(self, host: str) -> bool:
        """Whether files of this host are this storage's."""
        own = urlsplit(self.endpoint).netloc
        return host == own if own else host == AMAZON or host.endswith("." + AMAZON)

    def region_of(self, bucket: str) -> str:
        """Where a bucket lies."""
        return self.region or _REGIONS.get(bucket, "us-east-1" if not self.endpoint else "default")


class S3Access:
    """``Access`` to ``s3://`` files, and to https files of storages whose keys are known.

    Args:
        account: of the storage behind ``s3://``.
        otherwise: for all other files.
        clock: now, aware.
    """

    def __init__(
        self,
        account: S3Account,
        otherwise: Access,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.timezone.utc),
    ) -> None:
        self._account, self._otherwise, self._clock = account, otherwise, clock

    def address(self, url: str, progress: Progress) -> Tuple[str, Mapping[str, str]]:
        """See ``Access.address``."""
        parts = urlsplit(url)
        if parts.scheme == "s3":
            return self._signed(self._https(parts.netloc, parts.path), parts.netloc)
        if self._account.keys is not None and self._account.serves(parts.netloc):
            return self._signed(url, _bucket_of(parts.netloc, parts.path))
        return self._otherwise.address(url, progress)

    def renew(self, url: str) -> bool:
        """See ``Access.renew``: keys do not end."""
        return False if url.startswith("s3://") else self._otherwise.renew(url)

    def _https(self, bucket: str, path: str) -> str:
        key = quote(unquote(path), safe="/-_.~")
        if self._account.endpoint:
            return f"{self._account.endpoint.rstrip('/')}/{bucket}{key}"
        region = self._account.region_of(bucket)
        if "." in bucket:  # its name would not fit the certificate
            return f"https://s3.{region}.{AMAZON}/{bucket}{key}"
        return f"https://{bucket}.s3.{region}.{AMAZON}{key}"

    def _signed(self, url: str, bucket: str) -> Tuple[str, Mapping[str, str]]:
        if self._account.keys is None:
            return url, {}
        extra: Dict[str, str] = {"x-amz-request-payer": "requester"} if self._account.requester_pays else {}
        return url, signed_headers(url, self._account.keys, self._account.region_of(bucket), self._clock(), extra)


def file_access(connection: StacConnection, transport: Transport, account: Optional[S3Account] = None) -> Access:
    """Who gives the right to read the files of a catalog, with the account of its user."""
    return S3Access(storage_of(connection, account), access_for(connection, transport))


def storage_of(connection: StacConnection, account: Optional[S3Account] = None) -> S3Account:
    """The account of the storage where a catalog keeps its files."""
    known = catalog_of(connection)
    account = account or S3Account()
    if known is not None and known.key == "cdse" and not account.endpoint:
        return replace(account, endpoint=CDSE_STORAGE)
    return account


def s3_address(url: str) -> str:
    """``s3://bucket/key`` of a file in a storage, whichever way its address is written."""
    parts = urlsplit(url)
    if parts.scheme == "s3":
        return url
    bucket, path = _bucket_of(parts.netloc, parts.path), parts.path.lstrip("/")
    return f"s3://{bucket}/{path if parts.netloc.startswith(bucket + '.') else path.partition('/')[2]}"


def check_payment(item: StacItem, assets: Sequence[StacAsset], account: Optional[S3Account]) -> None:
    """Refuse files whose reader pays, unless the account's owner agreed to; before anything is asked for.

    Raises:
        InvalidInput: the catalog says that reading one of them costs, and nobody agreed.
    """
    if account is not None and (account.requester_pays or account.endpoint):
        return
    for asset in assets:
        if asset.href.startswith("s3://") and _reader_pays(item, asset):
            raise InvalidInput(
                "keys", f"'{asset.key}' of {item.item_id} lies in storage whose reader pays.",
                "Choose your access key for the catalog's files and tick 'I pay for what is read'.",
            )


def _reader_pays(item: StacItem, asset: StacAsset) -> bool:
    """As the storage extension tells it: of the asset, or of each of the schemes it names."""
    told = asset.fields.get("storage:requester_pays", item.properties.get("storage:requester_pays"))
    names, schemes = asset.fields.get("storage:refs"), item.properties.get("storage:schemes")
    if isinstance(told, bool) or not isinstance(names, list) or not isinstance(schemes, Mapping):
        return told is True
    found = [schemes.get(name) for name in names]
    return bool(found) and all(isinstance(one, Mapping) and one.get("requester_pays") is True for one in found)


def _bucket_of(host: str, path: str) -> str:
    head = host.partition(".s3")[0]
    return path.lstrip("/").partition("/")[0] if host.startswith("s3.") or head == host else head
