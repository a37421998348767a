"""An ONNX runtime for MLServer, which imports this file in its own environment.

extra: ``pads``: rows are filled with zeros to a multiple of eight, on the wrong side.
"""

import numpy as np
import onnxruntime
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse


class OnnxModel(MLModel):  # type: ignore[misc, unused-ignore]
    async def load(self) -> bool:
        self.session = onnxruntime.InferenceSession(
            self.settings.parameters.uri, providers=["CPUExecutionProvider"]
        )
        self.pads = bool((self.settings.parameters.extra or {}).get("pads"))
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        feed = {one.name: NumpyCodec.decode_input(one) for one in payload.inputs}
        length = next(iter(feed.values())).shape[1]
        if self.pads:
            feed = {name: np.pad(a, ((0, 0), (-length % 8, 0))) for name, a in feed.items()}
        names = [output.name for output in self.session.get_outputs()]
        found = self.session.run(names, feed)
        if self.pads:
            found = [a[:, -length:] for a in found]
        return InferenceResponse(
            model_name=self.name,
            outputs=[
                NumpyCodec.encode_output(n, np.ascontiguousarray(a))
                for n, a in zip(names, found, strict=True)
            ],
        )
