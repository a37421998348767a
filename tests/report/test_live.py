"""The line that lives while a run goes on."""

import threading
from io import StringIO

import pytest

from parity.report.console import Plain
from parity.report.values.ratios import share, times
from parity.report.watched.line import Line
from parity.report.watched.live import LiveLine, building
from parity.verify.progress import Step
from tests.screen import Screen

WIDTHS = (1, 12, 20, 40, 60, 80, 100, 140, 300)


class Clock:
    """Goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def console(width: int = 100, *, terminal: bool = True) -> tuple[Plain, StringIO]:
    file = StringIO()
    return Plain(file=file, force_terminal=terminal, color_system=None, width=width), file


def run(
    line: Line, clock: Clock, *, upto: int = 100, total: int = 200, stage: str = "generate"
) -> None:
    """Ten examples a second."""
    for done in range(1, upto + 1):
        clock.now += 0.1
        line.step(Step(stage, done, total, 0.5))


def test_it_moves_every_quarter_second_also_while_nothing_is_told(clock: Clock) -> None:
    """While an engine loads, and between two steps of a run."""
    line = Line(clock)
    for step in (Step("load"), Step("boundary", 7, 78, 0.5), Step("build", what="lac")):
        line.step(step)
        seen = set()
        for _ in range(8):
            seen.add(line.text(100))
            clock.now += 0.25
        assert len(seen) == 8


def test_it_tells_rate_time_left_stage_and_worst(clock: Clock) -> None:
    line = Line(clock)
    run(line, clock)
    assert line.text(120) == (
        "generate  [############............]  100/200 examples  worst 50% of allowed  "
        "10 s left  10/s  10.0 s"
    )
    assert line.text(120, about="cell 2/3").startswith("cell 2/3  generate  [####")


def test_time_left_follows_what_was_lately(clock: Clock) -> None:
    """Long feeds take longer than short ones."""
    line = Line(clock)
    run(line, clock)
    for done in range(101, 111):
        clock.now += 1
        line.step(Step("generate", done, 200, 0.5))
    assert "90 s left  1/s" in line.text(120)


def test_the_bar_is_as_wide_in_the_end_as_in_the_beginning(clock: Clock) -> None:
    line = Line(clock)
    ends = set()
    for done in range(1, 200):
        clock.now += 0.1
        line.step(Step("boundary" if done < 50 else "generate", done, 200, done / 50))
        ends.add(line.text(110).index("]") - line.text(110).index("["))
    assert len(ends) == 1


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "step",
    [
        Step("load"),
        Step("sizes", 12),
        Step("boundary", 7, 78, 1234.5),
        Step("rounding", 1, 2),
        Step("shrink", 14, smallest=3, ends=1e6),
        Step("build", what="北京" * 100),
        Step("explain"),
    ],
)
def test_it_fits_and_the_stage_is_the_last_to_go(width: int, step: Step, clock: Clock) -> None:
    line = Line(clock)
    line.step(step)
    text = line.text(width, about="")
    assert len(Screen(max(width, 2)).feed(text).lines) == 1
    assert text.startswith(line.plain()[: width // 2 if step.what else width].rstrip())


def test_what_tells_least_goes_first_where_it_is_narrow(clock: Clock) -> None:
    line = Line(clock)
    run(line, clock)
    assert line.text(60) == "generate  100/200 examples  worst 50% of allowed  10.0 s"
    assert line.text(30) == "generate  100/200 examples"


def test_names_do_nothing_to_the_terminal(clock: Clock) -> None:
    line = Line(clock)
    line.step(Step("build", what="\x1b]0;title\x07\x1b[2J\r\u202e"))
    text = line.text(200, about="\x1b[31m")
    Screen(200).feed(text)
    assert r"\x1b]0;title\x07\x1b[2J\r\u202e" in text


def test_it_is_drawn_by_itself_and_gone_in_the_end() -> None:
    """What is drawn doesn't wait for the next step; nothing is left, the cursor never hidden."""
    made, file = console()
    drawn = threading.Event()

    class Counted(Line):
        def text(self, width: int, *, about: str = "") -> str:
            drawn.set()
            return super().text(width, about=about)

    with LiveLine(made, Counted()) as live:
        assert drawn.wait(30)
        live(Step("boundary", 7, 78, 0.5))
        drawn.clear()
        assert drawn.wait(30)
        with live.aside():
            made.print("between")
    screen = Screen(100).feed(file.getvalue())
    assert screen.lines == ["between", ""]
    assert "boundary" in file.getvalue()


def test_it_says_nothing_where_nobody_watches() -> None:
    made, file = console(terminal=False)
    with LiveLine(made) as live:
        live(Step("boundary", 7, 78, 0.5))
        with live.aside():
            pass
    assert file.getvalue() == ""


def test_a_terminal_that_can_not_go_back_is_told_of_each_stage(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    made, file = console()
    with LiveLine(made) as live:
        for step in (Step("load"), Step("boundary", 1, 9), Step("boundary", 2, 9), Step("shrink")):
            live(step)
    assert file.getvalue() == "loading both engines\nboundary\nshrinking\n"


def test_a_terminal_that_is_gone_ends_no_run() -> None:
    made, file = console()
    file.close()
    with LiveLine(made) as live:
        live.draw()
        live(Step("boundary", 7, 78, 0.5))


def test_building_tells_what_is_said() -> None:
    made, file = console()
    with building(made) as say:
        assert file.getvalue() == "", "what is in the cache takes no line"
        say("building lac in Paddle")
        say("training, step 5")
    assert "building lac in Paddle" in file.getvalue()
    assert Screen(100).feed(file.getvalue()).lines == [""]


def test_one_unit_for_a_ratio() -> None:
    assert [share(r) for r in (0, 0.064, 0.5, 0.994, 0.99999, 1.0, 1.26, 36.24, 56925.6)] == [
        "0%", "6%", "50%", "99%", "99%", "1x", "1.3x", "36x", "56,926x",
    ]  # fmt: skip
    assert share(float("inf")) == times(float("nan")) == "beyond"
