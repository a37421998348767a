"""What an ONNX file computes in float64: the arbiter between two runtimes that round.

``float64`` runs a model node by node, ``formulas`` holds the operators of which onnx's own
reference is wrong or lacks them. Engine ``onnx_reference`` runs it in a process of its own.
"""
