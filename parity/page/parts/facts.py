"""Where and with what it was run."""

from collections.abc import Iterator

from parity.page import figures
from parity.page.blocks import Block, Code, Facts, Fold, Pieces, Table
from parity.page.node import Node
from parity.page.parts.tables import cells


def sides(run: Node) -> Iterator[Block]:
    """The two models and the engines that ran them."""
    rows: list[tuple[str, Pieces]] = []
    for role in ("reference", "candidate"):
        side = run[role]
        if side:
            engine = f"{side['engine'].text} {side['version'].text}".strip()
            told = ", ".join(f"{k}={v.text}" for k, v in side["options"].entries())
            rows.append((role, (Code(side["model"].text), f" in {engine}",
                                f" ({told})" if told else "")))  # fmt: skip
    tolerance = run["tolerance"]
    if tolerance:
        rows.append(
            ("tolerance", (tolerance["precision"].text, ": atol ", figures.small(tolerance["atol"]),
                           ", rtol ", figures.small(tolerance["rtol"]), ", by ",
                           tolerance["rule"].text))
        )  # fmt: skip
    rows += [("input", (Code(i["notation"].text or i["name"].text),)) for i in run["inputs"]]
    if rows:
        yield Facts(tuple(rows))


def environment(document: Node) -> Iterator[Block]:
    """Versions, processor, hashes."""
    known = document["environment"]
    rows: list[tuple[str, Pieces]] = [("made by", (document["made_by"].text,))]
    versions = ", ".join(f"{name} {v.text}" for name, v in known["versions"].entries())
    flags = " ".join(flag.text for flag in known["cpu_flags"])
    for name, told in (
        ("versions", versions),
        ("python", known["python"].text),
        ("system", known["system"].text),
        ("processor", f"{known['cpu'].text} {flags}".strip()),
    ):
        rows += [(name, (told,))] if told else []
    for key, name in (("cores", "cores"), ("requested_opset", "requested opset"),
                      ("effective_opset", "effective opset")):  # fmt: skip
        if known[key].number is not None:
            rows.append((name, (figures.count(known[key]),)))
    rows += [("sha256", (Code(h.text), f" of {name}")) for name, h in known["hashes"].entries()]
    effort = ", ".join(f"{k} {v.text}" for k, v in document["effort"].entries() if v)
    rows += [("effort", (effort,))] if effort else []
    for setting in document["settings"]:
        told = f"{setting['key'].text} = {setting['value'].text} ({setting['file'].text})"
        rows.append(("setting", (told,)))
    yield Facts(tuple(rows))


def seconds(run: Node) -> Iterator[Block]:
    """Wall time by stage."""
    if run["seconds"]:
        rows = tuple(cells((n,), (figures.seconds(s),)) for n, s in run["seconds"].entries())
        table = Table("Wall time by stage", ("stage", "seconds"), rows, right=frozenset({1}))
        yield Fold(("Time by stage",), (table,))
