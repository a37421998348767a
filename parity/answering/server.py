"""Ask a server of PaddleNLP's SimpleServing: texts in JSON, answers in JSON.

``{"data": {"text": […]}, "parameters": {"max_seq_len": …, "batch_size": …}}`` is posted to one
path; ``{"result": …}`` comes back. Source: ``paddlenlp/server/http_router`` of PaddleNLP 2.8.
"""

import http.client
import json
import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from parity.engines.served.http import place_of, said
from parity.errors import EngineError, UsageError

TIMEOUT_S = 60.0
"""For one request, from connecting to the last byte."""

_MOST_BYTES = 64 << 20
_OK = 200
_REFUSED = range(400, 600)


class RefusedError(Exception):
    """The server answered, and not with a result. The message is one line."""


@dataclass(frozen=True)
class Server:
    """url: of the model, as http://127.0.0.1:8189/models/NAME. longest: tokens it is to cut at."""

    url: str
    longest: int | None = None
    timeout_s: float = TIMEOUT_S

    def __post_init__(self) -> None:
        if not place_of(self.url)[2]:
            raise UsageError(
                f"{self.url}: names no path; a server has one for each model, as /models/NAME or "
                "/taskflow/NAME"
            )

    def ask(self, texts: Sequence[str]) -> Any:
        """What stands under "result", for texts that are padded to one batch.

        Raises EngineError where there is no server, or no answer in time, and RefusedError for an
        answer that holds no result.
        """
        parameters = {"batch_size": len(texts)}
        if self.longest is not None:
            parameters["max_seq_len"] = self.longest
        status, raw = self._posted({"data": {"text": list(texts)}, "parameters": parameters})
        if status in _REFUSED:
            raise RefusedError(f"{self.url}: the server answers {status}{said(raw)}")
        if status != _OK:
            raise RefusedError(f"{self.url}: the server answers {status}, and no result")
        try:
            told = json.loads(raw)
        except (ValueError, RecursionError) as error:
            raise RefusedError(f"{self.url}: the answer is no JSON: {error}") from error
        if not isinstance(told, dict) or "result" not in told:
            raise RefusedError(f'{self.url}: the answer has no "result"')
        return told["result"]

    def _posted(self, body: Any) -> tuple[int, bytes]:
        host, port, path = place_of(self.url)
        connection = http.client.HTTPConnection(host, port, timeout=self.timeout_s)
        # A socket's own limit begins anew with each byte that drips in.
        late = threading.Event()

        def hang_up() -> None:
            late.set()
            if connection.sock is not None:
                try:
                    connection.sock.shutdown(socket.SHUT_RDWR)
                except OSError:  # closed since
                    return

        clock = threading.Timer(self.timeout_s, hang_up)
        clock.daemon = True
        clock.start()
        try:
            connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            raw = answer.read(_MOST_BYTES + 1)
            if late.is_set():
                raise TimeoutError
        except (OSError, http.client.HTTPException) as error:
            if late.is_set() or isinstance(error, TimeoutError):
                why = f"no answer within {self.timeout_s:g} s"
            else:
                why = str(getattr(error, "strerror", "") or error or type(error).__name__)
            raise EngineError(f"{self.url}: {why}") from error
        finally:
            clock.cancel()
            clock.join()  # nothing of it is left, not even a thread that is about to end
            connection.close()
        if len(raw) > _MOST_BYTES:
            raise RefusedError(f"{self.url}: the answer is above {_MOST_BYTES >> 20} MiB")
        return answer.status, raw
