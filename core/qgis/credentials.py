"""Where client id and secret are kept: QGIS's auth manager, memory only, or the environment.

The auth manager may ask for its master password, so everything here that touches it belongs to the main thread and to
an action of the user, never to start-up. A service gets the plain values captured before it starts.
"""

from __future__ import annotations

import os
from typing import Dict, Optional

from qgis.core import QgsApplication, QgsAuthMethodConfig

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.hub.connection import Credentials

ENVIRONMENT_ID, ENVIRONMENT_KEY = "SH_CLIENT_ID", "SH_CLIENT_SECRET"
_METHOD = "Basic"


class CredentialStore:
    """Credentials by connection name (memory) or by auth config id (kept)."""

    def __init__(self) -> None:
        self._memory: Dict[str, Credentials] = {}

    def save(self, name: str, credentials: Credentials, config_id: Optional[str] = None) -> str:
        """Keep ``credentials`` encrypted in QGIS; returns the id of the auth config.

        Raises:
            WorkbenchError: QGIS can't store it, such as without a master password.
        """
        manager = QgsApplication.authManager()
        need_auth_manager()
        config = QgsAuthMethodConfig(_METHOD)
        config.setName(f"Sentinel Workbench: {name}")
        config.setConfig("username", credentials.client_id)
        config.setConfig("password", credentials.client_secret)
        exists = bool(config_id) and config_id in manager.configIds()
        if exists:
            config.setId(config_id)
            stored = manager.updateAuthenticationConfig(config)
        else:
            stored = _stored(manager.storeAuthenticationConfig(config))
        if not stored or not config.id():
            raise WorkbenchError("QGIS could not store the credentials.", _ADVICE)
        return config.id()

    def load(self, config_id: str) -> Optional[Credentials]:
        """What ``save`` kept under this id, or None when it is gone.

        Raises:
            WorkbenchError: QGIS can't open its credential store.
        """
        need_auth_manager()
        config = QgsAuthMethodConfig()
        manager = QgsApplication.authManager()
        if config_id not in manager.configIds():
            return None
        answer = manager.loadAuthenticationConfig(config_id, config, True)
        loaded = answer[0] if isinstance(answer, tuple) else answer
        if not loaded or not config.config("username"):
            return None
        return Credentials(config.config("username"), config.config("password"))

    def delete(self, config_id: str) -> None:
        """Forget it; an unknown id is ignored.

        Raises:
            WorkbenchError: QGIS refused.
        """
        manager = QgsApplication.authManager()
        if manager.isDisabled() or config_id not in manager.configIds():
            return
        if not manager.removeAuthenticationConfig(config_id):
            raise WorkbenchError("QGIS could not remove the stored credentials.", _ADVICE)

    def remember_in_memory(self, name: str, credentials: Credentials) -> None:
        """Keep ``credentials`` until QGIS closes, on no disk."""
        self._memory[name] = credentials

    def in_memory(self, name: str) -> Optional[Credentials]:
        """What is remembered for this connection."""
        return self._memory.get(name)

    def forget_in_memory(self, name: str) -> None:
        """Drop it; an unknown name is ignored."""
        self._memory.pop(name, None)

    def find(self, name: str, config_id: Optional[str]) -> Credentials:
        """The credentials of a connection: from memory, else from the auth manager, else from the environment.

        Raises:
            WorkbenchError: there are none, or QGIS can't open its store.
        """
        found = self._memory.get(name) or (self.load(config_id) if config_id else None) or environment_credentials()
        if found is None:
            raise WorkbenchError(
                f"The connection '{name}' has no client id and secret.",
                f"Enter them in its dialog, or set {ENVIRONMENT_ID} and {ENVIRONMENT_KEY}.",
            )
        return found


_ADVICE = (
    "Set the master password under Settings > Options > Authentication, or let the Workbench keep the credentials in "
    "memory only."
)


def need_auth_manager() -> None:
    """Open QGIS's credential store; asks for the master password when it must.

    Raises:
        WorkbenchError: it stays closed.
    """
    manager = QgsApplication.authManager()
    if manager.isDisabled():
        raise WorkbenchError("QGIS's credential store is not available here.", _ADVICE)
    if not manager.masterPasswordIsSet() and not manager.setMasterPassword(True):
        raise WorkbenchError("QGIS's master password is not set, so its credential store stays closed.", _ADVICE)


def environment_credentials() -> Optional[Credentials]:
    """Client id and secret of the environment, for headless use; None unless both are set."""
    client_id, key = os.environ.get(ENVIRONMENT_ID), os.environ.get(ENVIRONMENT_KEY)
    return Credentials(client_id, key) if client_id and key else None


def _stored(answer: object) -> bool:
    """``storeAuthenticationConfig`` answers a bool, or (bool, config) since QGIS 3.30."""
    return bool(answer[0] if isinstance(answer, tuple) else answer)
