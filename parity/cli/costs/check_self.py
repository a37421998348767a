"""``parity check --self``: one model against itself."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from parity.cli import options, streams
from parity.errors import UsageError
from parity.model.precisions import COMPUTED
from parity.shown import shown

_NOT = ("reference", "opset", "reference_engine", "reference_env", "bundle", "sweep", "oracle")


def run(named: Sequence[Path], given: dict[str, Any]) -> int:
    """Ask MODEL all invariants. Raises ParityError where it can't be run."""
    from parity.api.alone import alone
    from parity.api.checking import defaults
    from parity.report import targets
    from parity.report.console import print_whole
    from parity.report.costs import alone as report
    from parity.report.document import dumps

    if len(named) != 1:
        raise UsageError("--self takes one model at a time")
    odd = [name for name in _NOT if given[name]]
    if odd:
        raise UsageError(f"--self has no reference: leave out --{odd[0].replace('_', '-')}")
    if given["precision"] in COMPUTED:
        engine = COMPUTED[given["precision"]]
        raise UsageError(
            f"--self has a model as it is: for {given['precision']} say --candidate-engine "
            f"{engine} --candidate-option precision={given['precision']}"
        )
    json_file = given["json_file"]
    targets.check(json=json_file, html=given["html"])
    asked = defaults()
    asked["candidate_engine"] = given["candidate_engine"]
    asked["candidate_env"] = given["candidate_env"]
    asked["candidate_options"] = options.pairs(
        given["candidate_option"], option="--candidate-option"
    )
    asked["inputs"], asked["plan"] = given["said"], given["kind"]
    asked["tokenizer"], asked["picture"] = given["tokenizer"], given["picture"]
    asked["max_batch"], asked["max_length"] = given["max_batch"], given["max_length"]
    asked["timeout_s"], asked["open_timeout_s"] = given["timeout"], given["open_timeout"]
    with streams.console(stderr=True).status("") as status:
        found = alone(
            named[0], asked, feeds=tuple(given["feeds"]),
            say=lambda line: status.update(shown(line)),
        )  # fmt: skip
    to_stdout = json_file == targets.STDOUT
    streams.give(dumps(report.document(found)), json_file)
    given["page"].write(report.document(found))
    console = streams.console(stderr=to_stdout, highlight=False)
    if not given["quiet"]:
        print_whole(console, report.table(found))
        console.print()
    for line in report.lines(found):
        console.print(line, markup=False, soft_wrap=True)
    return 0 if found.passed else 1
