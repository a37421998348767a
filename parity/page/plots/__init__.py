"""Small drawings, as shapes with numbers. ``render`` makes SVG of them, inline.

Made by hand and not by matplotlib: bars, steps and rectangles are all that is drawn, their text
stays text (which prints, scales and can be read aloud), colours follow the reader's theme, and a
page costs no dependency of 60 MB.
"""
