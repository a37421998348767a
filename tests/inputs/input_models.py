"""Inputs of models as the plans see them."""

from parity.model.spec import AttentionMask, Lengths, SegmentIds, TensorSpec, TokenIds

ERNIE = (
    TensorSpec("input_ids", "int64", ("batch", "length"), TokenIds(40000, 0, 2048, masked=True)),
    TensorSpec("token_type_ids", "int64", ("batch", "length"), SegmentIds(4)),
)
LAC = (
    TensorSpec("token_ids", "int64", ("batch", "length"), TokenIds(58224)),
    TensorSpec("length", "int64", ("batch",), Lengths("token_ids")),
)
BERT = (
    TensorSpec("input_ids", "int32", ("batch", "length"), TokenIds(1000, 0, 64)),
    TensorSpec("attention_mask", "float32", ("batch", 1, 1, "length"), AttentionMask("input_ids")),
)
BARE = (TensorSpec("ids", "int64", ("batch", "length"), TokenIds(300)),)
FIXED = (TensorSpec("ids", "int64", (2, 16), TokenIds(300)),)
FIXED_PADDED = (TensorSpec("ids", "int64", (1, 128), TokenIds(300, 0, masked=True)),)
HUGE = (TensorSpec("ids", "int64", (96, 256), TokenIds(70000)),)
TINY = (TensorSpec("ids", "int64", ("b", "s"), TokenIds(1, 0, 1, masked=True)),)

MODELS = {
    "ernie": ERNIE,
    "lac": LAC,
    "bert": BERT,
    "bare": BARE,
    "fixed": FIXED,
    "fixed padded": FIXED_PADDED,
    "huge": HUGE,
    "tiny": TINY,
}

WORDS = (
    *("[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]", "cafe", "a", "b", "##b", "+", "＋", "￥", "$"),
    *("5", "^", "北", "京", "你", "好", "，", "un", "##aff", "##able", "é", "[", "]", "sep", "|"),
)
