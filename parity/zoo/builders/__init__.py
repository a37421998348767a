"""How a recipe becomes a Paddle model, one file a family of models.

A builder is a module with ``build(recipe, into, options)``. It writes
``inference.json``, ``inference.pdiparams``, the tokenizer's files and, where
there are labels, ``labels.json`` into the folder, and raises ZooError for an
order that it can't fill. It runs in a worker process and may import Paddle.
"""
