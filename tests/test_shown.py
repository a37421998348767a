"""Foreign text: nothing in it acts on a terminal, a log, a shell or a page."""

import json
import re
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.shown import apart, command, json_text, markdown, quoted, shortened, shown

HOSTILE = (
    "\x1b[2J\x1b]0;t\x07", "\x9b31m", "a\x00b", "a\nparity: all fine", "a\rparity: all fine",
    "a\u2028b\u2029c\x85d\x0be\x0cf", "\u202eevil\u202c", "\u2066x\u2069", "\u200b\u200d\ufeff",
    "a\u00adb\u3164\ufe0f\U000e0041", "\udcff\udc80", "\ud800", "\x7f",
    "::error::x", "  ##[error]x",
)  # fmt: skip
ORDINARY = (
    "北京的涮肉",
    "東京　タワー",
    "Ünïcödé",
    "مرحبا",
    "हिन्दी",
    "한국어",
    "a b_c-d/e.f[0]",
    "😀",
)

ACTS = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_acts_is_left(text: str) -> None:
    for safe in (shown(text), quoted(text), markdown(text)):
        assert not ACTS.search(safe)
        assert not re.match(r"\s*(::|##\[)", safe)
        assert safe != text


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert shown(text) == text
    assert json_text(json.dumps(text, ensure_ascii=False)) == json.dumps(text, ensure_ascii=False)


@given(st.text(st.characters(codec=None, exclude_categories=[])))
def test_any_text_is_one_line_and_the_same_json(text: str) -> None:
    assert len(shown(text).splitlines()) <= 1
    assert not ACTS.search(shown(text))
    shown(text).encode()
    safe = json_text(json.dumps(text, ensure_ascii=False))
    safe.encode()
    assert json.loads(safe) == json.loads(json.dumps(text, ensure_ascii=False))
    assert not ACTS.search(safe)


def test_bytes_that_are_no_utf8_are_shown_as_bytes() -> None:
    assert shown(b"m\xff.onnx".decode(errors="surrogateescape")) == r"m\xff.onnx"


def test_no_two_names_look_alike_when_cut() -> None:
    names = [f"encoder.layers.{i}.{'x' * 60}.{j}.weight" for i in range(3) for j in range(4)]
    cut = apart(names, 24)
    assert len(set(cut.values())) == len(names)
    assert max(map(len, cut.values())) <= 48
    assert max(map(len, apart(["a" * 99, "b" * 99], 24).values())) == 24
    assert apart(["a\x1b", "a\\x1b"], 24) == {"a\x1b": "a\\x1b", "a\\x1b": "a\\x1b (2)"}
    assert shortened("0123456789", 5) == "01…89"


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("a|b", r"a\|b"), ("`rm`", r"\`rm\`"), ("<img src=x>", "&lt;img src=x>"),
        ("a\nb", r"a\\nb"),
        ("[x](http://y)", r"[x\](http://y)"), ("lac[opset13-fp32]", "lac[opset13-fp32]"),
        ("\\|", r"\\\|"),
    ],
)  # fmt: skip
def test_markdown_holds_no_markup_of_others(text: str, made: str) -> None:
    assert markdown(text) == made


@pytest.mark.parametrize(
    "word", ["a b", "$(id)", "[/b]", "it's", "x\ny", "\x1b[31m'\\", "q\udcffx", "\u202e1", "", "é"]
)
def test_a_word_of_a_command_is_one_word_for_the_shell(word: str) -> None:
    line = command(["printf", "%s", word])
    assert not ACTS.search(line)
    done = subprocess.run(["bash", "-c", line], capture_output=True, check=True)
    assert done.stdout == word.encode(errors="surrogateescape")
