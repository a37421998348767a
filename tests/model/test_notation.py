"""The notation: what is printed reads as the same, and what is wrong is told with its place."""

import shlex
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from parity.errors import UsageError
from parity.model.notation.applied import applied, told
from parity.model.notation.parse import parse
from parity.model.notation.pictures import settled
from parity.model.notation.printed import printed
from parity.model.notation.said import DTYPES, InputSpec, unnamed
from parity.model.spec import (
    AttentionMask,
    Columns,
    Domain,
    Extent,
    Image,
    Indices,
    Lengths,
    OneOf,
    PictureLayout,
    PositionIds,
    Scale,
    SegmentIds,
    Shape,
    Signature,
    TensorSpec,
    TokenIds,
    Values,
    Waveform,
    extents,
)

NAMES = st.one_of(
    st.sampled_from(["x", "input.1", "onnx::Add_0", "219", "k", "none", "a b", "_", "", "in", "*"]),
    st.text(min_size=1, max_size=8),
).filter(bool)
NUMBERS = st.floats(-1e6, 1e6, allow_nan=False) | st.integers(-300, 300).map(float)


@st.composite
def ranges(draw: st.DrawFn, low: float = -1e6) -> tuple[float, float]:
    one, other = draw(NUMBERS), draw(NUMBERS)
    one, other = max(one, low), max(other, low)
    return min(one, other) + 0.0, max(one, other) + 0.0


LAYOUTS: tuple[PictureLayout, ...] = ("NCHW", "NHWC")


@st.composite
def pictures(draw: st.DrawFn) -> Image:
    layout: PictureLayout = draw(st.sampled_from(LAYOUTS))
    channels = draw(st.integers(1, 4))
    if draw(st.booleans()):
        return Image(channels, *draw(ranges()), layout)
    mean = draw(st.lists(NUMBERS, min_size=channels, max_size=channels))
    std = draw(st.lists(st.floats(1e-3, 10), min_size=channels, max_size=channels))
    made = Image.normalised([m + 0.0 for m in mean], std, layout)
    return replace(made, low=-9.0, high=9.5) if draw(st.booleans()) else made


@st.composite
def token_ids(draw: st.DrawFn) -> TokenIds:
    size = draw(st.integers(1, 10**6))
    pad = draw(st.none() | st.integers(0, size - 1))
    masked = pad is not None and draw(st.booleans())
    lowest = draw(st.just(0) | st.integers(-5, size - 1 if pad is None else pad))
    return TokenIds(size, pad, draw(st.none() | st.integers(1, 5000)), masked, lowest=lowest)


@st.composite
def columns(draw: st.DrawFn) -> Columns:
    wholes = st.integers(-300, 10**7)
    of = draw(st.lists(st.tuples(wholes, wholes), min_size=1, max_size=6))
    pairs = st.permutations(range(len(of))).map(lambda p: tuple(p[:2]))
    ordered = draw(st.lists(pairs, max_size=3)) if len(of) > 1 else []
    values = tuple(Values(float(min(pair)), float(max(pair))) for pair in of)
    return Columns(draw(st.integers(0, 4)), values, tuple((a, b) for a, b in ordered))


DOMAINS = st.one_of(
    token_ids(),
    columns(),
    st.integers(1, 9).map(SegmentIds),
    st.integers(1, 999).map(PositionIds),
    st.builds(Lengths, NAMES, st.integers(1, 5)),
    st.builds(AttentionMask, NAMES),
    st.builds(Indices, NAMES, st.integers(0, 4)),
    pictures(),
    st.builds(lambda rate, r: Waveform(rate, r[0], r[1]), st.integers(1, 96000), ranges()),
    st.builds(lambda r, s: Scale(r[0], r[1], s), ranges(low=1e-3), st.booleans()),
    st.lists(NUMBERS, min_size=1, max_size=5, unique=True).map(
        lambda v: OneOf(tuple(dict.fromkeys(n + 0.0 for n in v)))
    ),
    st.builds(lambda r, w: Values(r[0], r[1], w), ranges(), st.booleans()),
)


@st.composite
def rules(draw: st.DrawFn, symbol: str) -> Extent:
    multiple = draw(st.sampled_from([1, 1, 2, 32]))
    low = draw(st.sampled_from([1, 1, 7, 64]))
    high = draw(st.none() | st.integers(low + multiple, low + 10**4))
    return Extent(symbol, multiple, low, high)


@st.composite
def specs(draw: st.DrawFn) -> InputSpec:
    name, domain = draw(NAMES), draw(st.none() | DOMAINS)
    dtype = draw(st.none() | st.sampled_from(DTYPES))
    shape: Shape | None = None
    found: tuple[Extent, ...] = ()
    if draw(st.booleans()) or (dtype is None and domain is None):
        symbols = st.sampled_from(["n", "h", "batch_size"]) | NAMES
        axes = draw(st.lists(st.integers(1, 999) | symbols | st.none(), max_size=5))
        if isinstance(domain, Image):
            axes = ["n", None, 7, None]
            axes[1 if domain.layout == "NCHW" else 3] = domain.channels
        if isinstance(domain, Columns):
            axes = [*[7] * domain.axis, len(domain.of)]
        shape = tuple(unnamed(name, i) if a is None else a for i, a in enumerate(axes))
        drawn = [draw(rules(s)) for s in dict.fromkeys(a for a in shape if isinstance(a, str))]
        found = tuple(rule for rule in drawn if not rule.free)
    return InputSpec(name, dtype, shape, domain, found)


@given(spec=specs())
@settings(max_examples=300, deadline=None)
def test_what_is_printed_reads_as_the_same(spec: InputSpec) -> None:
    text = printed(spec)
    assert parse(text) == spec
    assert printed(parse(text)) == text
    (pasted,) = shlex.split(shlex.quote(text))
    assert pasted == text


ALPHABET = "xnk k123.,:;[](){}<>=?*/|'\"\\-+≤≥é\n\0"
KNOWN = """x : float32 [ n , 3 32k ] in [-1,1] ids of pad masked at most picture NCHW mean std
( ) { } one scale signed waveform whole 0..5 <= >= = .. ? lengths mask axis 1/0 1e999 -5
from columns with 0<=1"""
WORDS = st.sampled_from(KNOWN.split())


@given(text=st.text(ALPHABET) | st.lists(WORDS).map(" ".join) | st.lists(WORDS).map("".join))
@settings(max_examples=600, deadline=None)
def test_any_text_reads_or_is_one_line_that_shows_the_place(text: str) -> None:
    problem = ""
    try:
        spec = parse(text)
    except UsageError as error:
        problem = str(error)
    if problem:
        assert problem.startswith("--input '")
        assert len(problem.splitlines()) == 1
    else:
        assert parse(printed(spec)) == spec


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        (
            "x: float32[n,3,32k,32k] in [-1,1]",
            InputSpec(
                "x", "float32", ("n", 3, "x_axis2", "x_axis3"), Values(-1, 1),
                (Extent("x_axis2", 32), Extent("x_axis3", 32)),
            ),
        ),
        ("x: [n, h=32k, h]", InputSpec("x", None, ("n", "h", "h"), None, (Extent("h", 32),))),
        ("x:float32[n=1..4,t>=7]", InputSpec("x", "float32", ("n", "t"), None,
                                             (Extent("n", high=4), Extent("t", low=7)))),
        ("x: [t, 7 <= t < 513]", InputSpec("x", None, ("t", "t"), None, (Extent("t", 1, 7, 512),))),
        ("x: in -1..1", InputSpec("x", domain=Values(-1, 1))),
        ("sr: int64[] in {8000, 16000}", InputSpec("sr", "int64", (), OneOf((8000, 16000)))),
        ("x: ids of 9, pad id 0, masked, max 7 long",
         InputSpec("x", domain=TokenIds(9, 0, 7, masked=True))),
        ("x: [n,8,8,3] image nhwc mean 0.5 std 0.5",
         InputSpec("x", None, ("n", 8, 8, 3), Image.normalised([0.5] * 3, [0.5] * 3, "NHWC"))),
        ("x: scale", InputSpec("x", domain=Scale())),
        ("x: ids of 9, from 1, pad 3", InputSpec("x", domain=TokenIds(9, 3, lowest=1))),
        ("x: ids of 9 from -1 pad -1", InputSpec("x", domain=TokenIds(9, -1, lowest=-1))),
        ("x: columns [0,9], [5..7] axis 2 with 0<=1",
         InputSpec("x", domain=Columns(2, (Values(0, 9), Values(5, 7)), ((1, 0),)))),
        ("onnx::Add_0: float32[?]", InputSpec("onnx::Add_0", "float32", ("onnx::Add_0_axis0",))),
    ],
)  # fmt: skip
def test_what_people_write_is_understood(text: str, spec: InputSpec) -> None:
    assert parse(text) == spec


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x", "'x': at its end, character 2: expected \":\""),
        ("x: flot32[n]", 'at "flot32[n]", character 4: no dtype "flot32"; did you mean "float32"'),
        ("x: float32[n,3,32q]", 'at "32q]", character 16: write 32k for any multiple of 32'),
        ("x: float32[n,,3]", 'at ",3]", character 14: expected a size'),
        ("x: float32[n", 'at its end, character 13: expected "," or "]"'),
        ("x: float32[0]", "a size must be at least 1"),
        ("x: float32[t>=7<=3]", "no size is allowed for t"),
        ("x: in [1,0]", "0 is below 1"),
        ("x: in (0,1]", "bounds are inclusive"),
        ("x: ids of 5 pad 5", "the pad id must be below 5"),
        ("x: ids of 5 from 5", "the least id must be below 5"),
        ("x: ids of 5 from 2 pad 1", "a pad id from 2 up, which 1 isn't"),
        ("x: columns", "expected a range for each entry"),
        ("x: columns [0,1] [0,0.5]", "columns hold whole numbers"),
        ("x: columns [0,1] [0,1] with 0<=2", "two of the entries 0 to 1"),
        ("x: pictur", 'no kind of values "pictur"; did you mean "picture"'),
        ("x: [n,4,8,8] picture of 3", "3 channels, but the axis of NCHW holds 4"),
        ("x: [n,3,8,8] picture mean 1,2 std 1", "mean and std hold 2 numbers for 3 channels"),
        ("x: [n,c,8,8] picture", "how many channels"),
        ("x: picture mean 1 std 0", "std must be above zero"),
        ("x: in [0,1] in [0,2]", "a second range"),
        ("x: scale in [0,2]", "above zero"),
        ("x: in [0,1e999]", "too large"),
        ("x: whole", "expected a range"),
        ('x: mask of "y', "this quote has no end"),
        ("x" * 5000, "5000 characters"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text)
    assert message in str(caught.value)


MODEL = Signature(
    (
        TensorSpec("ids", "int64", ("batch", "sequence"), TokenIds(9, 0, None, masked=True)),
        TensorSpec("mask", "float32", ("batch", "sequence"), AttentionMask("ids")),
        TensorSpec("x", "float32", ("batch", 3, "x_axis2", "x_axis3"), Image(3)),
        TensorSpec("byte", "uint8", ("batch", 4), Values(0, 255)),
    ),
    (TensorSpec("y", "float32", ("batch", "sequence", 5)),),
    ("ids: vocabulary 9 from w", "x: pictures, since it is NCHW with 3 channels"),
)


def test_what_is_said_wins_and_is_noted() -> None:
    made = told(MODEL, ["x: [n,3,32k,32k] in [-1,1]"])
    spec = made.inputs[2]
    assert spec.domain == Values(-1, 1)
    assert extents([spec]) == {"x_axis2": Extent("x_axis2", 32), "x_axis3": Extent("x_axis3", 32)}
    assert made.said == ("x",)
    assert made.evidence == (
        "ids: vocabulary 9 from w", "x: as said, float32[n,3,32k,32k] in [-1,1]",
    )  # fmt: skip


def test_a_symbol_renamed_for_one_input_is_renamed_for_all() -> None:
    made = told(MODEL, ["ids: [b,s=2k]", "x: [b,3,h,h]"])
    assert [spec.shape for spec in made.inputs] == [
        ("b", "s"), ("b", "s"), ("b", 3, "h", "h"), ("b", 4),
    ]  # fmt: skip
    assert [spec.extents for spec in made.inputs[:2]] == [(Extent("s", 2),), (Extent("s", 2),)]
    assert made.outputs[0].shape == ("b", "s", 5)
    fixed = told(MODEL, ["ids: [1,128]"])
    assert [spec.shape[:2] for spec in fixed.inputs] == [(1, 128), (1, 128), (1, 3), (1, 4)]
    assert fixed.outputs[0].shape == ("batch", "sequence", 5)  # what it holds is not declared anew


def test_what_nobody_can_say_is_kept_where_the_rest_is_said_as_it_is() -> None:
    ids = TensorSpec("ids", "int64", ("n", "t"), TokenIds(9, 0, suspects=(3, 4)))
    found = Signature((ids,), ())
    assert told(found, [printed(ids)]).inputs == (ids,)
    changed = told(found, ["ids: ids of 8 pad 0"]).inputs[0].domain
    assert changed == TokenIds(8, 0)


def test_what_is_not_said_stays() -> None:
    made = told(MODEL, ["x: [n,3,64,64]"])
    assert made.inputs[2].domain == Image(3)
    assert "x: pictures, since it is NCHW with 3 channels" in made.evidence
    assert applied(MODEL, ()) is MODEL


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["z: [n,3]"], '--input: no input "z"; there are: byte, ids, mask, x'),
        (["mas: [n,3]"], 'did you mean "mask"?'),
        (["x: float64"], "x: said to be float64, but the model takes float32"),
        (
            ["x: [n,3,8]"],
            "[n,3,8], of rank 3, but the model takes [batch,3,?,?], of rank 4",
        ),
        (["x: [n,1,8,8]"], "x: axis 1 is said to be 1, but the model fixes it at 3"),
        (["byte: [n,m]"], "byte: axis 1 is said to be open (m), but the model fixes it at 4"),
        (["byte: [n,?]"], "byte: axis 1 is said to be open, but the model fixes it at 4"),
        (["byte: in [0,300]"], "byte: uint8 holds 0 to 255"),
        (["byte: one of {0.5}"], "uint8 holds whole numbers only"),
        (["ids: mask of y"], 'no other input "y"'),
        (["ids: mask of ids"], 'no other input "ids"'),
        (["ids: lengths of mask axis 2"], "mask has no axis 2"),
        (["ids: indices of mask axis 2"], "mask has no axis 2"),
        (["ids: indices of y"], 'no other input "y"'),
        (["x: picture NHWC of 3 mean 1 std 1", "x: in [0,1]"], "x is described twice"),
        (["byte: columns [0,9] [0,9]"], "2 columns along axis 1, but there it is 4"),
        (["byte: columns [0,9] axis 2"], "1 columns along axis 2, but it has no such axis"),
        (["byte: columns [0,9] [0,9] [0,9] [0,300]"], "byte: uint8 holds 0 to 255"),
        (["byte: picture"], "pictures have at least 3 axes"),
        (["ids: [n,t>=9]", "mask: [n,t<=3]"], "no size is allowed for t"),
    ],
)
def test_a_contradiction_is_one_line(texts: list[str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        told(MODEL, texts)
    assert message in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


@given(spec=specs())
@settings(max_examples=150, deadline=None)
def test_an_input_said_as_it_is_stays_as_it_is(spec: InputSpec) -> None:
    domain: Domain | None = spec.domain
    shape = spec.shape if spec.shape is not None else ("n", 3, 8, 8)
    if isinstance(domain, Columns):
        shape = (*(7,) * domain.axis, len(domain.of))
    if isinstance(domain, Image):
        try:
            domain = settled(domain, shape)
        except ValueError:
            return
    whole = TensorSpec(spec.name, spec.dtype or "float64", shape, domain, spec.extents)
    of = getattr(domain, "of", None)
    others = [TensorSpec(of, "float64", (9,) * 9)] if of not in (None, spec.name) else []
    found = Signature((whole, *others), ())
    try:
        made = told(found, [printed(whole)])
    except UsageError as error:
        # A domain that no graph gives an input of this dtype or rank.
        reject = ("holds", "other input", "needs an axis", "has no axis")
        assume(not any(part in str(error) for part in reject))
        raise
    assert made.inputs == found.inputs


TABLE = Signature(
    (TensorSpec("ids", "int64", ("n", "t"), TokenIds(200, 0, 64, masked=True)),), (), ()
)


def test_no_more_ids_than_the_table_has_rows_can_be_said() -> None:
    with pytest.raises(UsageError, match=r"ids: said to go up to 998, .* has 200 rows"):
        told(TABLE, ["ids: ids of 999"])


def test_what_is_not_said_of_ids_stays_as_the_graph_has_it() -> None:
    (fewer,) = told(TABLE, ["ids: int64[n,t<=32] ids of 100"]).inputs
    assert fewer.domain == TokenIds(100, 0, 64, masked=True)
    (other,) = told(TABLE, ["ids: ids of 200 pad 5"]).inputs
    assert isinstance(other.domain, TokenIds)
    assert other.domain.pad == 5
