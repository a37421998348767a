"""LAC, a real model, says what the deployment guide prints, from either engine."""

import pytest

from parity.cli.main import parity
from tests.golden.test_shipped import ROOT

GUIDE = """\
input data: 北京的涮肉，重庆的火锅，成都的小吃都是极具特色的美食。
The model detects all entities:
entity: 北京   label: LOC   pos: [0, 1]
entity: 重庆   label: LOC   pos: [6, 7]
entity: 成都   label: LOC   pos: [12, 13]
-----------------------------
input data: 乔丹、科比、詹姆斯和姚明都是篮球界的标志性人物。
The model detects all entities:
entity: 乔丹   label: PER   pos: [0, 1]
entity: 科比   label: PER   pos: [3, 4]
entity: 詹姆斯   label: PER   pos: [6, 8]
entity: 姚明   label: PER   pos: [10, 11]
-----------------------------
"""


@pytest.mark.parametrize("engine", ["reference", "candidate"])
def test_lac_prints_the_guides_lines(engine: str, capsys: pytest.CaptureFixture[str]) -> None:
    texts = [line.removeprefix("input data: ") for line in GUIDE.splitlines() if "input" in line]
    arguments = ["predict", str(ROOT / "lac"), *texts, "--engine", engine]
    with parity.make_context("parity", arguments) as context:
        assert parity.invoke(context) == 0
    assert capsys.readouterr().out == GUIDE
