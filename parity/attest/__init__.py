"""A gate as a signed record: an in-toto Statement in a DSSE envelope, made and verified offline.

``statement.py`` says what a record states, ``keys.py`` and ``envelope.py`` sign it and see that it
was signed, ``verify.py`` holds it against a model, ``cases.py`` against cases and goldens.
"""
