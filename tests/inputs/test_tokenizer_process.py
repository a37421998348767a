"""A tokenizer that aborts, panics, hangs or fills memory is one line; nothing of it is left."""

import gc
import json
import os
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from parity.errors import InputError
from parity.inputs import load_tokenizer
from parity.inputs.tokenizers import wordpiece
from parity.inputs.tokenizers.wordpiece import Pieces
from tests.workers.test_worker import ended, wait_until

WORDS = {w: i for i, w in enumerate(["[UNK]", "[CLS]", "[SEP]", "[PAD]", "a", "aa"])}


def written(folder: Path, **changed: Any) -> Path:
    """A tokenizer.json of WordPiece, with parts of it changed."""
    model = {
        "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
        "max_input_chars_per_word": 100, "vocab": WORDS,
    }  # fmt: skip
    whole = {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": [],
        "normalizer": None, "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": None, "decoder": None, "model": model, **changed,
    }  # fmt: skip
    path = folder / "tokenizer.json"
    path.write_text(json.dumps(whole))
    return path


def grows(steps: int, by: int) -> dict[str, Any]:
    """A normalizer that writes each a as many, over and over."""
    step = {"type": "Replace", "pattern": {"String": "a"}, "content": "a" * by}
    return {"type": "Sequence", "normalizers": [step] * steps}


def loaded(path: Path) -> Pieces:
    found = load_tokenizer(path)
    assert isinstance(found, Pieces)
    return found


def test_the_healthy_one_answers(tmp_path: Path) -> None:
    done = loaded(written(tmp_path)).encode(["a aa b", ""], 8)
    assert [row.tolist() for row in done.ids] == [[4, 5, 0], []]
    assert done.offsets == (((0, 1), (2, 4), (5, 6)), ())


@pytest.mark.skipif(sys.platform != "linux", reason="macOS knows no limit of address space")
def test_a_normalizer_that_grows_the_text_is_one_line(tmp_path: Path) -> None:
    """In this process it was an abort, of the harness."""
    tokenizer = loaded(written(tmp_path, normalizer=grows(20, 1000)))
    with pytest.raises(InputError, match=r"tokenizer\.json: the tokenizers library") as caught:
        tokenizer.encode(["a"], 8)
    assert "\n" not in str(caught.value)
    # And again: it may be asked once more, which starts it anew.
    assert [row.tolist() for row in tokenizer.encode(["[CLS]"], 3).ids]


def test_one_that_takes_for_ever_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wordpiece, "ENCODE_S", 0.5)
    tokenizer = loaded(written(tmp_path, normalizer=grows(26, 2)))
    process = process_of(tokenizer)
    with pytest.raises(InputError, match=r"no answer within 0\.5 s, and was ended"):
        tokenizer.encode(["a" * 100], 8)
    assert ended(process)


JUNK = {
    "nothing": b"null",
    "a list": b"[]",
    "deep": b"[" * 100_000,
    "deep and closed": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "no JSON": b"\x00\x01",
    "not UTF-8": b"\xff" * 100,
    "a number": b"1e400",
}


@pytest.mark.parametrize("what", JUNK)
def test_junk_is_one_line_that_names_the_file(what: str, tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_bytes(JUNK[what])
    with pytest.raises(InputError, match=r"tokenizer\.json") as caught:
        load_tokenizer(path)
    assert len(str(caught.value)) < 700


MODELS = {
    "no [UNK]": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                 "max_input_chars_per_word": 100, "vocab": {"a": 0}},
    "ids beyond": {"type": "WordLevel", "unk_token": "b", "vocab": {"b": 4294967295}},
    "unigram out of range": {"type": "Unigram", "unk_id": 7, "vocab": [["a", 0.0]]},
    "unigram without": {"type": "Unigram", "unk_id": None, "vocab": [["a", 0.0]]},
    "bpe of nothing": {"type": "BPE", "vocab": {}, "merges": ["a b"]},
}  # fmt: skip


@pytest.mark.parametrize("what", MODELS)
def test_a_model_that_makes_no_sense_is_one_line_or_works(what: str, tmp_path: Path) -> None:
    path = written(tmp_path, model=MODELS[what])
    said = ""
    try:
        loaded(path).encode(["b c", "a"], 8)
    except InputError as error:
        said = str(error)
    assert not said or str(path) in said
    assert "\n" not in said


def test_a_panic_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A panic of Rust's is no Exception: it passed every handler, and ended with code 1."""
    (tmp_path / "sitecustomize.py").write_text(
        "import tokenizers\n"
        "class PanicException(BaseException): pass\n"
        "def panic(self, *_): raise PanicException('called `Option::unwrap()` on a `None`')\n"
        "class Panics:\n"
        "    from_str = staticmethod(lambda text: panic(None))\n"
        "tokenizers.Tokenizer = Panics\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    # The child's own first import of the library, whose classes can't be changed from here.
    monkeypatch.setattr(wordpiece, "_MODULE", "panicking")
    (tmp_path / "panicking.py").write_text(
        "import sitecustomize, sys\nfrom parity.tokenizing import library\n"
        "library.main(sys.argv[1:])\n"
    )
    with pytest.raises(InputError, match=r"library fails: called `Option::unwrap\(\)` on a `None`"):
        load_tokenizer(written(tmp_path))


@pytest.mark.parametrize("name", ["tokenizer.json", "vocab.txt", "word.dic"])
def test_a_pipe_is_not_waited_for(name: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises(InputError, match=rf"{name}: is no file"):
        load_tokenizer(tmp_path / name)


def process_of(tokenizer: Pieces) -> psutil.Process:
    return psutil.Process(tokenizer.library._child.pid)


def test_one_that_is_killed_is_one_line_and_then_started_anew(tmp_path: Path) -> None:
    tokenizer = loaded(written(tmp_path))
    process_of(tokenizer).kill()
    with pytest.raises(InputError, match="the tokenizers library was killed by SIGKILL"):
        tokenizer.encode(["a"], 8)
    assert tokenizer.encode(["a"], 8).ids[0].tolist() == [4]


def test_an_interruption_leaves_no_half_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokenizer = loaded(written(tmp_path))
    process = process_of(tokenizer)
    channel = tokenizer.library._channel
    assert channel is not None
    with monkeypatch.context() as patched:

        def interrupted(_: float) -> None:
            raise KeyboardInterrupt

        patched.setattr(channel, "receive", interrupted)
        with pytest.raises(KeyboardInterrupt):
            tokenizer.encode(["a"], 8)
    assert ended(process)
    assert tokenizer.encode(["aa"], 8).ids[0].tolist() == [5]


def test_it_is_read_once_while_its_file_is_unchanged(tmp_path: Path) -> None:
    path = written(tmp_path)
    first = loaded(path)
    assert loaded(path) is first
    written(tmp_path, added_tokens=[])
    path.write_text(path.read_text().replace('"aa"', '"ab"'))
    assert loaded(path).encode(["ab"], 8).ids[0].tolist() == [5]


def test_nothing_is_left_of_one_that_nobody_has(tmp_path: Path) -> None:
    tokenizer = loaded(written(tmp_path))
    process = process_of(tokenizer)
    assert not ended(process)
    wordpiece._kept.cache_clear()
    del tokenizer
    gc.collect()
    wait_until(lambda: ended(process), timeout_s=5.0)
