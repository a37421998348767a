"""What a model is to parity: its files, its inputs and outputs, its tensors."""
