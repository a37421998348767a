"""The page in headless Chromium: on a phone, a desk and paper, light and dark, by axe-core too."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.page.conftest import Document, rendered

pytest.importorskip("playwright.sync_api", reason="no playwright: pip install '.[dev]'")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe-core: '.[dev]'")

NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium"),
]

DOCUMENTS = ("good", "bad", "error", "cells", "models", "accuracy", "bench", "speed", "long")
SIZES = {"phone": 390, "desk": 1280}
SCHEMES = ("light", "dark")

WIDE = """() => {
  const most = document.documentElement.clientWidth;
  const seen = e => !e.closest('.scroll, pre, svg, details:not([open]) > .inside');
  return [document.documentElement.scrollWidth - most].concat(
    [...document.querySelectorAll('body *')].filter(seen)
      .filter(e => e.getBoundingClientRect().right > most + 1)
      .map(e => e.tagName + '.' + e.className));
}"""
"""By how much the page is wider than the window, and what stands out of it."""

OPEN = "document.querySelectorAll('details').forEach(d => { d.open = true; })"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        made = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture(scope="module")
def files(
    documents: Mapping[str, Document], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Path]:
    folder = tmp_path_factory.mktemp("html")
    made = {**documents, "long": long(documents["bad"])}
    for name in DOCUMENTS:
        (folder / f"{name}.html").write_text(rendered(made[name]))
    return {name: folder / f"{name}.html" for name in DOCUMENTS}


def long(made: Document) -> Document:
    """Names and sentences without a place to break them."""
    name = "a_very_long_name_without_any_space_" * 20
    answer = {"kind": "AnswerDiffers", "message": f"{name}: it differs", "text": "北京" * 200,
              "expected": ["北京 LOC [0, 1]"], "actual": [f"北京 {name} [0, 1]"], "margin": 0.5,
              "allowed": 0.25}  # fmt: skip
    minimal = {**made["minimal"], "text": ["长" * 300, name]}
    candidate = {**made["candidate"], "model": f"/{name}/model.onnx"}
    return {**made, "findings": [*made["findings"], answer], "minimal": minimal,
            "candidate": candidate, "notes": [name]}  # fmt: skip


def opened(browser: Any, file: Path, *, width: int, scheme: str, media: str = "screen") -> Any:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    page.emulate_media(media=media)
    page.goto(file.as_uri())
    return page


def broken(page: Any) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA and its best practices, landmarks among them."""
    found = axe.Axe().run(page).response["violations"]
    return [f"{v['id']}: {n['target']} {n['failureSummary']}" for v in found for n in v["nodes"]]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("size", SIZES)
def test_nothing_stands_out_and_nobody_is_left_out(
    size: str, scheme: str, browser: Any, files: Mapping[str, Path]
) -> None:
    for name, file in files.items():
        page = opened(browser, file, width=SIZES[size], scheme=scheme)
        page.evaluate(OPEN)
        assert page.evaluate(WIDE) == [0], name
        assert broken(page) == [], name
        page.context.close()


def test_what_breaks_it_is_caught(browser: Any, files: Mapping[str, Path], tmp_path: Path) -> None:
    html = files["bad"].read_text()
    spoilt = tmp_path / "spoilt.html"
    spoilt.write_text(
        html.replace("</h1>", '</h1><p style="color:#eee;width:2000px">pale and wide</p>')
        .replace("<main>", "<div>").replace("</main>", "</div>")
    )  # fmt: skip
    page = opened(browser, spoilt, width=390, scheme="light")
    assert page.evaluate(WIDE)[0] > 0
    told = " ".join(broken(page))
    assert "color-contrast" in told
    assert "landmark" in told
    page.context.close()


def test_on_paper_all_is_there(browser: Any, files: Mapping[str, Path]) -> None:
    hidden = "() => [...document.querySelectorAll('details > .inside')].filter(e => !e.innerText)"
    for name in ("bad", "cells", "long"):
        page = opened(browser, files[name], width=718, scheme="dark", media="print")  # A4
        assert page.evaluate(WIDE) == [0], name
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") in (
            "rgb(255, 255, 255)", "rgba(0, 0, 0, 0)",
        )  # fmt: skip
        assert page.evaluate(f"({hidden})().length") == 0, name
        closed = page.locator("details:not([open]) > .inside").all()
        assert all((box := one.bounding_box()) and box["height"] > 0 for one in closed)
        assert page.pdf()[:4] == b"%PDF"
        page.context.close()


def test_a_cell_opens_its_detail_and_keys_are_enough(
    browser: Any, files: Mapping[str, Path]
) -> None:
    page = opened(browser, files["cells"], width=1280, scheme="light")
    fold = page.locator("#cell-1-fold")
    assert fold.get_attribute("open") is None
    page.locator(".heat a[href='#cell-1']").focus()
    page.keyboard.press("Enter")
    assert fold.get_attribute("open") is not None
    page.locator("#cell-3-fold > summary").focus()
    page.keyboard.press("Enter")
    assert page.locator("#cell-3-fold").get_attribute("open") is not None
    page.context.close()


def test_a_browser_has_nothing_to_say(browser: Any, files: Mapping[str, Path]) -> None:
    """With the page's own policy in force: no style is refused, nothing is asked for."""
    context = browser.new_context()
    page = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    for file in files.values():
        page.goto(file.as_uri())
        assert page.locator("h1").bounding_box()["width"] > 300
    assert said == []
    assert asked == [file.as_uri() for file in files.values()]
    weight = "getComputedStyle(document.querySelector('.word')).fontWeight"
    assert page.evaluate(weight) == "700"  # the style counts
    context.close()
