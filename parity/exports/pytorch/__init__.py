"""What runs where PyTorch is: the export, and its siblings by ONNX Runtime's tools."""
