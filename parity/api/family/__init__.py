"""An export, the same optimised, and that quantised: made of a Hugging Face folder, and checked."""
