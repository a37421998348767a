"""The line that lives while a run goes on."""

from io import StringIO

from parity.report.console import Plain
from parity.report.live import LiveLine
from parity.verify.progress import Step


def test_its_clock_goes_on_within_a_step() -> None:
    """Rich draws it by itself: what it draws must not wait for the next step."""
    now = [0.0]
    file = StringIO()
    console = Plain(file=file, force_terminal=True, color_system=None, width=80)
    with LiveLine(console, lambda: now[0]) as live:
        for step, seconds, said in [
            (None, 3, "loading both engines, 3 s"),
            (None, 9, "loading both engines, 9 s"),
            (Step("boundary", 7, 78, 0.5), 10, "boundary: 7/78 examples, worst 50% of what is"),
            (None, 70, "allowed, 70 s"),
        ]:
            now[0] = seconds
            if step is not None:
                live(step)
            live._live.refresh()
            assert said in file.getvalue()


def test_it_says_nothing_where_nobody_watches() -> None:
    file = StringIO()
    with LiveLine(Plain(file=file, width=80)) as live:
        live(Step("boundary", 7, 78, 0.5))
    assert file.getvalue() == ""
