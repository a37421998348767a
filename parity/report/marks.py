"""By what parity knows its own files again."""

import re

from parity.version import __version__

MADE_BY = f"parity {__version__}"
"""Key ``made_by``, the second of every JSON document that parity writes."""

MARKDOWN = f"<!-- made by {MADE_BY} -->\n"
"""First line of its Markdown; no reader of the page sees it."""

HTML = f"<!-- made by {MADE_BY} -->\n"
"""Second line of its pages."""

HEADS = {
    # Reports from before there was "made_by" go on with the verdict.
    "json": re.compile(rb'\s*\{\s*"schema":\s*\d+,\s*"(made_by":\s*"parity |verdict":)'),
    "markdown": re.compile(rb"<!-- made by parity "),
    "html": re.compile(rb"<!doctype html>\n<!-- made by parity "),
}
"""How a file of a kind begins."""
