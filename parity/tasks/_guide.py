"""Answers in the words of the deployment guides, so that the two can be laid side by side.

Source: ERNIE 3.0 ONNX deployment guide, 2.3 and 3.3.
"""

from parity.tasks import Answer

RULER = "-" * 29


def printed(text: str, answer: Answer) -> list[str]:
    """The lines that the guides' ``infer.py`` prints for one text."""
    lines = [f"input data: {text}"]
    if answer.confidence is None and answer.shown and not answer.entities:
        lines += [f"answer: {line}" for line in answer.shown]
    elif answer.confidence is None:
        lines.append("The model detects all entities:")
        lines += [
            f"entity: {e.text}   label: {e.label}   pos: [{e.start}, {e.end}]"
            for e in answer.entities
        ]
    else:
        lines.append("seq cls result:")
        lines += [f"label: {label}   confidence: {answer.confidence}" for label in answer.shown[:1]]
        lines += [f"label: {label}" for label in answer.shown[1:]]
    return [*lines, RULER]
