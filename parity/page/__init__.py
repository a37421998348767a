"""A report as one page: a file that opens from a mail attachment, without network or script.

``load`` reads the document, ``parts`` and ``plots`` say what is on the page, as plain values that
point back into the document; ``made`` puts them together and ``render`` alone knows HTML. The page
draws nothing that isn't in the JSON, or in the files that a bundle holds beside it.
"""
