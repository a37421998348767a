"""A case says what is meant, or is an error with its file, line, and what to write instead."""

from pathlib import Path

import pytest

from parity.case import FILE, find, load
from parity.errors import CaseError

GOOD = """\
summary = "a tagger"

[reference]
path = "model"
"""


def case(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / FILE).write_text(text, "utf-8")
    return folder


def test_two_lines_are_enough(tmp_path: Path) -> None:
    found = load(case(tmp_path / "mine", GOOD))
    assert (found.name, found.opset, found.precisions) == ("mine", 13, ("fp32",))
    assert found.golden is None
    assert found.task is None
    assert [i.name for i in found.inputs] == ["default"]
    assert found.allowances["fp32"].ties == 0.0


@pytest.mark.parametrize("reason", ['""', '" "', "true"])
def test_an_output_is_accepted_with_a_reason_only(tmp_path: Path, reason: str) -> None:
    with pytest.raises(CaseError, match="say why"):
        load(case(tmp_path / "mine", f"{GOOD}[accepted]\nlogits = {reason}\n"))


def test_every_key_is_read(tmp_path: Path) -> None:
    found = load(
        case(
            tmp_path / "all",
            """\
summary = "all keys"
golden = "golden.json"
golden_batch = 4
precisions = ["fp32", "int8"]

[reference]
zoo = "ernie-3.0-nano"
head = "seq_cls"
tokenizer = "vocab.txt"
sha256 = "00"

[candidate]
path = "model.onnx"
opset = 11
upgrades = [12]

[engines.candidate]
engine = "ort"
optimization = "disable"

[inputs.short]
kind = "text"
max_batch = 1
max_length = 16
examples = 7

[task]
name = "seq_cls"
labels = ["no", "yes"]

[accepted]
shape = "it is one"

[tolerance.int8]
rule = "elementwise"
atol = 1
rtol = 0.5
ties = 0.25
confidence = 0.5

[[xfail]]
opset = 7
precision = "int8"
engine = "ort"
inputs = "short"
reason = "because"
issue = "there"
""",
        )
    )
    assert (found.reference.head, found.reference.tokenizer) == ("seq_cls", "vocab.txt")
    assert (found.candidate, found.opset, found.upgrades) == ("model.onnx", 11, (12,))
    assert found.engines["candidate"] == ("ort", {"optimization": "disable"})
    assert found.engines["reference"] == (None, {})
    (inputs,) = found.inputs
    assert (inputs.kind, inputs.max_batch, inputs.max_length, inputs.examples) == ("text", 1, 16, 7)
    int8 = found.allowances["int8"]
    assert (int8.tolerance.rule, int8.tolerance.atol, int8.ties) == ("elementwise", 1.0, 0.25)
    (row,) = found.xfail
    assert row.matches(opset=7, precision="int8", engine="ort", inputs="short")
    assert not row.matches(opset=8, precision="int8", engine="ort", inputs="short")


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (GOOD + "pth = 1\n", 5, 'no key "pth"; did you mean "path"?'),
        ("sumary = 'x'\n" + GOOD, 1, 'no key "sumary"; did you mean "summary"?'),
        (GOOD.replace("reference", "refrence"), 3, 'no key "refrence"; did you mean "reference"?'),
        (GOOD.replace("path", "pth"), 4, 'no key "pth"; did you mean "path"?'),
        (GOOD.replace("summary", "summry"), 1, '"summary" is missing'),
        (GOOD.replace('"a tagger"', "3"), 1, '"summary" must be a string, not 3'),
        (GOOD.replace('path = "model"', ""), 3, '"zoo" or "path" must say'),
        (GOOD + 'zoo = "lac"\n', 5, '"zoo" or "path" must say'),
        (GOOD + 'head = "qa"\n', 5, '"head" is for models of the zoo'),
        ('precisions = ["fp32", "int4"]\n' + GOOD, 1, 'no precision "int4"; did you mean "int8"?'),
        ("precisions = []\n" + GOOD, 1, "must name at least one, and each once"),
        ('precisions = ["fp32", "fp32"]\n' + GOOD, 1, "must name at least one, and each once"),
        ("precisions = [1]\n" + GOOD, 1, '"precisions" must be a list of strings'),
        ('golden = "golden.json"\n' + GOOD, 1, "and a [task]"),
        *(
            (f'golden = "{name}"\n' + GOOD + '[task]\nname = "seq_cls"\n', 1, "beside case.toml")
            for name in ("deep/golden.json", "../golden.json", "golden", "golden.txt", ".json")
        ),
        ("golden_batch = 0\n" + GOOD, 1, "must be at least 1, not 0"),
        ("golden_batch = true\n" + GOOD, 1, "must be a whole number, not True"),
        (GOOD + "[candidate]\nopset = 22\n", 6, "22 is outside 7-21"),
        (GOOD + "[candidate]\nopset = 6\n", 6, "6 is outside 7-21"),
        (GOOD + '[candidate]\nopset = "13"\n', 6, "must be a whole number, not '13'"),
        (GOOD + "[candidate]\nupgrades = [11, 99]\n", 6, "99 is outside 7-21"),
        (GOOD + "[inputs.a]\nmax_batch = 0\n", 6, "must be at least 1, not 0"),
        (GOOD + "[inputs.a]\n[inputs.b]\nmax_length = -1\n", 7, "must be at least 1, not -1"),
        (GOOD + "[inputs.a]\nexample = 3\n", 6, 'no key "example"; did you mean "examples"?'),
        (GOOD + "[inputs]\nmax_batch = 3\n", 6, '"max_batch" must be'),
        (GOOD + '[task]\nname = "token_class"\n', 6, 'did you mean "token_cls"?'),
        (GOOD + '[task]\nrule = "A"\n', 5, '"name" is missing'),
        (GOOD + '[task]\nname = "token_cls"\nruel = "A"\n', 7, 'did you mean "rule"?'),
        (GOOD + '[tolerance.fp32]\nrule = "maxx"\n', 6, 'no rule "maxx"; did you mean "max"?'),
        (GOOD + "[tolerance.fp32]\nrtol = 1.5\n", 6, "would let any output of zeros pass"),
        (GOOD + "[tolerance.fp32]\natol = -1\n", 5, "is not a tolerance"),
        (GOOD + "[tolerance.fp32]\nties = 1.0\n", 6, "from 0 up and below 1, not 1"),
        (GOOD + "[tolerance.fp61]\natol = 1\n", 5, 'no key "fp61"; did you mean "fp16"?'),
        (GOOD + '[engines.candidate]\nengine = "otr"\n', 6, 'no engine "otr"'),
        (GOOD + "[engines.candidate]\nthreads = [1]\n", 6, "must be a string, number"),
        (GOOD + "[engines.cand]\nx = 1\n", 5, 'no key "cand"; did you mean "candidate"?'),
        (GOOD + '[[xfail]]\nissue = "x"\n', 5, '[xfail] "reason" is missing'),
        (GOOD + '[[xfail]]\nreason = "x"\n', 5, '[xfail] "issue" is missing'),
        (GOOD + '[[xfail]]\nreason = " "\nissue = "x"\n', 6, "must say something"),
        (GOOD + '[xfail]\nreason = "x"\n', 5, '"xfail"'),
        (
            GOOD + '[[xfail]]\nreason = "x"\nissue = "y"\n'
            '[[xfail]]\nreason = "x"\nissue = "y"\nopset = 22\n',
            11,
            'no opset "22"',
        ),
        (
            GOOD + '[[xfail]]\nreason = "x"\nissue = "y"\ninputs = "paded"\n',
            8,
            'no inputs "paded"; there are: default',
        ),
        (
            GOOD + '[[xfail]]\nreason = "x"\nissue = "y"\nprecision = "int8"\n',
            8,
            'no precision "int8"; there are: fp32',
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, text: str, line: int, says: str
) -> None:
    folder = case(tmp_path / "bad", text)
    with pytest.raises(CaseError) as caught:
        load(folder)
    assert says in str(caught.value)
    assert str(caught.value).startswith(f"{folder / FILE}:{line}: ")


def test_a_golden_is_cut_at_one_length(tmp_path: Path) -> None:
    text = 'golden = "g.json"\n' + GOOD + '[task]\nname = "seq_cls"\n[inputs.a]\nmax_length = 8\n'
    load(case(tmp_path / "one", text))
    with pytest.raises(CaseError, match="needs one max_length in all inputs"):
        load(case(tmp_path / "two", text + "[inputs.b]\nmax_length = 9\n"))


def test_what_is_no_toml_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="not TOML"):
        load(case(tmp_path / "bad", "summary = \n"))
    (tmp_path / "bad" / FILE).write_bytes(b"\xff\xfe")
    with pytest.raises(CaseError, match="not UTF-8"):
        load(tmp_path / "bad")
    with pytest.raises(CaseError, match="can't be read"):
        load(tmp_path / "none" / FILE)


def test_an_unknown_case_lists_the_known(tmp_path: Path) -> None:
    case(tmp_path / "mine", GOOD)
    assert find("mine", (tmp_path,)).name == "mine"
    assert find(str(tmp_path / "mine"), ()).name == "mine"
    assert find(str(tmp_path / "mine" / FILE), ()).name == "mine"
    with pytest.raises(CaseError, match='no case "mnie"; did you mean "mine"'):
        find("mnie", (tmp_path,))


KEPT = f"""\
precisions = ["fp32", "fp16"]
{GOOD}
[candidate.fp16]
keep = ["MatMul.0", "Div.3"]
"""


def test_nodes_are_kept_by_precision(tmp_path: Path) -> None:
    found = load(case(tmp_path / "mine", KEPT))
    assert found.keep == {"fp16": ("MatMul.0", "Div.3"), "int8": (), "int8-static": ()}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("fp16]\nkeep", "fp32]\nkeep", 'unknown key "fp32"|no key "fp32"'),
        ("fp16]\nkeep", "int8]\nkeep", "is of no cell"),
        ("keep =", "kept =", '"?keep'),
        ('"Div.3"', "3", "list of strings"),
        ('"Div.3"', '"MatMul.0"', "each once"),
        ("[candidate.fp16]", '[candidate]\npath = "a.onnx"\n[candidate.fp16]', "names one"),
    ],
)
def test_what_can_not_be_kept_is_an_error(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(CaseError, match=message):
        load(case(tmp_path / "mine", KEPT.replace(old, new)))


def test_an_environment_lies_beside_the_case(tmp_path: Path) -> None:
    text = f'{GOOD}[engines.reference]\nenv = "../old"\nthreads = 1\n'
    found = load(case(tmp_path / "mine", text))
    assert found.environments == {"reference": tmp_path / "mine" / "../old"}
    assert found.engines["reference"] == (None, {"threads": 1})
    with pytest.raises(CaseError, match='"env" must be a string'):
        load(case(tmp_path / "wrong", f"{GOOD}[engines.candidate]\nenv = 3\n"))


def test_an_engine_goes_by_its_name_with_a_dash_too(tmp_path: Path) -> None:
    text = f'{GOOD}[engines.reference]\nengine = "onnx-reference"\n'
    assert load(case(tmp_path / "mine", text)).engines["reference"][0] == "onnx-reference"
    with pytest.raises(CaseError, match='no engine "onnx-referee"'):
        load(case(tmp_path / "wrong", text.replace("onnx-reference", "onnx-referee")))


def test_a_calibrated_precision_names_its_texts_and_excludes_nodes(tmp_path: Path) -> None:
    head = 'summary = "x"\nprecisions = ["int8-static"]\n[reference]\npath = "m"\n'
    table = '[candidate.int8-static]\ntexts = "t.txt"\nexclude = ["a"]\nkeep = ["b"]\n'
    (tmp_path / "case.toml").write_text(head + table)
    found = load(tmp_path)
    assert found.texts == {"int8-static": "t.txt"}
    assert found.keep["int8-static"] == ("b", "a")
    (tmp_path / "case.toml").write_text(
        head.replace("-static", "") + '[candidate.int8]\ntexts = "t"\n'
    )
    with pytest.raises(CaseError, match="texts"):
        load(tmp_path)


def test_a_model_in_place_of_a_case_is_told_to_be_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("model.onnx").touch()
    for name in ("model.onnx", "zoo:lac"):
        with pytest.raises(CaseError, match="a model, which parity check takes"):
            find(name, (tmp_path / "golden",))
    with pytest.raises(CaseError) as caught:
        find("gone.onnx", (tmp_path / "golden",))
    assert "a model, which" not in str(caught.value)
