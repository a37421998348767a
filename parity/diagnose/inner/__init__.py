"""Inner tensors of both sides, and each op of the candidate judged on the reference's values.

``taps`` has the reference's tensors, ``align`` says which the candidate has too, ``force`` runs
every piece between them on the reference's values, ``blame`` reads what came of it.
"""
