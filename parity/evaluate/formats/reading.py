"""Questions on contexts: SQuAD's JSON, which CMRC2018 has too, and CMRC2018's first own."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from parity import pairs, strict_json
from parity.errors import InputError
from parity.evaluate.data import Bad, Data, Row, Wanted
from parity.evaluate.formats.lines import MOST_BYTES


def read(path: Path) -> Data:
    """Questions, numbered from 1 in the order of the file, with the answers that are right.

    Raises InputError for a file that is none of these.
    """
    try:
        data = strict_json.read(path, most_bytes=MOST_BYTES)
    except OSError as error:
        raise InputError(f"{path}: can't be read: {error.strerror or error}") from error
    except ValueError as error:
        raise InputError(f"{path}: not JSON: {error}") from error
    rows: list[Row] = []
    bad: list[Bad] = []
    for number, (context, asked) in enumerate(_questions(data, path), 1):
        found = _row(path.name, number, context, asked)
        (rows if isinstance(found, Row) else bad).append(found)  # type: ignore[arg-type]
    return Data(path, "questions on contexts", tuple(rows), tuple(bad))


def _questions(data: object, path: Path) -> Iterator[tuple[object, object]]:
    if isinstance(data, dict) and isinstance(data.get("data"), list):
        for article in data["data"]:
            for paragraph in _list(article, "paragraphs"):
                yield from ((_get(paragraph, "context"), q) for q in _list(paragraph, "qas"))
    elif isinstance(data, list):
        for entry in data:
            context = _get(entry, "context_text", "context")
            yield from ((context, q) for q in _list(entry, "qas"))
    else:
        raise InputError(f"{path}: neither SQuAD's JSON (\"data\") nor CMRC2018's (a list)")


def _row(file: str, number: int, context: object, asked: object) -> Row | Bad:
    question = _get(asked, "question", "query_text")
    if not isinstance(question, str) or not isinstance(context, str):
        return Bad(file, number, "no question, or no context")
    answers = [a if isinstance(a, str) else _get(a, "text") for a in _list(asked, "answers")]
    if not answers or not all(isinstance(a, str) and a for a in answers):
        return Bad(file, number, "no answer, or one without a text")
    said = tuple(dict.fromkeys(str(a) for a in answers))
    return Row(file, number, pairs.join(question, context), Wanted(answers=said))


def _get(value: object, *names: str) -> Any:
    if isinstance(value, Mapping):
        return next((value[name] for name in names if name in value), None)
    return None


def _list(value: object, name: str) -> list[Any]:
    """The list of a key. What should have been one, and isn't, is one question that is bad."""
    found = _get(value, name)
    if isinstance(found, list):
        return found
    return [None] if name != "answers" else []
