"""The one way in which a candidate is verified; every command and the gate go through it."""
