"""A catalog on 127.0.0.1 whose files want signatures, and the service that gives them."""

from __future__ import annotations

import datetime as dt
import functools
import json
from dataclasses import replace
from urllib.parse import parse_qs

from stac_server import StacServer

from sentinel_workbench.core.stac import catalogs, origin, signing


class SigningCatalog(StacServer):
    """A catalog whose files want a signature that lives for so many seconds; told as the Planetary Computer does."""

    life_s = 3600.0
    accepted = ""
    given = 0
    refused_signatures = 0

    def answer(self, method, path, query, headers, body):
        if not path.startswith("/sas/"):
            return super().answer(method, path, query, headers, body)
        self.given += 1
        self.accepted = f"sig={self.given}-secret"
        expires = dt.datetime.now(dt.timezone.utc) + dt.timedelta(seconds=self.life_s)
        told = {"msft:expiry": f"{expires:%Y-%m-%dT%H:%M:%SZ}", "token": f"se=1&{self.accepted}"}
        if "href" in parse_qs(query):  # GDAL asks so
            told["href"] = f"{parse_qs(query)['href'][0]}?{told.pop('token')}"
        content = json.dumps(told).encode()
        return 200, {"Content-Type": "application/json"}, content

    def signed_answer(self, path, query, first, last):
        if not self.accepted or self.accepted not in query:
            self.refused_signatures += 1
            return 403, {"Content-Type": "application/xml"}, b"<Error><Code>AuthenticationFailed</Code></Error>"
        return self.file_answer(path, first, last)


def take_for_planetary(server, monkeypatch):
    """Until the end of the test ``server`` is the Planetary Computer, and no other catalog is known."""
    host = server.base.partition("//")[2]
    monkeypatch.setattr(signing, "PlanetaryAccess", functools.partial(signing.PlanetaryAccess, blob_host=host))
    known = catalogs.known_catalogs()["planetary-computer"]
    ours = {known.key: replace(known, url=server.root, sign_url=f"{server.base}/sas/v1/token")}
    for module in (catalogs, origin):
        monkeypatch.setattr(module, "known_catalogs", lambda: ours)
