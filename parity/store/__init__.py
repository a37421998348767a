"""What machines share: models, exports and a reference's answers, by a hash of what decided them.

It lies in the folder that ``$PARITY_STORE`` names, and there is none where that says nothing.
What is damaged in it is never believed: it is removed, and made anew by who wanted it.
"""
