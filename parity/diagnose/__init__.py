"""Why two models differ: which weight, attribute or op, and by whose fault.

Below the command line and the gate, above the verdict: who reports a finding asks here for its
cause. Rungs are climbed from the cheapest; so far there is the first, the stored weights.
"""
