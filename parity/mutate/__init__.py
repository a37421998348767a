"""Would the gate notice: faults planted in a candidate, by class, and what becomes of them."""
