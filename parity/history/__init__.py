"""The gates of many runs beside each other: what got worse since when, and with which versions."""
