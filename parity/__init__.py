"""Numerical parity between a Paddle model and its ONNX export.

    import parity

    result = parity.check("model.onnx")  # against the Paddle model beside it
    result.raise_for_findings()

What is named here is imported when it is first used: ``import parity`` itself costs nothing.
"""

from parity.version import __version__ as __version__

# Not typing's: with ``python -m parity`` a typing.py in the working folder would be run for it.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from parity.api.benching import bench as bench
    from parity.api.cases import CaseChecked as CaseChecked
    from parity.api.cases import Matrix as Matrix
    from parity.api.cases import check_case as check_case
    from parity.api.cases import load_case as load_case
    from parity.api.cases import matrix as matrix
    from parity.api.checking import assert_parity as assert_parity
    from parity.api.checking import check as check
    from parity.api.explaining import Explained as Explained
    from parity.api.explaining import explain as explain
    from parity.api.exporting import Exported as Exported
    from parity.api.exporting import export as export
    from parity.api.inspecting import Inspected as Inspected
    from parity.api.inspecting import inspect as inspect
    from parity.api.many import Results as Results
    from parity.api.many import check_all as check_all
    from parity.api.result import DiffersError as DiffersError
    from parity.api.result import Result as Result
    from parity.compare.tolerance import Tolerance as Tolerance
    from parity.errors import CaseError as CaseError
    from parity.errors import EngineError as EngineError
    from parity.errors import ExportError as ExportError
    from parity.errors import InputError as InputError
    from parity.errors import ModelError as ModelError
    from parity.errors import OutputError as OutputError
    from parity.errors import ParityError as ParityError
    from parity.errors import UsageError as UsageError

_WHERE = {
    "bench": "parity.api.benching",
    "CaseChecked": "parity.api.cases",
    "DiffersError": "parity.api.result",
    "Explained": "parity.api.explaining",
    "Exported": "parity.api.exporting",
    "Inspected": "parity.api.inspecting",
    "Matrix": "parity.api.cases",
    **dict.fromkeys(
        (
            *("CaseError", "EngineError", "ExportError", "InputError", "ModelError"),
            *("OutputError", "ParityError", "UsageError"),
        ),
        "parity.errors",
    ),
    "Result": "parity.api.result",
    "Results": "parity.api.many",
    "Tolerance": "parity.compare.tolerance",
    "assert_parity": "parity.api.checking",
    "check": "parity.api.checking",
    "check_all": "parity.api.many",
    "check_case": "parity.api.cases",
    "explain": "parity.api.explaining",
    "export": "parity.api.exporting",
    "inspect": "parity.api.inspecting",
    "load_case": "parity.api.cases",
    "matrix": "parity.api.cases",
}
"""Which file each public name is from."""


def __getattr__(name: str) -> object:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found: object = getattr(import_module(_WHERE[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_WHERE})
