"""The precision plan: which few nodes of a lowered model must stay in FP32 for its check to hold.

``rank`` orders them by what lowering does to each, ``smallest`` bisects that order, ``trial`` says
whether a choice holds on the feeds that matter, ``plan`` lets a whole verification have the last
word.
"""
