"""The site is built without a warning, has every page, and the signatures from the docstrings."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, PAGES, ROOT

HAS = all(importlib.util.find_spec(name) for name in ("sphinx", "myst_parser", "furo"))


@pytest.mark.slow
@pytest.mark.skipif(not HAS, reason="the extra docs isn't installed")
def test_the_site_is_built(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-d", tmp_path / "kept",
         "-c", DOCS, ROOT, tmp_path / "site"],
        cwd=ROOT, text=True, check=False, timeout=300, capture_output=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    for page in PAGES:
        made = tmp_path / "site" / page.relative_to(ROOT).with_suffix(".html")
        assert made.is_file(), page
    signatures = (tmp_path / "site" / "docs" / "reference.html").read_text("utf-8")
    for known in ("max_examples", "boundary feeds and generated ones", "to_json"):
        assert known in signatures
    contents = (tmp_path / "site" / "README.html").read_text("utf-8")
    assert 'href="docs/tutorial.html"' in contents
