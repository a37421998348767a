"""A small server as PaddleNLP's SimpleServing: it really tokenizes, and runs ONNX Runtime.

Its faults are those that servers have: rows padded with another id, or on the wrong side; texts
read as BERT reads them; logits rounded; an answer that is no JSON, none, or late.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np

from parity.engines.ort import session_of
from parity.tokenizing.library import of_vocabulary


@dataclass
class Faults:
    """pad: id that rows are filled with. left: on that side. symbols: split off, as ERNIE does.

    form: of the answer: "posted", as post handlers give it, "logits" or "taskflow". raw: sent in
    place of an answer. stops_after: bytes after which nothing comes any more.
    """

    pad: int = 0
    left: bool = False
    symbols: bool = True
    form: str = "posted"
    raw: bytes | None = None
    status: int = 200
    stops_after: int | None = None
    lost: int = 0
    released: threading.Event = field(default_factory=threading.Event)


class Server(ThreadingHTTPServer):
    """A model of the zoo, at /models/served."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.labels, self.faults = json.loads((folder / "labels.json").read_text()), Faults()
        self.session = session_of(str(folder / "model.onnx"), level="all", threads=1)
        self.readers = {s: of_vocabulary(folder / "vocab.txt", symbols=s) for s in (True, False)}
        self.asked = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/models/served"

    def answer(self, texts: list[str], longest: int) -> Any:
        faults = self.faults
        reader = self.readers[faults.symbols]
        reader.enable_truncation(longest)
        rows = reader.encode_batch(texts)
        most = max(len(row.ids) for row in rows)
        ids = np.full((len(rows), most), faults.pad, np.int64)
        for row, line in zip(rows, ids, strict=True):
            place = slice(most - len(row.ids), None) if faults.left else slice(len(row.ids))
            line[place] = row.ids
        feed = {"input_ids": ids, "token_type_ids": np.zeros_like(ids)}
        (logits,) = self.session.run(None, feed)
        if logits.ndim == 2:
            return self.classes(logits)
        if faults.left:
            logits = np.stack([
                np.roll(one, -(most - len(row.ids)), axis=0)
                for one, row in zip(logits, rows, strict=True)
            ])  # fmt: skip
        if faults.form == "logits":
            return {"logits": logits.tolist()}
        tags = logits.argmax(-1)
        found = [self.entities(*one) for one in zip(texts, rows, tags, strict=True)]
        if faults.form == "taskflow":
            return [[{"text": e["entity"], "label": e["label"], "start": e["pos"][0]} for e in row
                     if e["label"] != "O"] for row in found]  # fmt: skip
        return {"value": found, "tokens_label": tags.tolist()}

    def classes(self, logits: np.ndarray[Any, Any]) -> Any:
        shifted = np.exp(logits - logits.max(1, keepdims=True))
        chances = shifted / shifted.sum(1, keepdims=True)
        best = logits.argmax(1)
        if self.faults.form == "taskflow":
            return [{"predictions": [{"label": self.labels[i], "score": float(c[i])}]}
                    for i, c in zip(best, chances, strict=True)]  # fmt: skip
        if self.faults.form == "logits":
            return {"logits": logits.tolist()}
        return {"label": best.tolist(), "confidence": chances.max(1).tolist()}

    def entities(self, text: str, row: Any, tags: Any) -> list[dict[str, Any]]:
        """By the strict reading of BIO; what is between entities is listed under O."""
        found: list[dict[str, Any]] = []
        open_ = ""
        for (start, stop), tag in zip(row.offsets[1:-1], tags[1:], strict=False):
            name = self.labels[tag]
            if name.startswith("I-") and open_ == name[2:]:
                found[-1]["entity"] = text[found[-1]["pos"][0] : stop]
                found[-1]["pos"][1] = stop
                continue
            open_ = name[2:] if name.startswith("B-") else ""
            label = open_ or "O"
            found.append({"pos": [start, stop], "entity": text[start:stop], "label": label})
        return found


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        self.server.asked += 1
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path != "/models/served":
            self.send(b'{"detail": "Not Found"}', 404)
            return
        faults = self.server.faults
        if faults.raw is not None:
            self.send(faults.raw, faults.status)
            return
        longest = asked["parameters"]["max_seq_len"]
        result = self.server.answer(asked["data"]["text"], longest)
        if faults.lost:
            result = {key: rows[: -faults.lost] for key, rows in result.items()}
        self.send(json.dumps({"result": result}).encode())

    def send(self, raw: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        stops = self.server.faults.stops_after
        self.wfile.write(raw if stops is None else raw[:stops])
        if stops is not None:
            self.wfile.flush()
            self.server.faults.released.wait(60)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    with Server(folder) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.faults.released.set()
            server.shutdown()
            thread.join()
