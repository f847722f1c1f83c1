"""Catalogs the user searches: the known ones and those of their own, in QGIS's settings. No secret is among them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, replace
from typing import Any, Dict, List, Mapping, Optional, Tuple

from qgis.core import QgsApplication, QgsAuthMethodConfig, QgsSettings
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtNetwork import QNetworkRequest

from sentinel_workbench.core.errors import InvalidInput, WorkbenchError
from sentinel_workbench.core.http.s3_signing import S3Keys
from sentinel_workbench.core.http.transport import is_loopback
from sentinel_workbench.core.qgis.credentials import CredentialStore, need_auth_manager
from sentinel_workbench.core.qgis.json_setting import read_list, write_json
from sentinel_workbench.core.qgis.log import log_warning
from sentinel_workbench.core.services.given_keys import take_keys_back
from sentinel_workbench.core.stac.catalogs import known_catalogs
from sentinel_workbench.core.stac.records import StacConnection
from sentinel_workbench.core.stac.s3_access import S3Account
from sentinel_workbench.core.stac.static import is_file

_LIST, _CURRENT = "sentinel_workbench/catalogs", "sentinel_workbench/current_catalog"
_HEADER_METHOD = "APIHeader"


@dataclass(frozen=True)
class SavedCatalog:
    """A catalog in the picker.

    Attributes:
        title: the user's, or that of the known catalog.
        url: of its landing page or file, or the path of a file.
        preset: key of a known catalog, ``""`` for one of the user's own.
        auth_config_id: login to the catalog in the QGIS authentication database, or None.
        keys_config_id: access key to the storage of its files, there too, or None for public files.
        requester_pays: the owner of the key pays for what is read, and agrees to it.
        storage_url: ``https://host`` of the storage of its files, ``""`` for Amazon's or the known catalog's own.
        storage_region: of that storage, ``""`` for the usual one.
    """

    title: str
    url: str
    preset: str = ""
    auth_config_id: Optional[str] = None
    keys_config_id: Optional[str] = None
    requester_pays: bool = False
    storage_url: str = ""
    storage_region: str = ""

    def __post_init__(self) -> None:
        if not self.title.strip():
            raise InvalidInput("name", "The catalog has no name.", "Give it one.")
        url = self.url.strip()
        address = QUrl(url)
        if not url:
            raise InvalidInput("address", "The catalog has no address.", "Enter its URL, or choose a file.")
        if not is_file(url) and (not address.host() or address.userInfo()):
            raise InvalidInput(
                "address", f"'{url}' is not the address of a catalog.",
                "Write it as https://host/path, without user or password.",
            )
        if self.auth_config_id and address.scheme() == "http" and not is_loopback(address.host()):
            raise InvalidInput(
                "address", f"{url} would send your login unprotected.", "Use the https:// address of the catalog."
            )
        S3Account(self.storage_url.strip())

    def connection(self) -> StacConnection:
        """How to reach it, signed in by the auth manager, which may ask for its master password. Main thread.

        Raises:
            WorkbenchError: the login is not there, or stays locked.
        """
        headers = headers_of(self.auth_config_id, self.url) if self.auth_config_id else {}
        return StacConnection(self.url, self.title, headers, self.preset)

    def account(self) -> Optional[S3Account]:
        """How to ask the storage of its files, with the key in the auth manager if one is chosen. Main thread.

        None for the usual storage without a key.

        Raises:
            WorkbenchError: the key is not there, or stays locked.
        """
        place = self.storage_url.strip(), self.storage_region.strip()
        if not self.keys_config_id:
            return S3Account(*place) if any(place) else None
        found = CredentialStore().load(self.keys_config_id)
        if found is None:
            raise WorkbenchError(
                f"The access key of '{self.title}' is not in QGIS's authentication manager.",
                "Choose a configuration with the key as user name and its secret as password.",
            )
        keys = S3Keys(found.client_id, found.client_secret)
        return S3Account(*place, keys, self.requester_pays)


class CatalogStore:
    """All catalogs, the known ones first, and which one is current."""

    def all(self) -> Tuple[SavedCatalog, ...]:
        """Every catalog; entries that can't be read are left out and logged."""
        saved = _read()
        changed = {entry.preset: entry for entry in saved if entry.preset}
        known = tuple(
            replace(changed[key], title=entry.title, url=entry.url) if key in changed
            else SavedCatalog(entry.title, entry.url, key)
            for key, entry in known_catalogs().items()
        )
        return (*known, *(entry for entry in saved if not entry.preset))

    def find(self, title: str) -> Optional[SavedCatalog]:
        """The catalog of that title, or None."""
        return next((entry for entry in self.all() if entry.title == title), None)

    def save(self, catalog: SavedCatalog, previous_title: Optional[str] = None) -> None:
        """Add or replace; of a known catalog only login and key are kept.

        Raises:
            InvalidInput: another catalog already has the title.
        """
        replaced = previous_title or catalog.title
        if any(entry.title == catalog.title for entry in self.all() if entry.title != replaced):
            raise InvalidInput("name", f"There already is a catalog '{catalog.title}'.", "Choose another name.")
        entries = list(_read())
        titles = [entry.title for entry in entries]
        position = titles.index(replaced) if replaced in titles else len(entries)
        if any(_storage(entry) != _storage(catalog) for entry in entries[position : position + 1]):
            take_keys_back(entries[position].url)
        entries[position : position + 1] = [catalog]
        _write(entries)

    def delete(self, title: str) -> None:
        """Forget a catalog of the user's own; known ones stay."""
        for entry in _read():
            if entry.title == title:
                take_keys_back(entry.url)
        _write([entry for entry in _read() if entry.title != title])

    def current_title(self) -> str:
        """The one chosen last, ``""`` before that."""
        return str(QgsSettings().value(_CURRENT, "") or "")

    def choose(self, title: str) -> None:
        """Remember the current one."""
        QgsSettings().setValue(_CURRENT, title)


def headers_of(config_id: str, url: str) -> Mapping[str, str]:
    """What signs a request in to ``url``: any login of the auth manager that works by headers. Main thread.

    Raises:
        WorkbenchError: the login is gone, locked, or works another way.
    """
    need_auth_manager()
    manager = QgsApplication.authManager()
    if config_id not in manager.configIds():
        raise WorkbenchError(
            "The login of this catalog is not in QGIS's authentication manager any more.",
            "Choose another one in the catalog's settings.",
        )
    config = QgsAuthMethodConfig()
    answer = manager.loadAuthenticationConfig(config_id, config, True)
    if (answer[0] if isinstance(answer, tuple) else answer) and config.method() == _HEADER_METHOD:
        return {str(name): str(value) for name, value in config.configMap().items()}
    request = QNetworkRequest(QUrl(url))
    manager.updateNetworkRequest(request, config_id)
    headers = {bytes(name).decode("latin-1"): bytes(request.rawHeader(name)).decode("latin-1")
               for name in request.rawHeaderList()}
    if not headers:
        raise WorkbenchError(
            f"The login '{config.name()}' does not work by request headers.",
            "Choose one of the kind 'Basic', 'API header' or 'OAuth2'.",
        )
    return headers


def _read() -> List[SavedCatalog]:
    entries = read_list(_LIST, "The saved catalogs can't be read and are ignored.")
    return [catalog for catalog in map(_catalog, entries) if catalog]


def _catalog(entry: Any) -> Optional[SavedCatalog]:
    if not isinstance(entry, Mapping):
        return None
    names = [field.name for field in dataclasses.fields(SavedCatalog)]
    try:
        return SavedCatalog(**{name: entry[name] for name in names if name in entry})
    except (InvalidInput, TypeError, AttributeError) as error:
        log_warning(f"The saved catalog '{entry.get('title')}' can't be used: {error}")
        return None


def _storage(catalog: SavedCatalog) -> Tuple[object, ...]:
    return catalog.url, catalog.keys_config_id, catalog.requester_pays, catalog.storage_url, catalog.storage_region


def _write(entries: List[SavedCatalog]) -> None:
    documents: List[Dict[str, Any]] = [dataclasses.asdict(entry) for entry in entries]
    write_json(_LIST, documents)
