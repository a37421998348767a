"""Plugins of others: one that breaks is one line, and takes nothing with it."""

import pytest

from parity.doctor import plugged
from parity.doctor.health import health
from parity.doctor.probe import ask
from parity.doctor.said import lines
from tests.doctor.conftest import Install

BREAKS = {
    "raises": ("raise RuntimeError('no licence\\nfound')", "RuntimeError: no licence found"),
    "leaves": ("import sys; sys.exit(0)", "SystemExit: 0"),
    "dies": ("import os; os._exit(7)", "exited with status 7"),
    "crashes": ("import os; os.abort()", "SIGABRT"),
    "lacks": ("import not_installed", "No module named 'not_installed'"),
    "paints": ("raise ValueError('\\x1b[31mred')", "\\x1b[31mred"),
}


def test_each_way_to_break_is_a_line_and_the_healthy_one_beside_it_loads(install: Install) -> None:
    install(
        {f"plug_{name}": source for name, (source, _) in BREAKS.items()} | {"plug_well": ""},
        {"parity.engines": {name: f"plug_{name}" for name in (*BREAKS, "well")}},
    )
    found = plugged.foreign()
    assert {(p.kind, p.name, p.package, p.wrong) for p in found} == {
        ("engines", name, "stranger 1.2", "") for name in (*BREAKS, "well")
    }
    answers = ask({p.name: ("plugin", p.kind, p.name) for p in found})
    for name, (_, why) in BREAKS.items():
        assert why in answers[name].why
        assert "\n" not in answers[name].why
        assert "\x1b" not in answers[name].why
    assert answers["well"].well
    assert answers["well"].facts["place"].endswith("plug_well.py")


def test_a_plugin_that_hangs_is_ended(install: Install) -> None:
    install({"plug_hangs": "while True: pass"}, {"parity.tasks": {"hangs": "plug_hangs"}})
    answer = ask({"hangs": ("plugin", "tasks", "hangs")}, timeout_s=0.5)["hangs"]
    assert "took longer than 0.5 s" in answer.why


def test_a_group_that_parity_does_not_read_is_told_with_the_nearest(install: Install) -> None:
    install({"plug": ""}, {"parity.engine": {"mine": "plug"}})
    (found,) = plugged.foreign()
    assert 'did you mean "engines"' in found.wrong


def test_a_plugin_of_a_name_that_parity_has_itself_is_told(install: Install) -> None:
    install({"plug": ""}, {"parity.engines": {"ort": "plug"}})
    (found,) = plugged.foreign()
    assert "parity has one of that name" in found.wrong


def test_what_is_no_group_of_parity_is_left_alone(install: Install) -> None:
    install({"plug": ""}, {"console_scripts": {"ort": "plug"}})
    assert plugged.foreign() == []


def test_a_broken_plugin_stands_in_the_report_and_does_not_stop_checks(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    install({"plug": "raise RuntimeError('old')"}, {"parity.engines": {"mine": "plug"}})
    # Light ones in the place of the engines: they are looked at elsewhere.
    monkeypatch.setattr("parity.doctor.health.LIBRARIES", {"paddle": "json", "ort": "json"})
    found = health()
    assert found.problem == ""
    (line,) = [line for line in lines(found) if "mine" in line]
    assert line.startswith("engine    mine [stranger 1.2]: can't be used: ")
    assert "RuntimeError: old" in line
