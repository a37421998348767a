"""A record is refused that was edited, is of another model, too old, or of a bad gate."""

import base64
import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from click.testing import CliRunner
from onnx import TensorProto, helper, numpy_helper

from parity.case import load
from parity.cli.records.attest import attest
from parity.cli.records.verify_record import verify_record
from parity.gate.identity import of_case
from parity.gate.shard import Shard
from parity.model.hashes import sha256
from parity.report.gated.document import digest
from tests.records.made import cell, gate, save

pytest.importorskip("securesystemslib")

NOW = datetime.now(UTC)

CASE = """
summary = "a tagger"
golden = "golden.json"
[reference]
path = "m.json"
[task]
name = "token_cls"
labels = ["O", "B-PER", "I-PER"]
"""


def run(command: Any, *words: object) -> tuple[int, str]:
    done = CliRunner().invoke(command, [str(w) for w in words], standalone_mode=False)
    if done.exception is not None:
        return 2, str(done.exception)
    return done.return_value, done.output


def model(folder: Path, *, by: float = 0.0) -> Path:
    """A model of which the weights lie in a file of their own."""
    folder.mkdir(parents=True)
    weight = numpy_helper.from_array(np.full((64, 64), 1 + by, np.float32), "w")
    x, y = (helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, 64]) for n in "xy")
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"])], "g", [x], [y], [weight]
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    path = folder / "model.onnx"
    onnx.save(made, path, save_as_external_data=True, location="weights.bin", size_threshold=0)
    return path


def of(cell: dict[str, Any], role: str, *files: Path) -> None:
    """Say whose files they are, the program first."""
    cell["result"][role] |= {"model": str(files[0]), "files": [str(file) for file in files]}


class Release:
    """A folder with a model, a gate of it, keys, and a record."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.model = model(root / "cand")
        run(attest, "--new-key", root / "keys")
        self.key, self.public = root / "keys" / "parity.key", root / "keys" / "parity.pub"
        self.record = root / "gate.dsse.json"

    def cells(self, **how: Any) -> list[dict[str, Any]]:
        return self.cells_of(self.model, self.model.with_name("weights.bin"), **how)

    def cells_of(self, *files: Path, **how: Any) -> list[dict[str, Any]]:
        hashes = {str(f): sha256(f) for f in files} | {str(self.root / "ref/m.json"): "a" * 64}
        made = [cell("lac", opset, hashes=hashes, **how) for opset in (13,)]
        for one in made:
            if one["result"] is not None:
                of(one, "reference", self.root / "ref/m.json")
                of(one, "candidate", *files)
        return made

    def gate(self, cells: list[dict[str, Any]] | None = None, **how: Any) -> Path:
        how = {"finished": NOW} | how
        return save(gate(self.cells() if cells is None else cells, **how), self.root / "gate.json")

    def sign(self, path: Path, *words: str) -> tuple[int, str]:
        return run(attest, path, "--key", self.key, *words)

    def verify(self, *words: object, **other: Path) -> tuple[int, str]:
        key, of = other.get("key", self.public), other.get("model", self.model)
        return run(verify_record, self.record, "--key", key, "--model", of, *words)


@pytest.fixture
def release(tmp_path: Path) -> Release:
    made = Release(tmp_path)
    assert made.sign(made.gate())[0] == 0
    return made


def statement(record: Path) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(base64.b64decode(json.loads(record.read_text())["payload"]))
    return made


def test_a_model_that_was_verified_is(release: Release) -> None:
    code, said = release.verify("--newer-than", 1)
    assert code == 0, said
    assert "verified: PASSED" in said
    assert "lac[opset13-fp32-short]" in said
    assert release.key.stat().st_mode & 0o077 == 0


def test_it_is_an_in_toto_statement(release: Release) -> None:
    made = statement(release.record)
    assert made["_type"] == "https://in-toto.io/Statement/v1"
    assert made["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1"
    assert {s["name"] for s in made["subject"]} == {"model.onnx", "weights.bin"}
    told = made["predicate"]
    assert told["passedTests"] == ["lac[opset13-fp32-short]"]
    names = [c["name"] for c in told["configuration"]]
    assert names == ["gate", "case lac", "reference m.json", "run"]
    assert told["parity_figures"] == [
        {"cell": "lac[opset13-fp32-short]", "elements": 100, "max_abs": 1e-6, "allowed": 1e-4,
         "seed": 0}
    ]  # fmt: skip
    assert json.loads(release.record.read_text())["payloadType"] == "application/vnd.in-toto+json"


def test_openssl_s_keys_serve_and_it_verifies_ours(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl isn't here")
    release = Release(tmp_path)
    release.key, release.public = tmp_path / "o.key", tmp_path / "o.pub"
    for words in (
        ["genpkey", "-algorithm", "ed25519", "-out", release.key],
        ["pkey", "-in", release.key, "-pubout", "-out", release.public],
    ):
        subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)
    assert release.sign(release.gate())[0] == 0
    assert release.verify()[0] == 0
    # And by the specification, without the library that wrote it.
    told = json.loads(release.record.read_text())
    payload = base64.b64decode(told["payload"])
    kind = told["payloadType"]
    (tmp_path / "pae").write_bytes(f"DSSEv1 {len(kind)} {kind} {len(payload)} ".encode() + payload)
    (tmp_path / "sig").write_bytes(base64.b64decode(told["signatures"][0]["sig"]))
    subprocess.run(
        ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", release.public, "-rawin",
         "-in", tmp_path / "pae", "-sigfile", tmp_path / "sig"],
        check=True, capture_output=True,
    )  # fmt: skip


def test_another_model_is_refused(release: Release) -> None:
    code, said = release.verify(model=model(release.root / "other", by=1e-3))
    assert code == 1
    assert "weights.bin: is another than what was verified" in said


def test_other_external_weights_are_refused(release: Release) -> None:
    weights = release.model.with_name("weights.bin")
    raw = bytearray(weights.read_bytes())
    raw[100] ^= 1
    weights.write_bytes(raw)
    code, said = release.verify()
    assert code == 1
    assert "weights.bin: is another than what was verified" in said


def test_files_of_two_models_are_no_model(tmp_path: Path) -> None:
    release = Release(tmp_path)
    other = model(tmp_path / "other", by=1e-3)
    cells = release.cells()
    second = release.cells()[0]
    files = (other, other.with_name("weights.bin"))
    second["result"]["environment"]["hashes"] = {str(f): sha256(f) for f in files}
    of(second, "candidate", *files)
    second |= {"cell": "ner[opset13-fp32-short]", "case": "ner", "content": "n"}
    assert release.sign(release.gate([*cells, second]))[0] == 0
    assert release.verify(model=other)[0] == 0
    # The graphs are equal here, and only the weights tell the models apart.
    onnx_of_one = onnx.load(release.model, load_external_data=False)
    onnx_of_one.doc_string = "first"
    onnx.save(onnx_of_one, release.model)
    assert release.sign(release.gate([*release.cells(), second]))[0] == 0
    shutil.copy(other.with_name("weights.bin"), release.model.with_name("weights.bin"))
    code, said = release.verify()
    assert code == 1
    assert "not together, as one model" in said


def test_weights_in_a_folder_of_their_own_are_verified(tmp_path: Path) -> None:
    """Beside the reference's, which are no matter of the release."""
    release = Release(tmp_path)
    deep = release.model.with_name("parts") / "weights.bin"
    deep.parent.mkdir()
    release.model.with_name("weights.bin").rename(deep)
    graph = onnx.load(release.model, load_external_data=False)
    for entry in graph.graph.initializer[0].external_data:
        if entry.key == "location":
            entry.value = "parts/weights.bin"
    onnx.save(graph, release.model)
    reference = release.model.with_name("reference.onnx")
    other = release.model.with_name("reference.bin")
    for file in (reference, other):
        file.write_bytes(b"another")
    (one,) = release.cells_of(release.model, deep)
    one["result"]["environment"]["hashes"] |= {str(f): sha256(f) for f in (reference, other)}
    of(one, "reference", reference, other)
    assert release.sign(release.gate([one]))[0] == 0
    assert release.verify()[0] == 0
    deep.write_bytes(deep.read_bytes()[::-1])
    code, said = release.verify()
    assert code == 1
    assert "weights.bin: is another than what was verified" in said


def test_a_tokenizer_is_in_the_record(tmp_path: Path) -> None:
    release = Release(tmp_path)
    (one,) = release.cells()
    one["result"]["environment"]["hashes"]["somewhere/vocab.txt"] = "b" * 64
    assert release.sign(release.gate([one]))[0] == 0
    told = statement(release.record)["predicate"]["configuration"]
    digests = {c["name"]: c["digest"]["sha256"] for c in told}
    assert digests["tokenizer vocab.txt"] == "b" * 64
    assert digests["reference m.json"] == "a" * 64


def test_other_cases_and_goldens_are_refused_where_that_is_asked(tmp_path: Path) -> None:
    release = Release(tmp_path)
    folder = tmp_path / "golden" / "lac"
    folder.mkdir(parents=True)
    (folder / "case.toml").write_text(CASE)
    (folder / "golden.json").write_text("[]")
    digests = {"lac": of_case(load(folder))}
    path = release.gate()
    document = json.loads(path.read_text())
    document["selection"]["cases"] = digests
    path.write_text(json.dumps(document | {"digest": digest(document)}))
    assert release.sign(path)[0] == 0
    assert release.verify("--cases", tmp_path / "golden")[0] == 0
    (folder / "golden.json").write_text("[ ]")
    code, said = release.verify("--cases", tmp_path / "golden")
    assert code == 1
    assert "case lac: its text or golden is another" in said
    assert release.verify()[0] == 0
    folder.rename(folder.with_name("lca"))
    code, said = release.verify("--cases", tmp_path / "golden")
    assert code == 1
    assert "case lac: isn't below" in said
    assert release.verify("--cases", tmp_path / "nowhere")[0] == 2


def test_a_gate_of_a_selection_is_not_signed(tmp_path: Path) -> None:
    """With -k a cell that fails is none of the gate's."""
    release = Release(tmp_path)
    path = release.gate()
    document = json.loads(path.read_text())
    document["selection"]["left_out"] = ["lac[opset13-fp32-long]"]
    path.write_text(json.dumps(document | {"digest": digest(document)}))
    code, said = release.sign(path)
    assert code == 2
    assert "1 of 2 cells were left out, as by -k: lac[opset13-fp32-long]" in said
    assert release.sign(path, "--allow-failed")[0] == 0
    code, said = release.verify()
    assert code == 1
    assert "of a selection" in said


def edit_payload(record: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    envelope, told = json.loads(record.read_text()), statement(record)
    edit(told)
    envelope["payload"] = base64.b64encode(json.dumps(told).encode()).decode()
    record.write_text(json.dumps(envelope))


@pytest.mark.parametrize(
    "edit",
    [
        lambda d: d["subject"][0]["digest"].update(sha256="0" * 64),
        lambda d: d["predicate"].update(result="PASSED", surprise=1),
        lambda d: d["predicate"].update(parity_finished="2099-01-01T00:00:00+00:00"),
        lambda d: d["predicate"]["configuration"].pop(),
    ],
)
def test_an_edited_record_is_refused(release: Release, edit: Callable[[Any], object]) -> None:
    edit_payload(release.record, edit)
    code, said = release.verify()
    assert code == 1
    assert "was edited since it was signed" in said


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda e: e.update(payloadType="text/plain"), "no in-toto statement"),
        (lambda e: e.update(signatures=[]), "isn't signed by"),
        (lambda e: e.pop("signatures"), "is no DSSE envelope"),
        (lambda e: e.update(signatures=[{"keyid": "x", "sig": "AAAA"}]), "isn't signed by"),
        (lambda e: e.update(payload=5), "is no DSSE envelope"),
    ],
)
def test_a_spoilt_envelope_is_refused(
    release: Release, spoil: Callable[[Any], object], said: str
) -> None:
    envelope = json.loads(release.record.read_text())
    spoil(envelope)
    release.record.write_text(json.dumps(envelope))
    code, told = release.verify()
    assert code == 1
    assert said in told


def test_another_key_is_refused_whatever_the_envelope_calls_it(release: Release) -> None:
    run(attest, "--new-key", release.root / "mine")
    other = release.root / "mine" / "parity.pub"
    code, said = release.verify(key=other)
    assert code == 1
    assert "isn't signed by" in said
    # Signed by another, and given the name of the right one.
    name = json.loads(release.record.read_text())["signatures"][0]["keyid"]
    release.key = release.root / "mine" / "parity.key"
    release.sign(release.gate())
    envelope = json.loads(release.record.read_text())
    envelope["signatures"][0]["keyid"] = name
    release.record.write_text(json.dumps(envelope))
    assert release.verify()[0] == 1


def test_an_old_record_is_refused(tmp_path: Path) -> None:
    release = Release(tmp_path)
    release.sign(release.gate(finished=NOW - timedelta(days=30)))
    assert release.verify()[0] == 0
    assert release.verify("--newer-than", 31)[0] == 0
    code, said = release.verify("--newer-than", 7)
    assert code == 1
    assert "30.0 days old" in said


def test_a_record_of_tomorrow_is_refused(tmp_path: Path) -> None:
    release = Release(tmp_path)
    release.sign(release.gate(finished=NOW + timedelta(days=1)))
    code, said = release.verify()
    assert code == 1
    assert "yet to come" in said


@pytest.mark.parametrize(
    ("status", "how", "said"),
    [
        ("passed", {"partial": True}, "is partial"),
        ("failed", {}, "the gate failed: lac[opset13-fp32-short] (failed)"),
        ("error", {}, "the gate failed"),
        ("not run", {}, "compared nothing"),
        ("passed", {"shard": Shard(1, 1)}, "is part 1/1 of a gate"),
    ],
)
def test_a_gate_that_is_not_good_is_not_signed(
    tmp_path: Path, status: str, how: dict[str, Any], said: str
) -> None:
    release = Release(tmp_path)
    code, told = release.sign(release.gate(release.cells(status=status), **how))
    assert code == 2
    assert said in told
    assert not release.record.exists()


@pytest.mark.parametrize(
    ("status", "partial", "said"),
    [("failed", False, "result is FAILED: the gate failed"), ("passed", True, "was partial")],
)
def test_one_that_is_signed_all_the_same_says_so_and_is_refused(
    tmp_path: Path, status: str, partial: bool, said: str
) -> None:
    release = Release(tmp_path)
    path = release.gate(release.cells(status=status), partial=partial)
    assert release.sign(path, "--allow-failed")[0] == 0
    assert statement(release.record)["predicate"]["result"] == "FAILED"
    code, told = release.verify()
    assert code == 1
    assert said in told


def test_warnings_are_told(tmp_path: Path) -> None:
    release = Release(tmp_path)
    release.sign(release.gate(release.cells(warnings=["reference-disagrees"])))
    code, said = release.verify()
    assert code == 0
    assert "verified: WARNED" in said
    assert "warned: lac[opset13-fp32-short]" in said


@pytest.mark.parametrize("text", ["", "none", "-----BEGIN PRIVATE KEY-----\nAA\n"])
def test_what_is_no_key_is_refused(release: Release, text: str) -> None:
    release.key.write_text(text)
    code, said = release.sign(release.gate())
    assert code == 2
    assert "holds no private key" in said
    release.public.write_text(text)
    assert "holds no public key" in release.verify()[1]


def test_a_key_is_never_replaced(release: Release) -> None:
    code, said = run(attest, "--new-key", release.key.parent)
    assert code == 2
    assert "is there already" in said
