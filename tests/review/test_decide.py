"""What is decided is written at once, whoever else decides, and whenever a process is killed."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from parity import golden
from parity.errors import CaseError
from parity.golden import Golden, Refused
from parity.review import decide
from parity.review.changes import ORIGIN, Group, groups
from parity.review.decide import read
from tests.marks import slowly
from tests.review.recorded import AFTER, BEFORE, MADE, SAID, answers, sentence, waiting

ROOT = Path(__file__).parents[2]


def group(path: Path, name: str) -> Group:
    waits = read(path)
    assert waits is not None
    return next(g for g in waits.groups if g.name == name)


def test_what_is_accepted_goes_into_the_golden_and_what_is_rejected_does_not(
    tmp_path: Path,
) -> None:
    path = waiting(tmp_path)
    later = replace(SAID, by="Bob", at="2026-11-27T09:00:00Z")
    assert decide.decide(path, group(path, "ORG to LOC"), accept=True, review=SAID) == 2
    assert answers(path)["北京大学的人"] == ("北京大学 LOC [0, 3]",)
    assert answers(path)["张伟在南京"] == ("张伟 PER [0, 1]", "南京 LOC [3, 4]")
    assert decide.decide(path, group(path, "LOC gone"), accept=False, review=SAID) == 1
    assert decide.decide(path, group(path, "LOC new"), accept=False, review=later) == 1
    assert decide.decide(path, group(path, "new text"), accept=True, review=later) == 1
    assert golden.pending(path).exists()
    assert decide.decide(path, group(path, "text gone"), accept=True, review=later) == 1
    assert answers(path) == {
        "北京大学的人": ("北京大学 LOC [0, 3]",),
        "上海来的人": ("上海 LOC [0, 1]",),
        "张伟在南京": ("张伟 PER [0, 1]", "南京 LOC [3, 4]"),
        "李白写诗": ("李白 PER [0, 1]",),
        "没有": (),
        "新的文字": ("新 TIME [0, 0]",),
    }
    # Nothing waits any more, and nothing is left of it.
    assert sorted(p.name for p in tmp_path.iterdir()) == ["golden.json", "golden.npz"]
    assert golden.load(path).reviews == (
        replace(SAID, accepted=("北京大学的人", "上海来的人"),
                rejected=(Refused("张伟在南京", ("张伟 PER [0, 1]",)),)),
        replace(later, accepted=("新的文字", "旧的文字"),
                rejected=(Refused("没有", ("没 LOC [0, 0]",)),)),
    )  # fmt: skip


def test_the_logits_go_with_their_answers(tmp_path: Path) -> None:
    path = waiting(tmp_path)
    decide.decide(path, group(path, "ORG to LOC"), accept=True, review=SAID)
    held = {s.text: s.logits for s in golden.load(path).sentences}
    for text, score in (("北京大学的人", -3.0), ("张伟在南京", 2.0)):
        logits = held[text]
        assert logits is not None
        assert logits[0, 1] == score


def test_a_first_golden_begins_with_what_is_accepted(tmp_path: Path) -> None:
    path = waiting(tmp_path, None)
    (new,) = groups(None, AFTER)
    some = replace(new, changes=new.changes[:2])
    assert decide.decide(path, some, accept=False, review=SAID) == 2
    assert not path.exists()
    rest = replace(new, changes=new.changes[2:])
    assert decide.decide(path, rest, accept=True, review=SAID) == 4
    assert list(answers(path)) == [c.text for c in rest.changes]
    assert golden.load(path).provenance == MADE
    assert not golden.pending(path).exists()


def test_a_first_golden_of_which_nothing_is_right_is_none(tmp_path: Path) -> None:
    path = waiting(tmp_path, None)
    decide.decide(path, group(path, "new text"), accept=False, review=SAID)
    assert list(tmp_path.iterdir()) == []


def test_a_golden_never_comes_to_hold_nothing(tmp_path: Path) -> None:
    now = replace(AFTER, sentences=(sentence("另外"),))
    path = waiting(tmp_path, now=now)
    with pytest.raises(CaseError, match="would hold no sentence any more"):
        decide.decide(path, group(path, "text gone"), accept=True, review=SAID)
    decide.decide(path, group(path, "new text"), accept=False, review=SAID)
    assert answers(path) == {s.text: s.shown for s in BEFORE.sentences}
    assert not golden.pending(path).exists()  # nothing is left that could be accepted


@pytest.mark.parametrize("accept", [True, False])
def test_the_origin_is_decided_like_anything_else(tmp_path: Path, accept: bool) -> None:
    other = replace(MADE, parameters="d" * 64)
    sentences = (*BEFORE.sentences[:-1], sentence("旧的文字", "旧 TIME [0, 0]", score=9.0))
    path = waiting(tmp_path, now=replace(BEFORE, sentences=sentences, provenance=other))
    assert decide.decide(path, group(path, ORIGIN), accept=accept, review=SAID) == 1
    found = golden.load(path)
    assert found.provenance == (other if accept else MADE)
    assert [r.origin for r in found.reviews] == ["accepted" if accept else "rejected"]
    assert not golden.pending(path).exists()
    # Answers that are the same come from the accepted model, with their logits.
    last = found.sentences[-1].logits
    assert last is not None
    assert last[0, 1] == (9.0 if accept else 1.0)


def test_a_decision_is_about_what_was_seen(tmp_path: Path) -> None:
    """Somebody else has decided meanwhile, or the model was recorded anew."""
    path = waiting(tmp_path)
    seen = group(path, "ORG to LOC")
    decide.decide(path, replace(seen, changes=seen.changes[:1]), accept=False, review=SAID)
    anew = replace(BEFORE, sentences=(sentence("上海来的人", "上海 PER [0, 1]"),))
    assert decide.decide(path, seen, accept=True, review=SAID) == 1
    assert answers(path)["北京大学的人"] == ("北京大学 ORG [0, 3]",)
    decide.propose(path, anew)
    assert decide.decide(path, seen, accept=True, review=SAID) == 0
    decide.withdraw(path)
    assert decide.decide(path, seen, accept=True, review=SAID) == 0
    assert answers(path)["上海来的人"] == ("上海 LOC [0, 1]",)


def test_what_waits_for_a_golden_that_can_not_be_read_replaces_nothing(tmp_path: Path) -> None:
    path = waiting(tmp_path)
    path.write_text("<<<<<<< HEAD\n")
    with pytest.raises(CaseError, match=r"not JSON: .*; restore it, or remove it"):
        read(path)
    assert path.read_text() == "<<<<<<< HEAD\n"


def test_a_golden_without_logits_takes_answers_that_have_some(tmp_path: Path) -> None:
    bare = tuple(replace(s, logits=None) for s in BEFORE.sentences)
    path = waiting(tmp_path, Golden(bare, MADE))
    decide.decide(path, group(path, "ORG to LOC"), accept=True, review=SAID)
    assert answers(path)["上海来的人"] == ("上海 LOC [0, 1]",)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"by": 1}, '"by" is 1, not of type str'),
        ({"who": "me"}, "a review has a key 'who'"),
        ({"accepted": "all"}, "\"accepted\" is 'all', not of type list"),
        ({"origin": "maybe"}, "\"origin\" is 'maybe'"),
        ({"rejected": [{"text": "a"}]}, '"shown" is missing'),
        ({"why": "because"}, "was edited by hand"),
    ],
)
def test_who_reviewed_is_not_for_editing(
    tmp_path: Path, change: dict[str, object], says: str
) -> None:
    import json

    path = waiting(tmp_path)
    decide.decide(path, group(path, "ORG to LOC"), accept=True, review=SAID)
    data = json.loads(path.read_text("utf-8"))
    data["reviews"][0].update(change)
    path.write_text(json.dumps(data), "utf-8")
    with pytest.raises(CaseError, match=says):
        golden.load(path)


KILLED = """
import os, sys
from dataclasses import replace
from pathlib import Path
from parity import files, golden
from parity.review import decide
from tests.review.recorded import AFTER, BEFORE, SAID, answers, waiting

accept = "accept" in sys.argv
NOW = replace(BEFORE, sentences=(*BEFORE.sentences[:4], *AFTER.sentences[4:5]))

def child(path, step):
    \"\"\"Decides all, and is killed at its step-th change of a file.\"\"\"
    left = [step]
    def dying(change):
        def changed(*arguments, **options):
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), 9)
            return change(*arguments, **options)
        return changed
    files.write = dying(files.write)
    Path.replace = dying(Path.replace)
    Path.unlink = dying(Path.unlink)
    go_on(path)
    os._exit(0)

def go_on(path):
    while (waits := decide.read(path)) is not None and waits.groups:
        decide.decide(path, waits.groups[0], accept=accept, review=SAID)
    decide.withdraw(path)

step, killed = 0, True
seen = set()
while killed:
    step += 1
    path = waiting(Path(sys.argv[1]) / f"{step}", now=NOW)
    pid = os.fork()
    if not pid:
        child(path, step)
    killed = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -9
    between = answers(path)  # it can be read, logits and all
    assert between.keys() >= {s.text for s in BEFORE.sentences[:-1]}, (step, between)
    go_on(path)
    seen.add(str(answers(path)))
    (review,) = golden.load(path).reviews
    assert len(review.accepted if accept else review.rejected) == 2, (step, review)
    left = sorted(p.name for p in path.parent.iterdir())
    assert left == ["golden.json", "golden.npz"], (step, left)
assert len(seen) == 1, seen
print(step)
"""


@pytest.mark.parametrize("how", slowly(["accept", "reject"], "reject"))
def test_killed_between_any_two_files_nothing_is_lost(tmp_path: Path, how: str) -> None:
    """The same comes out in the end, wherever a process is killed and another goes on."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), how],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 12  # steps at which it was killed


TWO = """
import os, sys
from dataclasses import replace
from pathlib import Path
from parity.review import decide
from parity.review.changes import Group
from tests.review.recorded import BEFORE, SAID, sentence, waiting

texts = [f"{i} 号" for i in range(12)]
now = replace(BEFORE, sentences=tuple(sentence(t) for t in texts))
path = waiting(Path(sys.argv[1]), None, now)
children = []
waits = decide.read(path).groups[0].changes  # by either, before the other has decided any
for mine in (0, 1):
    pid = os.fork()
    if not pid:
        changes = waits[mine::2]
        said = replace(SAID, by=str(mine))
        for change in changes:
            assert decide.decide(path, Group("new text", (change,)), accept=True, review=said) == 1
        os._exit(0)
    children.append(pid)
assert [os.waitpid(pid, 0)[1] for pid in children] == [0, 0]
"""


def test_two_who_review_at_once_lose_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", TWO, str(tmp_path)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = golden.load(tmp_path / "golden.json")
    assert [s.text for s in found.sentences] == [f"{i} 号" for i in range(12)]
    assert {r.by: len(r.accepted) for r in found.reviews} == {"0": 6, "1": 6}
    assert not golden.pending(tmp_path / "golden.json").exists()
