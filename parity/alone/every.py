"""All invariants, in the order in which they are told."""

from parity.alone.invariants import order, padding, process, repeat, row, threads

EVERY = (repeat, process, threads, row, order, padding)
