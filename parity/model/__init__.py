"""What a model is to parity: its files, its inputs and outputs, its tensors.

Values stand at the top (``spec``, ``graph``, ``tensors``, ``artifact`` …); ``formats`` reads files,
``rules`` infers what inputs mean, ``notation`` is how a user says it, ``parts`` takes programs
apart, ``lowered`` finds the weights of a file of lower precision.
"""
