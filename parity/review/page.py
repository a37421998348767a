"""What waits for a review, as one page to read: no script, nothing that is fetched."""

from collections.abc import Sequence

from parity.compare.answers import in_a_line
from parity.review.changes import Change, Group
from parity.review.decide import Waiting
from parity.review.markup import Safe, element, joined
from parity.review.spans import marked, spans
from parity.shown import command, quoted
from parity.verify.request import Recorded

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem;
       color: #1b1b1b; background: #fff; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid #ccc; }
h3 small, .dim { color: #666; font-weight: normal; }
table { border-collapse: collapse; width: 100%; }
td { border-top: 1px solid #e3e3e3; padding: .3rem .6rem; vertical-align: top;
     overflow-wrap: anywhere; }
td.when { white-space: nowrap; color: #666; }
mark { padding: 0 .15em; border-radius: .2em; }
.before mark { background: #ffd9d5; }
.now mark { background: #cfeecb; }
code { background: #f3f3f3; padding: .1em .3em; overflow-wrap: anywhere; }
@media (prefers-color-scheme: dark) {
  body { color: #e6e6e6; background: #161616; } td, h2 { border-color: #3a3a3a; }
  code { background: #262626; } .before mark { background: #6b2a24; color: #fff; }
  .now mark { background: #23592a; color: #fff; } h3 small, .dim, td.when { color: #a0a0a0; }
}
"""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page(head: str, cases: Sequence[tuple[str, Waiting]]) -> str:
    """HTML of what waits, by case. head: the comment by which parity knows its own files again."""
    title = "Recorded answers that wait for a review"
    sections = [_case(name, waits) for name, waits in cases]
    nothing = () if sections else (element("p", "Nothing waits."),)
    body = element("body", element("h1", title), *sections, *nothing)
    policy = Safe(f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">')
    metas = (
        Safe('<meta charset="utf-8">'),
        policy,
        Safe('<meta name="viewport" content="width=device-width, initial-scale=1">'),
    )
    header = element("head", *metas, element("title", title), Safe(f"<style>{_STYLE}</style>"))
    return f"<!doctype html>\n{head}{element('html', header, body, lang='en')}\n"


def _case(name: str, waits: Waiting) -> Safe:
    found = waits.groups
    count = sum(len(g.changes) for g in found)
    summary = f"{count} of {len(waits.now.sentences)} texts, in {len(found)} groups"
    told = "" if waits.before else "; there is no golden yet"
    return element(
        "section",
        element("h2", name),
        element("p", f"{summary}{told}.", class_="dim"),
        *(_group(waits, group) for group in found),
    )


def _group(waits: Waiting, group: Group) -> Safe:
    decide = command(["parity", "review", waits.path.parent, "--accept", group.name])
    rows = [row for change in group.changes for row in _rows(change)]
    return element(
        "article",
        element("h3", f"{group.title} ", element("small", _margins(group))),
        *(element("p", line) for line in group.lines),
        element("table", *rows) if rows else "",
        element("p", element("code", f"{decide} --reason '…'"), class_="dim"),
    )


def _margins(group: Group) -> str:
    known = [c.margin for c in group.changes if c.margin is not None]
    return f"was {max(known):.2g} to {min(known):.2g} away" if known else ""


def _rows(change: Change) -> list[Safe]:
    sides = [("before", change.before), ("now", change.now)]
    in_text = all(a is None or spans(change.text, a.shown) is not None for _, a in sides)
    rows = [] if in_text else [_row("text", joined(quoted(change.text)), "")]
    for when, answer in sides:
        if answer is None:
            rows.append(_row(when, element("span", "not recorded", class_="dim"), ""))
            continue
        said = _marked(change, answer) if in_text else joined(_line(answer))
        far = "" if change.margin is None or when == "before" else f"was {change.margin:.2g} away"
        rows.append(_row(when, said, far))
    return rows


def _row(when: str, said: Safe, far: str) -> Safe:
    return element(
        "tr",
        element("td", when, class_="when"),
        element("td", element("bdi", said), class_=when),
        element("td", far, class_="when"),
    )


def _marked(change: Change, answer: Recorded) -> Safe:
    found = marked(change.text, answer.shown, change.same)
    pieces = [element("mark", p) if entity else p for p, entity in found]
    nothing = () if answer.shown else (element("span", " nothing", class_="dim"),)
    return joined(*pieces, *nothing)


def _line(answer: Recorded) -> str:
    return in_a_line(answer.shown, answer.confidence)
