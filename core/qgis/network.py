"""QGIS's proxy, certificates and time-out as plain values. Read once on the main thread, then handed to the workers.

Nothing here opens a connection.
"""

from __future__ import annotations

import atexit
import tempfile
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Dict, Optional, Union
from urllib.parse import quote

from qgis.core import Qgis, QgsApplication, QgsNetworkAccessManager
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtNetwork import QNetworkProxy, QNetworkProxyQuery

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.http.transport import NetworkSettings

LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")
_SCHEMES = {QNetworkProxy.ProxyType.HttpProxy: "http", QNetworkProxy.ProxyType.HttpCachingProxy: "http"}


def read_network_settings(*urls: str) -> NetworkSettings:
    """What QGIS prescribes for reaching ``urls``, which may need different proxies by host.

    Raises:
        InvalidInput: QGIS is set to a kind of proxy the plugin can't use.
    """
    proxies: Dict[str, str] = {}
    for url in urls:
        proxy = proxy_for(url)
        if proxy:
            address = QUrl(url)
            proxies[f"{address.scheme()}://{address.host()}"] = proxy
    timeout_s = QgsNetworkAccessManager.timeout() / 1000.0
    return NetworkSettings(
        proxies=proxies,
        verify=certificate_bundle(),
        read_timeout_s=max(timeout_s, NetworkSettings().read_timeout_s),
        user_agent=f"SentinelWorkbench QGIS/{Qgis.versionInt()}",
    )


def read_open_network(url: str, *others: str) -> NetworkSettings:
    """What QGIS prescribes for a catalog and for files whose hosts only its answers will tell.

    Args:
        url: of the catalog; its proxy serves hosts nobody named before.
        others: further addresses; those QGIS reaches without a proxy are reached so.
    """
    usual = proxy_for(url)
    if usual is None:
        return read_network_settings(url, *others)
    settings = read_network_settings(url, *others)
    direct = tuple(dict.fromkeys(QUrl(other).host() for other in others if proxy_for(other) is None))
    return replace(settings, proxies={"https": usual, "http": usual, **settings.proxies}, no_proxy=direct)


def proxy_for(url: str) -> Optional[str]:
    """The proxy's URL with its percent-encoded credentials, or None for a direct connection.

    Raises:
        InvalidInput: a SOCKS or FTP proxy.
    """
    if QUrl(url).host() in LOCAL_HOSTS:
        return None
    manager = QgsNetworkAccessManager.instance()
    factory = manager.proxyFactory()
    found = factory.queryProxy(QNetworkProxyQuery(QUrl(url))) if factory else []
    proxy = found[0] if found else QNetworkProxy(QNetworkProxy.ProxyType.NoProxy)
    if proxy.type() == QNetworkProxy.ProxyType.DefaultProxy:
        proxy = manager.fallbackProxy()
    if not proxy.hostName() or proxy.type() in (
        QNetworkProxy.ProxyType.NoProxy, QNetworkProxy.ProxyType.DefaultProxy
    ):
        return None
    if proxy.type() not in _SCHEMES:
        raise InvalidInput(
            "proxy", "QGIS is set to a SOCKS or FTP proxy, which the plugin can't use.",
            "Choose an HTTP proxy under Settings > Options > Network, or exclude the service's address there.",
        )
    login = f"{quote(proxy.user(), safe='')}:{quote(proxy.password(), safe='')}@" if proxy.user() else ""
    return f"{_SCHEMES[proxy.type()]}://{login}{proxy.hostName()}:{proxy.port()}"


@lru_cache(maxsize=1)
def certificate_bundle() -> Union[bool, str]:
    """A file with the certificates QGIS trusts, removed at exit; True (the library's own) when QGIS has none."""
    pem = bytes(QgsApplication.authManager().trustedCaCertsPemText())
    if b"BEGIN CERTIFICATE" not in pem:
        return True
    with tempfile.NamedTemporaryFile(prefix="sentinel-workbench-", suffix=".pem", delete=False) as bundle:
        bundle.write(pem)
    atexit.register(Path(bundle.name).unlink, missing_ok=True)
    return bundle.name
