"""How every process of parity's is started: what may not outlive us, hang, fill or shadow.

``child.py`` starts one, ``run.py`` runs one to its end, ``_boot.py`` is its first moment.
"""
