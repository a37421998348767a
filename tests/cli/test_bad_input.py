"""Every kind of bad input: one line that says what, where and what to do; the code; no residue."""

import re
from dataclasses import dataclass

import pytest

from tests.cli import spoil as s
from tests.cli.command import OBEY_MODES, Command
from tests.marks import slowly

CHECK = ("check", "model.onnx", "--max-examples", "1")
QUICK = (*CHECK, "--reference", "reference.onnx")


@dataclass(frozen=True)
class Bad:
    """kind: what is bad. says: a pattern that the line must hold. do: how it is made so."""

    kind: str
    says: str
    args: tuple[str, ...] = CHECK
    do: s.Spoil = s.nothing
    before: str = ""


LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"
HTML = b"<!DOCTYPE html><html><body>404</body></html>"
ZIP = b"PK\x03\x04" + bytes(60)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 4

FILES = [
    Bad("missing", r"gone\.onnx: no such file", ("check", "gone.onnx")),
    Bad("missing folder", r"no such file.* folder gone does not exist", ("check", "gone/m.onnx")),
    Bad("folder without a model", r"empty: no model .*in this folder", ("check", "empty"),
        s.folder("empty")),
    Bad("folder with several", r"several models \(model\.onnx, reference\.onnx\); give the file",
        ("explain", ".")),
    Bad("foreign suffix", r"notes\.txt: not a model file; give a \.onnx", ("check", "notes.txt"),
        s.holds("notes.txt", b"hello")),
    Bad("unreadable", r"Path 'model\.onnx' is not readable", do=s.mode("model.onnx", 0),
        before=OBEY_MODES),
    Bad("empty onnx", r"model\.onnx: is empty; .*export it again", do=s.holds("model.onnx", b"")),
    *(
        Bad(f"onnx cut at {keep:g}", r"model\.onnx: .*(truncated|damaged|copy|export)",
            do=s.cut("model.onnx", keep))
        for keep in (0.001, 0.05, 0.5, 0.9, 0.99, -1)
    ),
    Bad("onnx that is HTML", r"model\.onnx: is an HTML page.*fetch", do=s.holds("model.onnx",
        HTML)),
    Bad("onnx that is a zip", r"model\.onnx: is a zip archive; unpack", do=s.holds("model.onnx",
        ZIP)),
    Bad("onnx that is an LFS pointer", r"Git LFS pointer.*git lfs pull",
        do=s.holds("model.onnx", LFS)),
    Bad("onnx that is a picture", r"model\.onnx: .*(picture|damaged|no ONNX|not an? )",
        do=s.holds("model.onnx", JPEG)),
    Bad("onnx of zeros", r"model\.onnx: ", do=s.holds("model.onnx", bytes(4096))),
    Bad("onnx without outputs", r"model\.onnx: .*no graph with outputs; export it again",
        do=s.graph(s.no_outputs)),
    Bad("json that is no program", r"model\.json: ",
        do=s.holds("model.json", s.pir({"model_type": "ernie"}))),
    Bad("json cut in the middle", r"model\.json: .*(truncated|damaged|JSON|copy|export)",
        do=s.cut("model.json", 0.5)),
    Bad("json without its last byte", r"model\.json: ", do=s.cut("model.json", -2)),
    Bad("empty json", r"model\.json: is empty", do=s.holds("model.json", b"")),
    Bad("pdmodel garbage", r"p\.pdmodel: ", (*CHECK, "--reference", "p.pdmodel"),
        s.both(s.holds("p.pdmodel", JPEG), s.copied("model.pdiparams", "p.pdiparams"))),
    Bad("parameters missing", r"model\.pdiparams.*(missing|no )", do=s.without("model.pdiparams")),
    Bad("parameters empty", r"model\.pdiparams: .*empty", do=s.holds("model.pdiparams", b"")),
    Bad("parameters of another model", r"model\.pdiparams: .*parameters of another model",
        do=s.copied("other/model.pdiparams", "model.pdiparams")),
    Bad("parameters cut", r"model\.pdiparams: .*truncated", do=s.cut("model.pdiparams", 0.7)),
    Bad("parameters garbage", r"model\.pdiparams: ", do=s.holds("model.pdiparams", JPEG)),
    Bad("no Paddle model beside", r"no Paddle model .*beside model\.onnx; give it with --reference",
        do=s.without("model.json", "model.pdiparams")),
    Bad("several Paddle models beside", r"2 Paddle models beside .*choose one with --reference",
        do=s.both(*(s.copied("model.json", f"{n}.json") for n in "ab"),
                  *(s.copied("model.pdiparams", f"{n}.pdiparams") for n in "ab"),
                  s.without("model.json", "model.pdiparams"))),
    Bad("reference missing", r"gone\.json: no such file", (*CHECK, "--reference", "gone.json")),
    Bad("external data missing", r"weights are missing: no file \"weights\.bin\".*copy",
        do=s.graph(s.external)),
    Bad("external data too short", r"weights\.bin: truncated: 40 bytes.*ends at 96; copy",
        do=s.both(s.graph(s.external), s.holds("weights.bin", bytes(40)))),
    Bad("candidate that is a Paddle model", r"model\.json.*pir; ort reads onnx",
        ("check", "model.json", "--reference", "reference.onnx", "--candidate-engine", "ort")),
]  # fmt: skip

HUGE = [
    *(
        Bad(f"onnx, axis {value}", rf"model\.onnx: damaged: .*input_ids .*{value}", QUICK,
            s.graph(s.axis(value)))
        for value in (2**63 - 1, -(2**63))  # 2^63 is stored as the latter
    ),
    *(
        Bad(f"onnx, weight of {value}", rf"model\.onnx: damaged: weight .*\[{value}\]", QUICK,
            s.graph(s.weight_shape(value)))
        for value in (2**63 - 1, -(2**63))
    ),
    *(
        Bad(f"Paddle, axis {value}", r"model\.json: damaged: .*input_ids ",
            do=s.pir_axis("model.json", value))
        for value in (2**63, 2**64, -(2**63))
    ),
    *(
        Bad(f"feed of {value}, {name}", rf"{name}: .*where 1,073,741,824 are left for feeds",
            (*QUICK, "--feeds", name), s.huge_feed(name, value))
        for value in (2**63, 2**63 - 1) for name in ("mine.npy", "mine.npz")
    ),
    Bad("a size of 2^63", r"--input 'input_ids: \[1,9223372036854775808\]': .*expected a size",
        (*QUICK, "--input", "input_ids: [1,9223372036854775808]")),
    *(
        Bad(f"--max-{what} of 2^63", rf"max_{what} is 9223372036854775808; no feed is that large",
            (*QUICK, f"--max-{what}", str(2**63)))
        for what in ("batch", "length")
    ),
]  # fmt: skip

INPUTS = [
    Bad("no inputs", r"reference\.onnx: the model has no inputs: there is nothing to feed", QUICK,
        s.graph(s.no_inputs, "model.onnx", "reference.onnx")),
    Bad("tokenizer missing", r"gone\.json: .*No such file", (*QUICK, "--tokenizer", "gone.json")),
    Bad("tokenizer corrupt", r"tokenizer\.json: ", (*QUICK, "--tokenizer", "tokenizer.json"),
        s.holds("tokenizer.json", b'{"model": 3')),
    Bad("tokenizer beside, corrupt", r"tokenizer\.json: ", QUICK,
        s.holds("tokenizer.json", b'{"model": 3}')),
    Bad("tokenizer empty", r"vocab\.txt: .*empty", (*QUICK, "--tokenizer", "vocab.txt"),
        s.holds("vocab.txt", b"")),
    Bad("tokenizer not UTF-8", r"vocab\.txt: not UTF-8 at byte 0",
        (*QUICK, "--tokenizer", "vocab.txt"), s.holds("vocab.txt", b"\xff\xfe\x00")),
    Bad("tokenizer of no known kind", r"spiece\.model: not a tokenizer file",
        (*QUICK, "--tokenizer", "spiece.model"), s.holds("spiece.model", b"x")),
    Bad("tokenizer too big for the model", r"vocab\.txt.*60.*40",
        (*QUICK, "--tokenizer", "vocab.txt"), s.holds("vocab.txt", s.vocabulary(60))),
    Bad("text without a tokenizer", r"reference\.onnx: inputs from text need a tokenizer",
        (*QUICK, "--inputs", "text")),
    Bad("input that nobody can read", r"--input 'input_ids: int65\[n\]': at .*, character 12: no "
        r'dtype "int65"; did you mean "int64"', (*QUICK, "--input", "input_ids: int65[n]")),
    Bad("input that isn't there", r'--input: no input "ids".*there are: input_ids',
        (*QUICK, "--input", "ids: ids of 9")),
    Bad("input of another rank", r"input_ids: said to be \[n\], of rank 1",
        (*QUICK, "--input", "input_ids: [n]")),
    Bad("feeds missing", r"gone\.npz: can't be read: No such file",
        (*QUICK, "--feeds", "gone.npz")),
    Bad("feeds of a folder without any", r"empty: holds no feed", (*QUICK, "--feeds", "empty"),
        s.folder("empty")),
    Bad("feeds that are damaged", r"mine\.npz: damaged, or no \.npz file",
        (*QUICK, "--feeds", "mine.npz"), s.holds("mine.npz", ZIP)),
    Bad("picture without feeds", r"--picture without --feeds", (*QUICK, "--picture", "scale=1")),
    Bad("unknown kind of inputs", r'no input "txet"; did you mean "text"\?; there are: ',
        (*QUICK, "--inputs", "txet")),
]  # fmt: skip

OPTIONS = [
    Bad("unknown option", r"No such option '?--referense'?.*--reference.*see parity check --help",
        (*QUICK, "--referense", "x")),
    Bad("unknown command", r'no command "chek"; did you mean "check"\?', ("chek", "model.onnx")),
    Bad("inspect: missing", r"gone\.onnx: no such file", ("inspect", "gone.onnx")),
    Bad("zoo: unknown model", r'no model "lacc"; did you mean "lac"\?', ("zoo", "build", "lacc")),
    Bad("check: unknown model of the zoo", r'no model "lacc"; did you mean', ("check", "zoo:lacc")),
    Bad("no model", r"Missing argument 'MODEL'", ("check",)),
    Bad("option without its value", r"--seed'? requires an argument", (*QUICK, "--seed")),
    Bad("rtol no number", r"'--rtol': 'abc' is not a valid float",
        (*QUICK, "--rtol", "abc", "--atol", "1")),
    Bad("rtol without atol", r"--rtol without --atol", (*QUICK, "--rtol", "1e-3")),
    Bad("atol without rtol", r"--atol without --rtol", (*QUICK, "--atol", "1e-3")),
    Bad("rtol of one", r"rtol 1 would let any output of zeros pass; stay below 1",
        (*QUICK, "--rtol", "1", "--atol", "0")),
    *(
        Bad(f"atol {value}", r"atol \S+ is not a tolerance; give a number from 0 up",
            (*QUICK, "--rtol", "0", "--atol", value))
        for value in ("-1", "nan", "inf")
    ),
    Bad("max-examples 0", r"'--max-examples': 0 is not in the range", (*QUICK, "--max-examples",
        "0")),
    Bad("max-examples no number", r"'--max-examples': 'ten'", (*QUICK, "--max-examples", "ten")),
    Bad("max-length 0", r"'--max-length': 0 is not in the range", (*QUICK, "--max-length", "0")),
    Bad("max-batch 0", r"'--max-batch': 0 is not in the range", (*QUICK, "--max-batch", "0")),
    Bad("seed -1", r"'--seed': -1 is not in the range", (*QUICK, "--seed", "-1")),
    *(
        Bad(f"{option} {value}",
            rf"'{option}': {re.escape(value)}.* is not a number of seconds above",
            (*QUICK, option, value))
        for option, value in (("--budget", "-1"), ("--budget", "nan"), ("--timeout", "0"),
                              ("--timeout", "1e+300"), ("--open-timeout", "inf"),
                              ("--shrink-budget", "0"))
    ),
    Bad("precision", r"'--precision': 'fp8' is not one of", (*QUICK, "--precision", "fp8")),
    Bad("rule", r"'--rule': 'maximum' is not one of", (*QUICK, "--rule", "maximum")),
    Bad("unknown engine", r'no engine "otr"; did you mean "ort"\?; there are: .*paddle',
        (*QUICK, "--candidate-engine", "otr")),
    Bad("unknown engine option",
        r'--candidate-option: no ort option "thread"; did you mean "threads"',
        (*QUICK, "--candidate-option", "thread=1")),
    Bad("engine option without a value", r'--reference-option "threads": write it as name=value',
        (*QUICK, "--reference-option", "threads")),
    Bad("engine option no number", r'engine ort: threads "many" is not a whole number from 0 up',
        (*QUICK, "--candidate-option", "threads=many")),
    Bad("engine option out of range", r'engine ort: threads "-2" is not a whole number',
        (*QUICK, "--reference-option", "threads=-2")),
    Bad("engine option of no known word", r'engine ort: no provider "tpu"; .*there are: cpu, cuda',
        (*QUICK, "--candidate-option", "provider=tpu")),
    Bad("engine option neither on nor off",
        r'engine ort: use_tf32 "maybe" is neither true nor false',
        (*QUICK, "--candidate-option", "use_tf32=maybe")),
    Bad("paddle's option", r'engine paddle: no device "tpu"; .*there are: cpu, gpu',
        (*CHECK, "--reference-option", "device=tpu")),
    Bad("paddle on a GPU that it has no kernels for",
        r"engine paddle: device=gpu: this Paddle has no GPU kernels; install paddlepaddle-gpu",
        (*CHECK, "--reference-option", "device=gpu")),
    Bad("database that is a file", r"reference\.onnx: can't be written: Not a directory",
        (*QUICK, "--database", "reference.onnx")),
    Bad("database inside a file", r"reference\.onnx/x/y: can't be written: Not a directory",
        (*QUICK, "--database", "reference.onnx/x/y")),
    Bad("FP32 checked as INT8", r"model\.onnx: is no INT8 model: .*check it as what it is",
        (*QUICK, "--precision", "int8")),
    Bad("FP32 checked as FP16", r"model\.onnx: is no FP16 model: .*check it as what it is",
        (*QUICK, "--precision", "fp16")),
    Bad("new: a case without a name", r'case "": take letters', ("new", "")),
    Bad("an engine that doesn't read it", r"model\.onnx is onnx; paddle reads pdmodel, pir",
        (*QUICK, "--candidate-engine", "paddle")),
    Bad("map-output malformed", r'--map-output "logits": write it as reference=candidate',
        (*QUICK, "--map-output", "logits")),
    Bad("map-output of no reference output", r'no output of the reference "logits".*fetch_name_0',
        (*QUICK, "--map-output", "logits=fetch_name_0")),
    Bad("map-output of no candidate output", r'no output of the candidate "logits".*fetch_name_0',
        (*QUICK, "--map-output", "fetch_name_0=logits")),
    Bad("map-output twice", r"fetch_name_0 is mapped to two outputs",
        (*QUICK, "--map-output", "fetch_name_0=a", "--map-output", "fetch_name_0=b")),
]  # fmt: skip

REFERENCE = [
    Bad(f"reference: {kind}", rf"reference\.onnx: the reference fails.*{says}", QUICK,
        s.graph(change, "reference.onnx"))
    for kind, says, change in (
        ("opset 99", "99", s.opset(99)),
        ("unknown op", "Bogus", s.last_op("Bogus")),
    )
] + [
    Bad(f"reference: {fault}", rf"reference\.onnx: the reference fails.*{says}",
        (*QUICK, "--reference-engine", "fake", "--reference-option", f"fault={fault}", *more))
    for fault, says, more in (
        ("segv", "boundary.*input_ids.*SIGSEGV.*as on 20 feeds in all", ()),
        ("raise", r"boundary.*input_ids \[1, 1\].*RuntimeError: planted", ()),
        ("exit", "code 3", ("--reference-option", "when=open")),
        ("hang", r"no answer to run within 0\.5 s", ("--timeout", "0.5")),
        ("kill", "SIGKILL", ("--reference-option", "length=2")),
    )
]  # fmt: skip


@pytest.mark.parametrize(
    "bad",
    slowly(
        [*FILES, *HUGE, *INPUTS, *OPTIONS, *REFERENCE],
        *("reference: segv", "reference: hang"),
        by=lambda bad: bad.kind,
    ),
    ids=lambda bad: bad.kind,
)
def test_could_not_run(command: Command, bad: Bad) -> None:
    bad.do(command.work)
    done = command.run(*bad.args, before=bad.before)
    assert re.match(rf"parity: .*{bad.says}", done.err), done.err
    assert done.err.count("\n") == 1, done.err
    assert done.code == 2
    # At most what was to be compared, which is shown at once; no word of a result.
    begun = ("reference ", "candidate ", "          ")
    assert all(line.startswith(begun) for line in done.out.splitlines()), done.out
    assert done.left == []
