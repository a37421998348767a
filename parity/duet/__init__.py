"""Two tokenizers over the same texts: where they give other ids, segments, offsets or cuts.

A model that is trained with one library and deployed with another reads other tokens, which no
comparison of tensors sees. ``side`` holds one tokenizer, in a process and an environment of its
own; ``texts`` says what is tried; ``run`` compares, shrinks and groups by the ``rule`` behind.
"""
