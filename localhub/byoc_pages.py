"""Pages of long lists: view tokens, which hold the whole question and where its page begins, and links."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field, replace
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple, Union
from urllib.parse import urlencode

from sentinel_workbench.localhub.answers import JSON_TYPE, Answer, bad_payload
from sentinel_workbench.localhub.byoc_records import compact

MAX_COUNT = 100
Key = Union[int, str]


@dataclass(frozen=True)
class View:
    """A question for a list, and a place in it.

    Attributes:
        filters: parameters as sent, ``sort`` included.
        count: at most so many on a page.
        edge: the page holds what comes after this key, or before it; None at the beginning.
        backwards: the page ends before ``edge``.
    """

    filters: Mapping[str, str] = field(default_factory=dict)
    count: int = MAX_COUNT
    edge: Optional[Key] = None
    backwards: bool = False

    def token(self) -> str:
        """The view as a client may send it back."""
        text = compact([dict(self.filters), self.count, self.edge, int(self.backwards)])
        return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def read_view(query: Mapping[str, str], names: Sequence[str]) -> View:
    """The view of a request: that of its ``viewtoken``, else its parameters.

    Args:
        query: of the request.
        names: parameters that filter or sort.

    Raises:
        HubError: 400, naming the parameter.
    """
    given = {name: query[name] for name in names if query.get(name)}
    view = _read_token(query["viewtoken"], names) if query.get("viewtoken") else View(given)
    changed = sorted(name for name in given if view.filters.get(name) != given[name])
    if changed:
        raise bad_payload(f"`viewtoken` belongs to a query with another `{changed[0]}`.", "viewtoken")
    return replace(view, count=_read_count(query["count"])) if query.get("count") else view


def page_answer(address: str, view: View, rows: Sequence[Tuple[Key, str]], more: bool) -> Answer:
    """A page as JSON.

    Args:
        address: URL of the list, without query.
        view: of the page.
        rows: key and JSON of each item, in the order of the list.
        more: whether there are items beyond, in the direction of the view.
    """
    links: Dict[str, str] = {"@id": _url(address, view), "currentToken": view.token()}
    if rows and (more or view.backwards):
        _link(links, address, "next", replace(view, edge=rows[-1][0], backwards=False))
    if rows and (more if view.backwards else view.edge is not None):
        _link(links, address, "previous", replace(view, edge=rows[0][0], backwards=True))
    items = ",".join(item for _, item in rows)
    return Answer(200, JSON_TYPE, f'{{"data":[{items}],"links":{compact(links)}}}'.encode())


def _link(links: Dict[str, str], address: str, name: str, view: View) -> None:
    links[name] = _url(address, view)
    links[f"{name}Token"] = view.token()


def _url(address: str, view: View) -> str:
    parameters = {**view.filters, "count": str(view.count)}
    if view.edge is not None:
        parameters["viewtoken"] = view.token()
    return f"{address}?{urlencode(parameters)}"


def _read_token(token: str, names: Sequence[str]) -> View:
    try:
        fields = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        filters, count, edge, backwards = fields
        view = View(dict(filters), count, edge, bool(backwards))
    except (ValueError, TypeError, RecursionError) as error:
        raise _bad_token() from error
    if not _is_whole(view, names):
        raise _bad_token()
    return view


def _is_whole(view: View, names: Sequence[str]) -> bool:
    texts: List[Any] = [*view.filters, *view.filters.values(), view.edge if isinstance(view.edge, str) else ""]
    return (
        all(isinstance(text, str) and text.isprintable() for text in texts)
        and set(view.filters) <= set(names)
        and type(view.count) is int and 1 <= view.count <= MAX_COUNT
        and (view.edge is None or isinstance(view.edge, str) or (type(view.edge) is int and abs(view.edge) < 2**63))
    )


def _bad_token() -> Exception:
    return bad_payload("`viewtoken` is not one this service has given.", "viewtoken")


def _read_count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= MAX_COUNT):
        raise bad_payload(f"`count` must be a whole number between 1 and {MAX_COUNT}.", "count")
    return int(text)
