"""One model in every way in which it may be deployed from here, on the same feeds.

``every`` says which ways there are, ``run`` runs them against one reference.
"""
