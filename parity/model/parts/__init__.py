"""Parts of a program: cut out, written out where called, or with inner tensors as outputs."""
