"""Whether parts are of one gate, all there, each once: every reason why not."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from parity.records.gate import GateRecord

_SHOWN = 5


def problems(parts: Sequence[GateRecord]) -> list[str]:
    """Why parts make no whole gate; none if they do."""
    found = [*_no_parts(parts)]
    whole = [part for part in parts if part.shard is not None]
    found += _mixed(whole)
    found += _references(whole)
    found += _shards(whole)
    # What is missing from a mixture tells nothing.
    return found or [*_cells(whole)]


def _no_parts(parts: Sequence[GateRecord]) -> Iterator[str]:
    for part in parts:
        if part.shard is None:
            yield f"{part.path}: is a whole gate, and no part; run it with --parity-shard"
        if part.document["partial"]:
            yield f"{part.path}: is partial: it was interrupted; run this part again"


_SAME: tuple[tuple[str, Callable[[dict[str, Any]], object]], ...] = (
    ("version of parity", lambda d: d["made_by"]),
    ("commit", lambda d: d["selection"]["commit"]),
    ("versions", lambda d: d["environment"]["versions"]),
    ("python", lambda d: d["environment"]["python"]),
    ("profile", lambda d: d["profile"]),
    ("seed", lambda d: d["seed"]),
    ("settings", lambda d: [(s["key"], s["value"]) for s in d["settings"]]),
    ("options", lambda d: d["selection"]["asked"]),
    ("number of parts", lambda d: d["shard"]["count"]),
    ("text or golden of the cases", lambda d: d["selection"]["cases"]),
    ("cells left out", lambda d: d["selection"].get("left_out", [])),
    ("cells", lambda d: sorted((c["id"], c["cell"]) for c in d["selection"]["cells"])),
)
"""What all parts of a gate have in common. The processor isn't: runners have what they get."""


def _mixed(parts: Sequence[GateRecord]) -> Iterator[str]:
    for name, of in _SAME:
        for part in parts[1:]:
            one, other = of(dict(parts[0].document)), of(dict(part.document))
            if one != other:
                told = _difference(one, other)
                yield f"{part.path}: another {name} than {parts[0].path}: {told}"
                break


def _references(parts: Sequence[GateRecord]) -> Iterator[str]:
    """A case's text names its model, and what lies there may be another on each machine."""
    seen: dict[str, tuple[tuple[str, ...], GateRecord]] = {}
    told: set[str] = set()
    for part in parts:
        for row in part.rows:
            result, case = row.document["result"], row.document["case"]
            if result is None or case in told:
                continue
            hashes = result["environment"]["hashes"]
            own = tuple(hashes.get(f, "none") for f in result["reference"].get("files", ()))
            first, where = seen.setdefault(case, (own, part))
            if own != first:
                told.add(case)
                yield (
                    f"{part.path}: another reference of {case} than {where.path}: "
                    f"SHA-256 {', '.join(map(_short, own))}, not {', '.join(map(_short, first))}; "
                    "give all machines one, by $PARITY_MODELS or $PARITY_STORE"
                )


def _difference(one: Any, other: Any) -> str:
    if isinstance(one, dict) and isinstance(other, dict):
        keys = [k for k in sorted({*one, *other}) if one.get(k) != other.get(k)]
        told = [f"{k}: {_short(other.get(k))}, not {_short(one.get(k))}" for k in keys[:_SHOWN]]
        return "; ".join(told)
    if isinstance(one, list) and isinstance(other, list):
        more, fewer = [x for x in other if x not in one], [x for x in one if x not in other]
        which = (more or fewer)[:1]
        how = f"{'more' if more else 'fewer'}: {which[0][-1]}" if which else "in another order"
        return f"{len(other)}, not {len(one)} ({how})"
    return f"{other}, not {one}"


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 20 else f"{text[:12]}…"


def _shards(parts: Sequence[GateRecord]) -> Iterator[str]:
    given: dict[int, list[GateRecord]] = {}
    for part in parts:
        given.setdefault(part.shard.index if part.shard else 0, []).append(part)
    for same in given.values():
        if len(same) > 1:
            names = ", ".join(str(part.path) for part in same)
            yield f"shard {same[0].shard} is there {len(same)} times: {names}"
    counts = {part.shard.count for part in parts if part.shard is not None}
    if len(counts) == 1:
        (count,) = counts
        missing = [n for n in range(1, count + 1) if n not in given]
        if missing:
            more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
            listed = ", ".join(f"{n}/{count}" for n in missing[:_SHOWN])
            yield f"missing: shard {listed}{more}"


def _cells(parts: Sequence[GateRecord]) -> Iterator[str]:
    if not parts:
        return
    listed = parts[0].document["selection"]["cells"]
    ids, wanted = {c["cell"]: c["id"] for c in listed}, Counter(c["cell"] for c in listed)
    told = Counter(row.document["cell"] for part in parts for row in part.rows)
    for name in sorted(wanted | told):
        where = [p for p in parts if any(row.document["cell"] == name for row in p.rows)]
        paths = ", ".join(str(part.path) for part in where)
        if told[name] < wanted[name]:
            yield f"{name}: is in none of the parts" if not where else f"{name}: once too few"
        elif told[name] > wanted[name]:
            what = "is twice" if name in ids else "was never to be run, and is"
            yield f"{name}: {what} in {paths}"
        else:
            yield from (
                f"{name}: is in {part.path}, and belongs to another part"
                for part in where
                if part.shard is not None and not part.shard.holds(ids[name])
            )
