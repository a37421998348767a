"""Files of labelled data. One file here is one format; ``find`` looks which one a folder holds."""
