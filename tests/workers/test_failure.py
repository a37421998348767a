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


def test_what_openvino_says_behind_where_it_was_thrown() -> None:
    text = (
        "Exception from src/inference/src/cpp/infer_request.cpp:224:\n"
        "Exception from src/plugins/intel_cpu/src/node.cpp:794:\n"
        "[CPU] MaxPool node with name 'm' Check 'cmp::le(kernel)' failed at src/core/x.hpp:149:\n"
        "While validating node 'opset1::MaxPool m (f32[?,200,1..,1..]) -> (f32[?,200])':\n"
        "Kernel has size 2, larger than the data\n\n\n"
    )
    assert first_line(text) == (
        "[CPU] MaxPool node with name 'm' Check 'cmp::le(kernel)' failed at src/core/x.hpp:149: "
        "Kernel has size 2, larger than the data"
    )
    alone = "Exception from src/inference/src/cpp/core.cpp:84:\n"
    assert first_line(alone) == alone.strip()


def test_what_openvino_can_not_convert() -> None:
    text = (
        "Exception from src/inference/src/cpp/core.cpp:84:\n"
        "Check 'false' failed at src/frontends/common_translators/src/report.cpp:151:\n"
        "FrontEnd API failed with OpConversionFailure:\n"
        "Model wasn't fully converted. Failed operations detailed log:\n"
        "-- Concat-13 with a message:\n"
        "While validating ONNX node '<Node(Concat): c>': Exception from src/core/shape.cpp:66:\n"
        "Accessing out-of-range dimension\n\nSummary:\n-- Conversion is failed for: Concat-13\n"
    )
    assert first_line(text) == (
        "Model wasn't fully converted. Failed operations detailed log: -- Concat-13 with a "
        "message: While validating ONNX node '<Node(Concat): c>': Accessing out-of-range dimension"
    )
