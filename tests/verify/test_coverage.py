"""What was not fed is said: rows, inputs, branches; and none of it where all was."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from parity.compare.coverage import RowsNotFed
from parity.compare.findings import ValuesDiffer
from parity.compare.warned import BranchNotReached, InputNotVaried, RowsSampled
from parity.errors import InputError
from parity.inputs import Example
from parity.model.artifact import resolve
from parity.model.parts.conditions import conditions
from parity.model.spec import Indices, Signature, TensorSpec, TokenIds
from parity.model.tables import Unequal
from parity.verify.checks import Ran, tables, varied
from parity.verify.feeds.suspects import Suspects
from parity.verify.kept.fed import Fed
from parity.verify.request import Effort, Side
from parity.verify.run import verify
from tests.verify.conftest import VOCABULARY, Bench, tagger

node = helper.make_node


def ran(fed: Fed, unequal: Unequal, chosen: list[int]) -> Ran:
    """What the check on rows looks at, after a run that fed this."""
    spec = TensorSpec("ids", "int64", ("batch", "sequence"), TokenIds(unequal.rows))
    signature = Signature((spec,), ())
    suspects = Suspects(signature, (("ids", unequal, np.array(chosen)),))
    search = SimpleNamespace(found=SimpleNamespace(fed=fed))
    return cast(Ran, SimpleNamespace(signature=signature, suspects=suspects, search=search))


def fed(*ids: int) -> Fed:
    made = Fed()
    made.add(Example({"ids": np.array([ids], np.int64)}, "a feed"))
    return made


def test_rows_that_differ_and_were_not_fed_are_a_finding() -> None:
    said = tables.after(ran(fed(3, 4), Unequal(np.array([3, 7]), 50), [3, 7]))
    assert said.findings == (RowsNotFed("ids", 50, 2, 1, 7),)
    assert "1 of them fed" in said.notes[0]
    assert said.notes[1] == "ids: 2 of 50 ids fed; another --seed feeds others"


def test_rows_that_differ_and_were_fed_are_none() -> None:
    said = tables.after(ran(fed(3, 7), Unequal(np.array([3, 7]), 50), [3, 7]))
    assert (said.findings, said.warnings) == ((), ())
    assert said.notes[0].endswith("all fed")


def test_more_rows_than_can_be_fed_are_a_warning_once_the_chosen_ones_were() -> None:
    said = tables.after(ran(fed(3), Unequal(np.array([3, 7]), 50), [3]))
    assert said.findings == ()
    assert said.warnings == (RowsSampled("ids", 50, 2, 1),)


def test_ids_below_zero_and_floats_are_counted() -> None:
    held = Fed()
    held.add(Example({"ids": np.array([[-2.0, 5.0, np.nan]], np.float32)}, "a feed"))
    assert held.held("ids", np.array([-2, -1, 5, 900])).tolist() == [True, False, True, False]


def test_feeds_are_kept_as_far_as_memory_is_granted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parity.verify.kept.fed.KEPT_BYTES", 100)
    held = fed(1, 2)
    assert (len(held.feeds), held.all_kept) == (1, True)
    held.add(Example({"ids": np.zeros((1, 50), np.int64)}, "a large feed"))
    assert (len(held.feeds), held.all_kept) == (1, False)


def test_a_swap_is_found_though_only_texts_are_wanted(bench: Bench, tmp_path: Path) -> None:
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "一", "a"]
    # What no text is cut into: pieces that only go on behind others which there aren't.
    words += [f"##{'q' * i}" for i in range(1, VOCABULARY - len(words) + 1)]
    tokenizer = tmp_path / "vocab.txt"
    tokenizer.write_text("\n".join(words) + "\n", encoding="utf-8")
    broken = bench.save("broken", tagger(swapped=40))
    request = replace(bench.request(broken, effort=Effort(5)), kind="text", tokenizer=tokenizer)
    result = verify(request)
    assert ValuesDiffer in {type(f) for f in result.verdict.findings}
    assert any(note.endswith("all fed") for note in result.notes)
    assert result.minimal is not None
    assert result.minimal.example.feed["ids"].tolist() in ([[40]], [[41]])


def branching(condition: list[onnx.NodeProto], *, inner: bool = False) -> onnx.ModelProto:
    """Ids (batch, sequence) to their double; a branch by "asked" that changes nothing."""

    def branch(name: str) -> onnx.GraphProto:
        made = [node("Identity", ["doubled"], [name])]
        if inner:
            made = [
                node("Not", ["asked"], [f"{name}_asked"]),
                node("If", [f"{name}_asked"], [name], name=f"{name}_if",
                     then_branch=leaf(f"{name}_then"), else_branch=leaf(f"{name}_else")),
            ]  # fmt: skip
        return helper.make_graph(made, name, [], [value(name)])

    def leaf(name: str) -> onnx.GraphProto:
        return helper.make_graph([node("Identity", ["doubled"], [name])], name, [], [value(name)])

    def value(name: str) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, None)

    words = np.random.default_rng(0).normal(size=(VOCABULARY, 3)).astype(np.float32)
    nodes = [
        node("Gather", ["words", "ids"], ["embedded"]),
        node("Add", ["embedded", "embedded"], ["doubled"]),
        *condition,
        node("If", ["asked"], ["logits"], name="the_if",
             then_branch=branch("then"), else_branch=branch("else")),
    ]  # fmt: skip
    graph = helper.make_graph(
        nodes,
        "branching",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", "sequence"])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", "sequence", 3])],
        [
            numpy_helper.from_array(words, "words"),
            numpy_helper.from_array(np.array(0, np.int64), "zero"),
            numpy_helper.from_array(np.array(7, np.int64), "seven"),
            numpy_helper.from_array(np.array(9999, np.int64), "many"),
        ],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


LENGTH = [node("Size", ["ids"], ["size"])]
LONG = [*LENGTH, node("Greater", ["size", "seven"], ["asked"])]
ENDLESS = [*LENGTH, node("Greater", ["size", "many"], ["asked"])]


def check(bench: Bench, model: onnx.ModelProto) -> Any:
    path = bench.save("branching", model)
    model.doc_string = "the same, and not the same file"
    reference = bench.save("reference", model)
    request = replace(
        bench.request(path, effort=Effort(5)),
        reference=Side(resolve(reference), "ort"),
        max_batch=2,
    )
    result = verify(request)
    assert result.verdict.passed
    return result


def test_branches_that_feeds_went_through_are_not_mentioned(bench: Bench) -> None:
    assert check(bench, branching(LONG)).warnings == ()


def test_a_branch_that_no_feed_reached_is_a_warning(bench: Bench) -> None:
    (warning,) = check(bench, branching(ENDLESS)).warnings
    assert isinstance(warning, BranchNotReached)
    assert (warning.node, warning.branch, warning.all) == ("the_if", "then", True)
    assert warning.feeds > 50


def test_branches_inside_branches_are_owned_up_to(bench: Bench) -> None:
    result = check(bench, branching(LONG, inner=True))
    assert "branches inside branches are not looked at: 2" in result.notes


def test_a_model_without_branches_has_no_conditions(bench: Bench) -> None:
    assert conditions(bench.healthy) is None


def picking(*, through: str = "Softsign") -> onnx.ModelProto:
    """The rows of a table, and of those the one that a second input names.

    through: an operator between; of what Softsign makes nobody here knows the shape.
    """
    graph = helper.make_graph(
        [
            node("Gather", ["words", "ids"], ["embedded"]),
            node(through, ["embedded"], ["made"]),
            node("Gather", ["made", "at"], ["logits"], axis=1),
        ],
        "picking",
        [
            helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", "sequence"]),
            helper.make_tensor_value_info("at", TensorProto.INT64, [1]),
        ],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 1, 3])],
        [numpy_helper.from_array(np.eye(50, 3, dtype=np.float32), "words")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def test_an_index_into_what_may_be_of_any_size_is_asked_for(bench: Bench) -> None:
    """Nothing says how far it may go, and 0 alone would show little."""
    with pytest.raises(InputError, match=r"at: int64.*say so: --input"):
        check(bench, picking())


def test_an_index_into_the_words_goes_as_far_as_they_do(bench: Bench) -> None:
    result = check(bench, picking(through="Tanh"))
    assert result.verdict.passed, result.verdict.findings
    ids, at = result.signature.inputs
    assert ids.shape == ("batch", "sequence")
    assert at.domain == Indices("ids", 1)


@pytest.mark.parametrize(("values", "warned"), [((0, 0), True), ((0, 1), False)])
def test_an_input_that_was_the_same_in_all_feeds_is_a_warning(
    values: tuple[int, ...], warned: bool
) -> None:
    held = Fed()
    for value in values:
        held.add(Example({"at": np.array([value])}, "boundary: some"))
    found = SimpleNamespace(fed=held, tally=SimpleNamespace(examples=len(values)))
    asked = SimpleNamespace(
        signature=Signature((TensorSpec("at", "int64", (1,)),), ()),
        plan=SimpleNamespace(name="tensors"),
        search=SimpleNamespace(found=found),
    )
    said = varied.after(cast(Ran, asked))
    assert said.warnings == ((InputNotVaried("at", 0.0),) if warned else ())
