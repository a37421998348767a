"""Decisions, written down one by one: whatever ends a review, what was decided stays decided.

A change is accepted by writing the recorded answer into the golden, and rejected by writing the
golden's into the recording. Once the two say the same the recording goes. Each step replaces one
file as a whole, so a process that is killed between two of them leaves nothing that isn't decided
the same way again. Who reviews at the same time waits for the lock, and sees what others wrote.
"""

import contextlib
import fcntl
import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from parity import golden
from parity.errors import CaseError, OutputError
from parity.golden import Golden, Refused, Review
from parity.review.changes import ORIGIN, Change, Group, changes, groups, origin
from parity.verify.request import Recorded


@dataclass(frozen=True)
class Waiting:
    """A recording that waits. path: of the golden. before: None where there is none yet."""

    path: Path
    before: Golden | None
    now: Golden

    @property
    def groups(self) -> tuple[Group, ...]:
        """What is to be decided."""
        return groups(self.before, self.now)


def read(path: Path) -> Waiting | None:
    """What waits to become a golden; None where nothing does. Raises CaseError."""
    aside = golden.pending(path)
    if not aside.exists():
        return None
    return Waiting(path, _golden(path), golden.load(aside))


def _golden(path: Path) -> Golden | None:
    """The golden; None where there is none yet. One that can't be read is no reason to lose it."""
    if not path.exists():
        return None
    try:
        return golden.load(path)
    except CaseError as error:
        raise CaseError(
            f"{error}; restore it, or remove it to look at all answers as if they were new"
        ) from error


def of_pending(aside: Path) -> Path:
    """Where the golden of a waiting recording lies."""
    return aside.with_name(aside.name.replace(".pending.", "."))


def propose(path: Path, now: Golden) -> None:
    """Let a recording wait, in place of one that waits already."""
    with locked(path.parent):
        golden.save(golden.pending(path), now)


def withdraw(path: Path) -> bool:
    """Remove a recording that waits; whether there was one."""
    with locked(path.parent):
        golden.settle(path)
        there = golden.pending(path).exists()
        golden.remove(golden.pending(path))
        return there


def decide(path: Path, seen: Group, *, accept: bool, review: Review) -> int:
    """Write down a decision about a group, or about some of its changes, as they were seen.

    review: who says so and why; what it is about is added. Returns how many changes were decided:
    fewer than were seen where somebody else has decided meanwhile, or recorded anew. Raises
    CaseError, OutputError.
    """
    with locked(path.parent):
        waits = read(path)
        if waits is None:
            return 0
        if seen.name == ORIGIN and seen.lines:
            return _origin(waits, seen, accept=accept, review=review)
        there = set(map(_key, changes(waits.before, waits.now)))
        mine = [c for c in seen.changes if _key(c) in there]
        if mine:
            _answers(waits, mine, accept=accept, review=review)
        return len(mine)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Alone in a case's folder, among those who review and record. Raises OutputError."""
    try:
        lock = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise OutputError(f"{folder}: can't be opened: {error.strerror or error}") from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
        except OSError as error:  # without a lock one of two would lose what they decide
            raise OutputError(f"{folder}: can't be locked: {error.strerror or error}") from error
        yield
    finally:
        os.close(lock)


def _key(change: Change) -> tuple[object, ...]:
    return change.text, _answer(change.before), _answer(change.now)


def _answer(recorded: Recorded | None) -> object:
    return recorded and (recorded.shown, recorded.confidence)


def _origin(waits: Waiting, seen: Group, *, accept: bool, review: Review) -> int:
    before, now = waits.before, waits.now
    if before is None or tuple(origin(before, now)) != seen.lines:
        return 0
    if accept:
        # What nobody has to decide comes from the new model as well: its logits.
        told = {c.text for c in changes(before, now)}
        same = {s.text: s for s in now.sentences if s.text not in told}
        kept = tuple(same.get(s.text, s) for s in before.sentences)
        before = replace(before, sentences=_all_or_none(kept), provenance=now.provenance)
    else:
        now = replace(now, provenance=before.provenance)
    said = replace(review, origin="accepted" if accept else "rejected")
    _write(waits.path, replace(before, reviews=_with(before.reviews, said)), now)
    return 1


def _answers(waits: Waiting, mine: list[Change], *, accept: bool, review: Review) -> None:
    before, now = waits.before, waits.now
    base = before or replace(now, sentences=())
    texts = [c.text for c in mine]
    if accept:
        said = replace(review, accepted=tuple(texts))
        base = _newest(_taken(base, now, texts), now)
        if not base.sentences:
            raise CaseError(f"{waits.path}: would hold no sentence any more; reject some of them")
    else:
        refused = tuple(Refused(c.text, c.now.shown if c.now else None) for c in mine)
        said = replace(review, rejected=refused)
        now = _taken(now, base, texts)
    if before is None and not accept:
        _write(waits.path, None, now)  # no golden that could say so
    else:
        _write(waits.path, replace(base, reviews=_with(base.reviews, said)), now)


def _taken(into: Golden, source: Golden, texts: Iterable[str]) -> Golden:
    """A golden that says of these texts what another does, in that one's order."""
    chosen = set(texts)
    kept = {s.text: s for s in into.sentences if s.text not in chosen}
    taken = {s.text: s for s in source.sentences if s.text in chosen}
    here = {**kept, **taken}
    if taken.keys() <= {s.text for s in into.sentences}:
        order = [s.text for s in into.sentences]
    else:
        theirs = [s.text for s in source.sentences]
        order = [*theirs, *(t for t in kept if t not in set(theirs))]
    return replace(into, sentences=_all_or_none(here[t] for t in order if t in here))


def _newest(base: Golden, now: Golden) -> Golden:
    """With versions and CPU of the newest answer; what decides is the origin's to change."""
    if base.provenance is None or now.provenance is None:
        return base
    same = not golden.differences(base.provenance, now.provenance)
    return replace(base, provenance=now.provenance) if same else base


def _all_or_none(sentences: Iterable[Recorded]) -> tuple[Recorded, ...]:
    """Sentences that all have logits, or none of them: a golden holds them of all."""
    found = tuple(sentences)
    if all(s.logits is not None for s in found):
        return found
    return tuple(replace(s, logits=None) for s in found)


def _write(path: Path, base: Golden | None, now: Golden) -> None:
    """The golden first: a change that it has already is none, and one it hasn't waits on."""
    if base is not None:
        golden.save(path, base)
    aside = golden.pending(path)
    if now.sentences and groups(base, now):
        golden.save(aside, replace(now, reviews=()))
    else:
        golden.remove(aside)


def _with(reviews: Collection[Review], said: Review) -> tuple[Review, ...]:
    """The reviews, with what was said now put to what the same sitting said before."""
    earlier = [r for r in reviews if (r.by, r.at, r.why) != (said.by, said.at, said.why)]
    for r in reviews:
        if r not in earlier:
            accepted = dict.fromkeys((*r.accepted, *said.accepted))
            rejected = dict.fromkeys((*r.rejected, *said.rejected))
            said = replace(
                said,
                origin=said.origin or r.origin,
                accepted=tuple(accepted),
                rejected=tuple(rejected),
            )
    return (*earlier, said)
