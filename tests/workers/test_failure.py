"""Of an exception's pages the one line that helps."""

from parity.workers.failure import first_line


def test_the_shapes_that_onnx_runtime_tells_on_its_next_line_are_kept() -> None:
    text = (
        "[ONNXRuntimeError] : 2 : INVALID_ARGUMENT : Got invalid dimensions for input: ids\n"
        " index: 1 Got: 7 Expected: 5\n Please fix either the inputs or the model."
    )
    assert first_line(text) == " ".join(line.strip() for line in text.split("\n"))


def test_of_a_long_trace_the_telling_line_is_kept() -> None:
    trace = "\n".join(f"{i}   paddle::frame()" for i in range(9))
    assert first_line(f"{trace}\nInvalidArgumentError: rank 3\n  [Hint: 2]") == (
        "InvalidArgumentError: rank 3"
    )
    assert first_line(trace) == "0   paddle::frame()"


def test_no_line_is_endless() -> None:
    assert len(first_line("x" * 1000)) == 300
