"""A page as HTML. The only file that knows any; every text goes through one escaping."""

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from parity.page.blocks import Page
from parity.page.texts import short
from parity.report.marks import HTML
from parity.shown import shown

if TYPE_CHECKING:
    from jinja2 import Environment

_POLICY = (
    "default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; "
    "form-action 'none'"
)
"""Nothing is fetched, nothing runs, and no style counts but the page's own."""


def html(page: Page) -> str:
    """The page, as one file."""
    environment = _environment()
    style = _text("style.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    made = environment.get_template("page.html").render(
        page=page, head=_markup(HTML), style=_markup(style), policy=_POLICY.format(digest=digest)
    )
    return made.rstrip() + "\n"


def foreign(value: object) -> object:
    """A text as it may be shown, before it is escaped; our own markup as it is.

    Long ones lose their middle first: a name can have a megabyte.
    """
    if hasattr(value, "__html__"):
        return value
    if isinstance(value, float):
        return f"{value:.6g}"
    return shown(short(str(value)))


@cache
def _environment() -> "Environment":
    # Late: who wants no page doesn't wait for a template language.
    from jinja2 import DictLoader, Environment, StrictUndefined

    names = ("page.html", "blocks.html")
    return Environment(
        loader=DictLoader({name: _text(name) for name in names}),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=foreign,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _text(name: str) -> str:
    return (files("parity.page") / "templates" / name).read_text("utf-8")


def _markup(text: str) -> Any:
    """A text of ours that is HTML, or CSS, already."""
    from markupsafe import Markup

    return Markup(text)  # noqa: S704
