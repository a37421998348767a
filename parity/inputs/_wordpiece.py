"""WordPiece and other tokenizers that the tokenizers library runs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import AddedToken, Regex, decoders, normalizers, pre_tokenizers, processors
from tokenizers import Tokenizer as Backend
from tokenizers.models import WordPiece

from parity.errors import InputError
from parity.inputs._tokenizer import Encoded, read_text

_LONGEST_WORD = 100  # characters; longer words are [UNK]. PaddleNLP's WordpieceTokenizer.
_UNKNOWN = "[UNK]"
_PADS = ("[PAD]", "<pad>")


@dataclass(frozen=True)
class Pieces:
    """A tokenizer of the tokenizers library, seen as a `Tokenizer`."""

    name: str
    backend: Backend
    pad: int | None
    specials: tuple[int, ...]
    size: int
    shortest: int
    tokens: tuple[str, ...]

    def encode(self, texts: Sequence[str], max_length: int) -> Encoded:
        if max_length < self.shortest:
            raise InputError(
                f"{self.name}: an empty text has {self.shortest} tokens, "
                f"but the model takes {max_length}"
            )
        self.backend.enable_truncation(max_length)
        done = self.backend.encode_batch(list(texts))
        return Encoded(
            tuple(np.array(e.ids, dtype=np.int64) for e in done),
            tuple(np.array(e.type_ids, dtype=np.int64) for e in done),
            tuple(tuple((int(a), int(b)) for a, b in e.offsets) for e in done),
        )


def load_json(path: Path) -> Pieces:
    """Read a ``tokenizer.json``."""
    text = read_text(path)
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"{path}: not JSON, line {error.lineno}: {error.msg}") from error
    try:
        backend = Backend.from_str(text)
    except Exception as error:  # the library raises bare Exception
        raise InputError(f"{path}: not a tokenizer: {error}") from error
    return _pieces(f"json tokenizer {path.name}", path, backend)


def load_vocabulary(path: Path, *, split_symbols: bool) -> Pieces:
    """Read a vocabulary with one token a line, whose line number is its id.

    The pipeline is PaddleNLP's: clean, split CJK characters, strip accents,
    lowercase, split at white space and punctuation, and for ERNIE at symbols
    (Unicode S*) too, then WordPiece between [CLS] and [SEP].
    """
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
    lower = _lowercase(path.with_name("tokenizer_config.json"))
    backend = Backend(
        WordPiece(vocabulary, unk_token=_UNKNOWN, max_input_chars_per_word=_LONGEST_WORD)
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
    # No added tokens: a user who types "[SEP]" gets punctuation and letters in PaddleNLP.
    style = "ernie" if split_symbols else "bert"
    named = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
    specials = tuple(sorted(vocabulary[t] for t in named if t in vocabulary))
    return _pieces(f"{style} tokenizer {path.name}", path, backend, specials)


def _pieces(
    name: str, path: Path, backend: Backend, specials: tuple[int, ...] | None = None
) -> Pieces:
    vocabulary = backend.get_vocab(with_added_tokens=True)
    if not vocabulary:
        raise InputError(f"{path}: the vocabulary is empty")
    pad = backend.padding["pad_id"] if backend.padding else None
    if pad is None:
        pad = next((vocabulary[t] for t in _PADS if t in vocabulary), None)
    backend.no_padding()
    backend.no_truncation()
    if specials is None:
        added: dict[int, AddedToken] = backend.get_added_tokens_decoder()
        specials = tuple(sorted(i for i, token in added.items() if token.special))
    hidden = set(specials)
    tokens = tuple(
        text
        for i, token in sorted((i, t) for t, i in vocabulary.items())
        if i not in hidden and (text := token.removeprefix("##"))
    )
    return Pieces(
        name=name,
        backend=backend,
        pad=pad,
        specials=specials,
        size=max(vocabulary.values()) + 1,
        shortest=backend.num_special_tokens_to_add(is_pair=False),
        tokens=tokens,
    )


def _lowercase(path: Path) -> bool:
    """What ``do_lower_case`` says in the configuration beside a vocabulary; True if nothing."""
    if not path.is_file():
        return True
    try:
        config = json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise InputError(f"{path}: not JSON, line {error.lineno}: {error.msg}") from error
    lower = config.get("do_lower_case", True) if isinstance(config, dict) else None
    if not isinstance(lower, bool):
        raise InputError(f'{path}: "do_lower_case" must be true or false')
    return lower
