"""Why two models differ: which weight, attribute or op, and by whose fault.

Below the command line and the gate, above the verdict: who reports a finding asks here for its
cause. Rungs are climbed from the cheapest: what is written in both files, then what each op makes
of the reference's values, then whose fault it is.
"""
