"""Word, segment and position ids: what indexes which table."""

from dataclasses import dataclass, field

from parity.model.rules.lookups import Lookup, groups, lookups, sliced_table
from parity.model.rules.names import hint
from parity.model.rules.padding import Padding, padding
from parity.model.rules.reach import COUNTERS, longest
from parity.model.rules.trace import Trace
from parity.model.spec import Domain, PositionIds, SegmentIds, TokenIds

SEGMENT_ROWS = 16
"""Beside a word table, a table of at most so many rows holds kinds, not positions.

ERNIE's largest table of kinds (task types) has 16 rows; no position table is that short.
"""


@dataclass
class Tokens:
    """What the tables of a graph say of its inputs.

    domains: by input name. group: inputs that share a sequence, by input name the
        word input whose sequence it is. evidence: one line a conclusion.
    """

    domains: dict[str, Domain] = field(default_factory=dict)
    group: dict[str, str] = field(default_factory=dict)
    evidence: list[str] = field(default_factory=list)

    @property
    def words(self) -> list[str]:
        return [name for name, d in self.domains.items() if isinstance(d, TokenIds)]


def tokens(trace: Trace) -> Tokens:
    """Domains of all inputs that index tables."""
    result = Tokens()
    for group in groups(lookups(trace)):
        _group(trace, group, result)
    return result


def _group(trace: Trace, group: list[Lookup], result: Tokens) -> None:
    tables: dict[str, list[Lookup]] = {}
    by_column = {x.source for x in group if x.source is not None and x.by_column}
    for lookup in group:
        if lookup.source is not None and lookup.source not in by_column:
            tables.setdefault(lookup.source, []).append(lookup)
    if not tables:
        return
    pads = {name: padding(trace, name, found) for name, found in tables.items()}
    computed = [x for x in group if x.source is None and trace.made_by(x.ids, COUNTERS)]
    computed += [x for x in group if x.source is None and x not in computed and _stored(trace, x)]
    word = _word(trace, tables, pads, computed, result.evidence)
    result.group.update(dict.fromkeys([*tables, *sorted(by_column)], word))
    explicit = None
    for name, found in tables.items():
        if name == word or any(lookup.low > 0 for lookup in found):
            continue  # what begins above 0 is neither: see the rule on whole numbers
        rows = min(lookup.bound for lookup in found)
        domain, why = _beside(name, rows)
        if isinstance(domain, PositionIds):
            explicit = rows if explicit is None else min(explicit, rows)
        result.domains[name] = domain
        result.evidence.append(f"{name}: {why} {found[0].table.name}, summed with that of {word}")
    _conclude(trace, group, word, tables[word], pads[word], computed, explicit, result)


def _conclude(
    trace: Trace,
    group: list[Lookup],
    word: str,
    found: list[Lookup],
    pad: Padding | None,
    computed: list[Lookup],
    explicit: int | None,
    result: Tokens,
) -> None:
    table = min(found, key=lambda lookup: lookup.bound)
    lowest = max(lookup.low for lookup in found)
    evidence = result.evidence
    made = "" if (lowest, table.bound) == (0, table.rows) else ", as the graph computes the index"
    evidence.append(
        f"{word}: vocabulary {table.bound} from the rows of {table.table.name}"
        + (f", from {lowest} up" if lowest else "")
        + made
    )
    if pad and lowest <= pad.pad < table.bound:
        evidence.append(f"{word}: {pad.reason}")
    else:
        pad = None
        evidence.append(f"{word}: no pad id: neither mask nor padding row in the graph")
    bounds = [] if explicit is None else [explicit]
    for lookup in computed:
        bound = longest(trace, lookup.ids, lookup.rows)
        reason = f"the {lookup.rows} rows of {lookup.table.name}, indexed by computed positions"
        if bound is None:
            bound, reason = lookup.rows, f"{reason}; taken to start at 0"
        evidence.append(f"{word}: at most {bound} positions from {reason}")
        bounds.append(bound)
    for name, rows in _sliced(trace, group):
        evidence.append(f"{word}: at most {rows} positions from {name}, cut to the length")
        bounds.append(rows)
    positions = min(bounds) if bounds else None
    result.domains[word] = TokenIds(
        table.bound,
        pad.pad if pad else None,
        positions,
        pad.masked if pad else False,
        lowest=lowest,
    )


def _word(
    trace: Trace,
    tables: dict[str, list[Lookup]],
    pads: dict[str, Padding | None],
    computed: list[Lookup],
    evidence: list[str],
) -> str:
    """The input of a group that holds word ids."""
    if len(tables) == 1:
        return next(iter(tables))
    padded = [name for name, pad in pads.items() if pad]
    if len(padded) == 1:
        return padded[0]
    counted = {r for x in computed for r in trace.roots(x.ids, shapes=True)} & set(tables)
    if len(counted) == 1:
        return counted.pop()
    rows = {name: max(x.bound for x in found) for name, found in tables.items()}
    largest = max(rows, key=lambda name: rows[name])
    named = [name for name in tables if hint(name) == "token"]
    tied = sum(count == rows[largest] for count in rows.values()) > 1
    if len(named) == 1 and named[0] != largest and (tied or hint(largest) != "token"):
        evidence.append(f"{named[0]}: taken for the word ids by its name; the tables don't say")
        return named[0]
    return largest


def _beside(name: str, rows: int) -> tuple[Domain, str]:
    """The domain of an input whose table is summed with the word table."""
    small = rows <= SEGMENT_ROWS
    said = hint(name)
    if (said == "position" and small) or (said == "segment" and not small):
        how = "by its name, "
        small = not small
    else:
        how = ""
    if small:
        return SegmentIds(rows), f"segment ids below {rows}: {how}it indexes the small table"
    return PositionIds(rows), f"positions below {rows}: {how}it indexes the table"


def _stored(trace: Trace, lookup: Lookup) -> bool:
    """Whether the ids are a stored [0, 1, 2, …], cut to length."""
    return longest(trace, lookup.ids, lookup.rows) is not None


def _sliced(trace: Trace, group: list[Lookup]) -> list[tuple[str, int]]:
    found = {}
    for output in sorted({output for lookup in group for output in lookup.sums}):
        for name in trace.graph.producers[output].inputs:
            table = sliced_table(trace, name)
            if table:
                found[table.name] = table.shape[-2]
    return list(found.items())
