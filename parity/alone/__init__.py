"""One model without a reference: what must hold of it whatever it computes.

``subject`` runs it; each invariant is a file in ``invariants``, listed in ``every``; ``run`` asks
them all.
"""
