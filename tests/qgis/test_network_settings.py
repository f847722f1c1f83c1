"""QGIS's proxy becomes the transport's."""

from __future__ import annotations

from pathlib import Path

import pytest
from qgis.core import QgsNetworkAccessManager, QgsSettings

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.qgis.network import certificate_bundle, proxy_for, read_network_settings

SERVICE = "https://services.sentinel-hub.com/api"


@pytest.fixture()
def proxy(qgis_app):
    def set_proxy(kind="HttpProxy", **more):
        settings = QgsSettings()
        values = {"proxyEnabled": True, "proxyType": kind, "proxyHost": "proxy.test", "proxyPort": "3128", **more}
        for name, value in values.items():
            settings.setValue(f"proxy/{name}", value)
        QgsNetworkAccessManager.instance().setupDefaultProxyAndCache()

    yield set_proxy
    QgsSettings().remove("proxy")
    QgsNetworkAccessManager.instance().setupDefaultProxyAndCache()


def test_no_proxy_by_default(qgis_app):
    assert proxy_for(SERVICE) is None
    assert read_network_settings(SERVICE).proxies == {}


def test_login_is_percent_encoded_and_not_shown(proxy):
    proxy(proxyUser="me@home", proxyPassword="p:w/1")
    settings = read_network_settings(SERVICE)
    assert settings.proxies == {"https://services.sentinel-hub.com": "http://me%40home:p%3Aw%2F1@proxy.test:3128"}
    assert "p%3Aw" not in repr(settings)


def test_excluded_addresses_and_this_machine_go_direct(proxy):
    proxy(noProxyUrls=[SERVICE])
    assert proxy_for(SERVICE) is None
    assert proxy_for("https://other.test/") == "http://proxy.test:3128"
    assert proxy_for("http://127.0.0.1:8765/") is None


def test_a_socks_proxy_is_refused_in_words(proxy):
    proxy("Socks5Proxy")
    with pytest.raises(InvalidInput, match="SOCKS"):
        proxy_for(SERVICE)


def test_certificates_are_those_of_qgis(qgis_app):
    bundle = certificate_bundle()
    assert bundle is True or "BEGIN CERTIFICATE" in Path(bundle).read_text(encoding="ascii")
