"""Import both engines and load both models, one after the other: ``python bare.py FOLDER``."""

import sys

import onnxruntime as ort
from paddle import inference

folder = sys.argv[1]
config = inference.Config(f"{folder}/inference.json", f"{folder}/inference.pdiparams")
config.disable_glog_info()
config.enable_mkldnn()
predictor = inference.create_predictor(config)
session = ort.InferenceSession(f"{folder}/model.onnx")
