"""Ways to lower the precision of an ONNX model, one file a way.

A variant is a module with

    convert(model: onnx.ModelProto, keep: Sequence[str]) -> onnx.ModelProto
    coverage(before: onnx.ModelProto, after: onnx.ModelProto, keep: Sequence[str]) -> str

``convert`` gets a model whose constants are initializers, and leaves it as it
is; nodes of the names in ``keep`` stay in FP32, and are there. ``coverage``
says for people how much was changed, and raises ExportError, naming the cause,
if that is less than it should be: a quantiser that did nothing makes a model
that passes every comparison. Both run in a process of their own; the module
imports onnx and the converter inside of them. What is common to all (the
checker, names and types of inputs and outputs, whether ONNX Runtime loads it)
is seen to by ``parity.exports._variant``.

One whose files only ONNX Runtime reads says ``OF_THE_RUNTIME = True``: ONNX's checker knows none of
its operators, and isn't asked.

One that is made with feeds at hand (``parity.model.precisions.CALIBRATED``) has

    convert(model, keep, *, feeds: Sequence[Mapping[str, ndarray]]) -> onnx.ModelProto
"""
