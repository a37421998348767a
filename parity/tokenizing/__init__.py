"""The tokenizers library, in a process of its own that imports next to nothing else."""
