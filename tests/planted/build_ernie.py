"""Build the small ERNIE of these tests: ``python build_ernie.py FOLDER HEAD``.

The network, the invented weights and the way of saving are the zoo's; only the
sizes and the vocabulary are our own. A process of its own, since it imports Paddle.
"""

import sys
from pathlib import Path

from parity.exports import paddle2onnx
from parity.model.artifact import resolve
from parity.zoo.builders import ernie
from parity.zoo.options import Options
from parity.zoo.recipe import read
from parity.zoo.shapes import Ernie

RECIPE = Path(__file__).with_name("ernie-planted.toml")
OPSET = 13  # ERNIE 3.0 deployment guide
SPECIALS = ("[PAD]", "[CLS]", "[SEP]", "[MASK]", "[UNK]")  # ids 0 to 4, as ERNIE has them


def main(folder: Path, head: str) -> None:
    recipe = read(RECIPE)
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = folder / "vocab.txt"
    vocabulary.write_text("\n".join(tokens(recipe.shape(Ernie).vocab_size)) + "\n", "utf-8")
    ernie.build(recipe, folder, Options(head=head, seed=0, files={"vocab.txt": vocabulary}))
    model = resolve(folder / "inference.json", want="paddle")
    paddle2onnx.export(model, folder / "model.onnx", opset=OPSET)


def tokens(size: int) -> list[str]:
    """Special tokens, digits and letters alone and within a word, then Chinese characters."""
    ascii_ = [chr(c) for c in range(0x21, 0x7F) if not chr(c).isupper()]
    inner = [f"##{c}" for c in ascii_ if c.isalnum()]
    listed = [*SPECIALS, *ascii_, *inner]
    return listed + [chr(0x4E00 + i) for i in range(size - len(listed))]


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
