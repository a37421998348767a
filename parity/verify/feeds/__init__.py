"""Which feeds a run makes: by the signature, by what it can afford, by the user, by suspicion."""
