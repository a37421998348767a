"""Every command that a page names is one, and every command and option is on a page."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, all_text, fences, prose
from tests.docs.verbs import ANYWHERE, of_pytest, options, verbs

VERBS = verbs()

_CALL = re.compile(
    r"(?:^|&&|\||;|\$\(|^\$)\s*(?:\S*/)?(?P<program>parity|pytest) (?P<rest>[^\n&|;#)]*)",
    re.MULTILINE,
)


def calls(page: Path) -> Iterator[tuple[str, str]]:
    """Program and words of each call in fences, and in code inside sentences."""
    texts = [
        f.text.replace("\\\n", " ") for f in fences(page) if f.language in ("sh", "bash", "console")
    ]
    texts += [" ".join(code.split()) for code in re.findall(r"`([^`]+)`", prose(page))]
    for text in texts:
        for found in _CALL.finditer(re.sub(r"(?m)^\$ ", "", text)):
            yield found["program"], found["rest"]


def wrong(words: list[str]) -> str | None:
    """What isn't known of the words after ``parity``; None if all is."""
    if words[0].startswith("-"):
        return None if words[0] in {*ANYWHERE, "--version"} else words[0]
    name = " ".join(words[:2]) if " ".join(words[:2]) in VERBS else words[0]
    if name not in VERBS:
        return name
    known = options(VERBS[name]) | ANYWHERE
    said = (w.partition("=")[0] for w in words if re.match(r"--?[a-z]", w))
    return next((option for option in said if option not in known), None)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_what_is_called_is_there(page: Path) -> None:
    for program, rest in calls(page):
        if program == "parity":
            words = shlex.split(rest.replace("[", "").replace("]", "").replace("'", '"'))
            assert wrong(words) is None, f"parity {rest}"


def test_what_is_not_there_is_seen() -> None:
    assert wrong(["chekc", "m.onnx"]) == "chekc"
    assert wrong(["check", "m.onnx", "--strickt"]) == "--strickt"
    assert wrong(["zoo", "build", "lac", "--strict"]) == "--strict"
    assert wrong(["zoo", "build", "lac", "--out=x"]) is None


def test_options_of_pytest_are_there() -> None:
    known = of_pytest()
    assert "--parity-opset" in known
    said = {
        option
        for page in PAGES
        for program, rest in calls(page)
        if program == "pytest"
        for option in re.findall(r"(?<!\S)--?[a-z][\w-]*", rest)
    }
    assert "--parity-case" in said
    assert said - known == set()


def test_every_command_and_option_is_on_a_page() -> None:
    text = all_text()
    missing = [name for name in VERBS if f"parity {name}" not in text]
    missing += [f"check {option}" for option in options(VERBS["check"]) if not _named(option, text)]
    missing += [
        f"pytest {o}" for o in of_pytest() if o.startswith("--parity-") and not _named(o, text)
    ]
    assert missing == []
    assert not _named("--strickt", text)


def _named(option: str, text: str) -> bool:
    """Whether it stands in code, as a whole word."""
    return re.search(rf"`[^`\n]*{option}(?![\w-])[^`\n]*`", text) is not None
