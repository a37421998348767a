"""Which operators an exporter gets right, at which opset: small nets, run on both sides, judged."""
