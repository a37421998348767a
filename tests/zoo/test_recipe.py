"""Recipes are data, and read closed."""

from pathlib import Path

import pytest

from parity.errors import ZooError
from parity.zoo import catalog, list_recipes
from parity.zoo.recipe import read
from parity.zoo.shapes import Bert, Ernie, Lac, Published, Vision

GOOD = """
summary = "s"
licence = "l"
builder = "ernie"
[config]
layers = 1
hidden_size = 8
heads = 2
ffn_size = 16
[heads]
default = "seq_cls"
seq_cls = ["a", "b"]
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(text, "utf-8")
    return path


def test_every_recipe_reads_and_has_whole_sizes() -> None:
    shapes = {
        "ernie": Ernie,
        "lac": Lac,
        "bert": Bert,
        "published": Published,
        "vision": Vision,
    }
    recipes = list_recipes()
    assert {"lac", "minilm", "ernie-3.0-nano", "ernie-tiny-ner"} <= {r.name for r in recipes}
    for recipe in recipes:
        recipe.shape(shapes[recipe.builder])


def test_recipes_that_share_a_package_pin_the_same_archive() -> None:
    pinned = {(s.package, s.version, s.sha256) for r in list_recipes() for s in r.sources}
    assert len({(package, version) for package, version, _ in pinned}) == len(pinned)


def test_what_a_recipe_says_of_its_weights_and_its_file() -> None:
    def of(name: str) -> tuple[bool, bool]:
        recipe = catalog.find(name)
        return recipe.seeded, recipe.published

    assert of("ernie-3.0-nano") == of("resnet18") == (True, False)
    assert of("lac") == of("minilm") == of("ernie-tiny-ner") == (False, False)
    assert of("ppocr-v4-det") == of("ppocr-v4-rec") == of("ppocr-v2-cls") == (False, True)


def test_sizes_are_those_that_paddlenlp_publishes() -> None:
    sizes = {
        name: catalog.find(f"ernie-3.0-{name}").shape(Ernie)
        for name in ("nano", "micro", "mini", "medium", "base", "xbase")
    }
    assert {
        n: (s.layers, s.hidden_size, s.heads, s.ffn_size, s.task_type_vocab_size)
        for n, s in sizes.items()
    } == {
        "nano": (4, 312, 12, 1248, 16),
        "micro": (4, 384, 12, 1536, 16),
        "mini": (6, 384, 12, 1536, 16),
        "medium": (6, 768, 12, 3072, 16),
        "base": (12, 768, 12, 3072, 3),
        "xbase": (20, 1024, 16, 4096, 16),
    }
    assert {(s.vocab_size, s.max_positions, s.type_vocab_size) for s in sizes.values()} == {
        (40000, 2048, 4)
    }


def test_an_unknown_model_names_the_nearest() -> None:
    with pytest.raises(
        ZooError, match=r'no model "ernie-3\.0-nan"; did you mean "ernie-3\.0-nano"'
    ):
        catalog.find("ernie-3.0-nan")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("summary", "sumary"), r':\d+: "summary" is missing; is "sumary" meant to be it'),
        (("layers", "layer"), r'no key "layer"; did you mean "layers"'),
        (("ffn_size = 16", ""), "ffn_size"),
        (('summary = "s"', "summary = 3"), '"summary" must be a string, not 3'),
        (('licence = "l"', ""), '"licence" is missing'),
        (('"seq_cls"\n', '"qa"\n'), "default must be one of seq_cls"),
        (("seq_cls = [", "seqcls = ["), 'no key "seqcls"'),
        (("[config]", "[config"), r"\.toml: not TOML"),
        (("[heads]", "[[sources]]\npackage = 'p'\n[heads]"), '"version" is missing'),
    ],
)
def test_a_wrong_recipe_says_what_is_wrong(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    assert read(written(tmp_path, GOOD)).shape(Ernie).layers == 1
    with pytest.raises(ZooError, match=said):
        read(written(tmp_path, GOOD.replace(*change))).shape(Ernie)
