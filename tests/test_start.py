"""What starting the command costs: no engine is imported to print help."""

import subprocess
import sys

import pytest

HEAVY = {
    "paddle",
    "paddle2onnx",
    "onnxruntime",
    "onnx",
    "numpy",
    "hypothesis",
    "tokenizers",
    "openvino",
}


def imported(*arguments: str, before: str = "sys") -> set[str]:
    """Top-level modules that are loaded once the command has run."""
    program = (
        f"import sys, {before}, parity.cli.main as m\n"
        f"code = m._run({list(arguments)!r}, m.Interrupts(), debug=True)\n"
        "assert code == 0, code\n"
        "print('|'.join(sorted({n.split('.')[0] for n in sys.modules})), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(done.stderr.strip().splitlines()[-1].split("|"))


@pytest.mark.parametrize(
    "verb", [(), ("check",), ("inspect",), ("weights",), ("zoo",), ("zoo", "build")]
)
def test_help_imports_nothing_heavy(verb: tuple[str, ...]) -> None:
    assert imported(*verb, "--help") & HEAVY == set()


@pytest.mark.parametrize("module", sorted(HEAVY - {"paddle", "paddle2onnx"}))
def test_the_probe_sees_what_is_imported(module: str) -> None:
    assert module in imported("--help", before=module)


def test_the_engines_versions_are_told_without_importing_them() -> None:
    assert imported("--version") & HEAVY == set()
