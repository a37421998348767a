"""Boxes, regions, and what detectors are made of."""

from parity.zoo.ops._net import nets

NETS = nets("vision", """
roi-align | paddle.vision.ops.roi_align(x, y, z, 3) | x: 1,3,12,12; y: 2,4 boxes; z: int32 1 from 2 3
roi-align-not-aligned | paddle.vision.ops.roi_align(x, y, z, 3, aligned=False) |
roi-align-scale | paddle.vision.ops.roi_align(x, y, z, (2, 3), spatial_scale=0.5) |
roi-align-ratio | paddle.vision.ops.roi_align(x, y, z, 3, sampling_ratio=2) |
roi-align-two-images | paddle.vision.ops.roi_align(x, y, z, 3, sampling_ratio=2) | x: 2,3,12,12; y: 4,4 boxes; z: int32 2 from 2 3
roi-pool | paddle.vision.ops.roi_pool(x, y, z, 3) | x: 1,3,12,12; y: 2,4 boxes; z: int32 1 from 2 3
yolo-box | paddle.vision.ops.yolo_box(x, y, [10, 13, 16, 30], 2, 0.01, 8) | x: 2,14,4,4; y: int32 2,2 from 30 33
yolo-box-no-clip | paddle.vision.ops.yolo_box(x, y, [10, 13, 16, 30], 2, 0.01, 8, clip_bbox=False) |
yolo-box-scale | paddle.vision.ops.yolo_box(x, y, [10, 13, 16, 30], 2, 0.01, 8, scale_x_y=1.2) |
prior-box | paddle.vision.ops.prior_box(x, y, [4.0], [8.0], [2.0])[0] + y.mean() | x: 1,3,4,4; y: 1,3,32,32
box-coder | paddle.vision.ops.box_coder(x, [0.1, 0.1, 0.2, 0.2], y, "decode_center_size", axis=0) | x: 3,4 boxes; y: 2,3,4 small
nms-plain | paddle.vision.ops.nms(x, 0.3) | x: 5,4 boxes
distribute | paddle.vision.ops.distribute_fpn_proposals(x * 40, 2, 5, 4, 224, rois_num=y)[0] | x: 6,4 boxes; y: int32 1 from 6 7
matrix-nms | paddle.vision.ops.matrix_nms(x, y, 0.01, 0.01, 10, 5, background_label=-1)[0] | x: 1,6,4 boxes; y: 1,2,6 unit
psroi-pool | paddle.vision.ops.psroi_pool(x, y, z, 2) | x: 1,8,12,12; y: 2,4 boxes; z: int32 1 from 2 3
affine-channel-like | x * y + z | x: N,3,H,W; y: 3,1,1; z: 3,1,1
space-to-depth | x.reshape([-1, 3, 3, 2, 4, 2]).transpose([0, 1, 3, 5, 2, 4]).reshape([-1, 12, 3, 4]) | x: N,3,6,8
quantile | paddle.quantile(x, 0.25, axis=-1) | x: N,8 distinct
""")  # fmt: skip
