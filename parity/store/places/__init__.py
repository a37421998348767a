"""Where a store lies: a folder, or an address that fsspec reads. Who uses it can't tell which.

``protocol.py`` says what is asked of one; ``folder.py`` and ``address.py`` are the two. What
fsspec loads runs in a process of its own (``child.py``, ``afar.py``), which ``service.py`` asks.
"""
