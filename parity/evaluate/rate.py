"""How far a long count is, how fast it goes, and how long it will still take."""


def told(name: str, done: int, total: int, seconds: float) -> str:
    """One line. seconds: since this count began."""
    line = f"{name}: {done}/{total}"
    if done == 0 or seconds <= 0:
        return line
    rate = done / seconds
    return f"{line}, {rate:.3g} a second, {_left((total - done) / rate)} left"


def _left(seconds: float) -> str:
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"
