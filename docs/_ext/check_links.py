"""Check the links between the pages of the built site: files and anchors.

Sphinx checks the references of its sources. This extension checks the links in the HTML, including
those of the theme and of other extensions. It runs at the end of each build, and reports a dead
link as a warning.
"""

from __future__ import annotations

from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit


class _Page(HTMLParser):
    """Collects the anchors of a page and the links on it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if not value:
                continue
            if name == "id" or (tag == "a" and name == "name"):
                self.anchors.add(value)
            elif name in ("href", "src"):
                self.links.add(value)
            elif name == "srcset":
                self.links.update(part.split()[0] for part in value.split(",") if part.split())


def dead_links(folder: Path, pages: Iterable[Path]) -> list[str]:
    """Return the dead links on `pages`, as ``page: link``: no file in `folder`, or no anchor."""
    folder = folder.resolve()
    read: dict[Path, _Page] = {}

    def page(path: Path) -> _Page:
        if path not in read:
            read[path] = _Page(path.read_text("utf-8"))
        return read[path]

    dead = []
    for path in sorted(item.resolve() for item in pages):
        for link in sorted(page(path).links):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchor = unquote(parts.fragment)
            found = target.is_relative_to(folder) and target.is_file()
            if found and anchor and target.suffix == ".html":
                found = anchor in page(target).anchors
            if not found:
                dead.append(f"{path.relative_to(folder).as_posix()}: {link}")
    return dead


def check_site(app: Any, error: Exception | None) -> None:
    """Warn about each dead link of the site that was built."""
    if error is not None or app.builder.name != "html":
        return
    from sphinx.util import logging

    names = [*app.env.found_docs, "genindex", "search", "py-modindex"]
    pages = [Path(app.outdir) / f"{name}.html" for name in names]
    for link in dead_links(Path(app.outdir), [page for page in pages if page.is_file()]):
        logging.getLogger(__name__).warning("dead link in %s", link)


def setup(app: Any) -> dict[str, Any]:
    app.connect("build-finished", check_site)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
