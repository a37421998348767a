"""The one way in which a candidate is verified; every command and the gate go through it.

At the top stands the way: ``request``, ``sides``, ``search``, ``shrink``, ``run``, ``result``.
``feeds`` says what is fed, ``kept`` what is remembered of it, ``doubt`` what is asked before a
candidate is blamed, ``checks`` what is looked at beside the outputs, ``facts`` what else is told.
"""
