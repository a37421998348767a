"""The process that holds the tokenizers library: it aborts, panics, hangs and fills memory.

A normalizer in a ``tokenizer.json`` may grow a text a thousandfold at each step, and
a post-processor may be nonsense: foreign code over foreign data. Asked by
:mod:`parity.inputs.tokenizers.wordpiece` over a socket; answers are JSON.
"""

import json
import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tokenizers import Regex, decoders, normalizers, pre_tokenizers, processors
from tokenizers import Tokenizer as Backend
from tokenizers.models import WordPiece

from parity.errors import InputError
from parity.processes.channel import Channel, Message
from parity.tokenizing.pairs import windows
from parity.tokenizing.read import read_text

_LONGEST_WORD = 100  # characters; longer words are [UNK]. PaddleNLP's WordpieceTokenizer.
_UNKNOWN = "[UNK]"
_PADS = ("[PAD]", "<pad>")


def main(arguments: list[str]) -> None:
    channel = Channel(socket.socket(fileno=int(arguments[0])))
    backend: Backend | None = None
    while (asked := channel.receive()) is not None:
        try:
            if backend is None:
                backend, answer = _load(Path(asked["path"]), asked["style"])
            else:
                answer = _answer(backend, asked)
        except InputError as error:
            answer = {"wrong": str(error)}
        except BaseException as error:  # a panic of Rust's is no Exception
            answer = {"raised": " ".join(str(error).split())[:500] or type(error).__name__}
        channel.send(answer)


def _answer(backend: Backend, asked: Message) -> Message:
    if "pairs" in asked:
        return windows(backend, asked["pairs"], asked["longest"], asked["stride"])
    return _encode(backend, asked["texts"], asked["longest"])


def _load(path: Path, style: str) -> tuple[Backend, Message]:
    if style == "json":
        backend = of_json(path)
        return backend, _described(path, backend)
    vocabulary = _vocabulary(path)
    backend = _of_vocabulary(path, vocabulary, split_symbols=style == "ernie")
    # No added tokens: a user who types "[SEP]" gets punctuation and letters in PaddleNLP.
    named = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
    specials = sorted(vocabulary[t] for t in named if t in vocabulary)
    return backend, _described(path, backend, specials)


def _encode(backend: Backend, texts: list[str], longest: int) -> Message:
    backend.enable_truncation(longest)
    done = backend.encode_batch(texts)
    return {"rows": [[e.ids, e.type_ids, e.offsets] for e in done]}


def of_json(path: Path) -> Backend:
    """A ``tokenizer.json``. Raises InputError."""
    text = read_text(path)
    _json(path, text)
    try:
        return Backend.from_str(text)
    except Exception as error:  # the library raises bare Exception
        raise InputError(f"{path}: not a tokenizer: {error}") from error


def of_vocabulary(path: Path, *, symbols: bool) -> Backend:
    """A ``vocab.txt`` by PaddleNLP's pipeline. symbols: as ERNIE splits them. Raises InputError."""
    return _of_vocabulary(path, _vocabulary(path), split_symbols=symbols)


def _vocabulary(path: Path) -> dict[str, int]:
    """A vocabulary with one token a line, whose line number is its id."""
    lines = read_text(path).split("\n")
    if lines and not lines[-1]:
        lines.pop()
    vocabulary = {line.rstrip("\r"): i for i, line in enumerate(lines)}
    if not any(vocabulary):
        raise InputError(f"{path}: the vocabulary is empty")
    missing = [t for t in ("[UNK]", "[CLS]", "[SEP]") if t not in vocabulary]
    if missing:
        raise InputError(
            f"{path}: {', '.join(missing)} not among its {len(vocabulary)} tokens; "
            "is this a WordPiece vocabulary?"
        )
    return vocabulary


def _of_vocabulary(path: Path, vocabulary: Mapping[str, int], *, split_symbols: bool) -> Backend:
    """PaddleNLP's pipeline: clean, split CJK characters, strip accents, lowercase, split.

    Split at white space and punctuation, and for ERNIE at symbols (Unicode S*) too, then
    WordPiece between [CLS] and [SEP].
    """
    lower = _lowercase(path.with_name("tokenizer_config.json"))
    backend = Backend(
        WordPiece(dict(vocabulary), unk_token=_UNKNOWN, max_input_chars_per_word=_LONGEST_WORD)
    )
    backend.normalizer = normalizers.BertNormalizer(
        clean_text=True, handle_chinese_chars=True, strip_accents=lower, lowercase=lower
    )
    steps: list[pre_tokenizers.PreTokenizer] = [pre_tokenizers.BertPreTokenizer()]
    if split_symbols:
        steps.append(pre_tokenizers.Split(Regex(r"\p{S}"), "isolated"))
    backend.pre_tokenizer = pre_tokenizers.Sequence(steps)
    backend.post_processor = processors.BertProcessing(
        ("[SEP]", vocabulary["[SEP]"]), ("[CLS]", vocabulary["[CLS]"])
    )
    backend.decoder = decoders.WordPiece()
    return backend


def _described(path: Path, backend: Backend, specials: list[int] | None = None) -> Message:
    vocabulary = backend.get_vocab(with_added_tokens=True)
    if not vocabulary:
        raise InputError(f"{path}: the vocabulary is empty")
    pad = backend.padding["pad_id"] if backend.padding else None
    if pad is None:
        pad = next((vocabulary[t] for t in _PADS if t in vocabulary), None)
    backend.no_padding()
    backend.no_truncation()
    if specials is None:
        added = backend.get_added_tokens_decoder()
        specials = sorted(i for i, token in added.items() if token.special)
    hidden = set(specials)
    tokens = [
        text
        for i, token in sorted((i, t) for t, i in vocabulary.items())
        if i not in hidden and (text := token.removeprefix("##"))
    ]
    return {
        "pad": pad,
        "specials": specials,
        "size": max(vocabulary.values()) + 1,
        "shortest": backend.num_special_tokens_to_add(is_pair=False),
        "shortest_pair": backend.num_special_tokens_to_add(is_pair=True),
        "tokens": tokens,
    }


def _lowercase(path: Path) -> bool:
    """What ``do_lower_case`` says in the configuration beside a vocabulary; True if nothing."""
    if not path.is_file():
        return True
    config = _json(path, read_text(path))
    lower = config.get("do_lower_case", True) if isinstance(config, dict) else None
    if not isinstance(lower, bool):
        raise InputError(f'{path}: "do_lower_case" must be true or false')
    return lower


def _json(path: Path, text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"{path}: not JSON, line {error.lineno}: {error.msg}") from error
    except RecursionError as error:
        raise InputError(f"{path}: JSON nested too deep to be a tokenizer's") from error


if __name__ == "__main__":
    main(sys.argv[1:])
    os._exit(0)
