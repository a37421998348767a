"""What is written in two models' files, weights and attributes, compared without running either.

Each statement is one that an exporter's ways don't explain: what it transposes, folds, casts,
quantises or renames is known here.
"""
