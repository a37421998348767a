"""The site of these pages: ``sphinx-build -W -c docs . OUT``, with the extra ``docs``.

Pages are Markdown that GitHub shows as well, so that links hold in both; what is below one of them
is taken from the links of docs/index.md. The reference is made of parity's docstrings.
"""

import inspect
import re
from typing import Any

from sphinx.application import Sphinx

from parity.version import __version__

project = "parity"
author = "the authors of parity"
project_copyright = "the authors of parity, Apache-2.0"
release = version = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinxcontrib.mermaid"]
include_patterns = ["README.md", "CHANGELOG.md", "docs/**.md", "parity/zoo/weights/*/CARD.md"]
root_doc = "README"
myst_heading_anchors = 3
myst_fence_as_directive = ["mermaid"]
suppress_warnings = ["toc.not_included"]  # tests/docs holds every page to be in the index

default_role = "code"
smartquotes = False
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_member_order = "bysource"
add_module_names = False

html_theme = "furo"
html_title = f"parity {release}"
html_extra_path = ["site"]
html_copy_source = False


def setup(app: Sphinx) -> None:
    app.connect("source-read", _contents)
    app.connect("autodoc-process-docstring", _fields)


def _contents(app: Sphinx, page: str, source: list[str]) -> None:
    """Below the README the index, and below that what it links."""
    if page == "README":
        source[0] += _tree(["docs/index"])
    elif page == "docs/index":
        source[0] += _tree(re.findall(r"\]\((\w+)\.md\)", source[0]))


def _tree(pages: list[str]) -> str:
    return "\n```{toctree}\n:hidden:\n\n" + "\n".join(pages) + "\n```\n"


def _fields(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """What a docstring says of a parameter, "name: text", as an entry of a list."""
    if what not in ("function", "method", "class"):
        return
    known = set(inspect.signature(thing).parameters)
    made: list[str] = []
    inside = False
    for line in lines:
        said = re.match(r"(\w+(?:, \w+)*): (?=\S)", line)
        if said and known >= set(said[1].split(", ")):
            made += ([] if inside else [""]) + [f":param {said[1]}: {line[said.end() :]}"]
            inside = True
        elif inside and line.strip() and not line.startswith(" "):
            made += ["", line]
            inside = False
        else:
            made.append(line)
            inside = inside and bool(line.strip())
    lines[:] = made
