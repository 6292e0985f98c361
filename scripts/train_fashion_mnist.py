#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Train the Fashion-MNIST example networks and write them as ONNX files.

Three networks are available:

  mlp    784-256-128-10, ReLU
  small  784-32-10, ReLU: for studies that program many arrays
  cnn    2 x (conv 3x3, batch norm, ReLU, max pool 2), dense 128, ReLU, dense 10

Both take pixel / 255 in [0, 1] without mean subtraction, so every value that
drives a crossbar row is non-negative. Weights are clipped and Gaussian noise is
added to them in every training step; this keeps them easy to quantise and makes
the network tolerant of device variation.

The final weights are those of the last epoch; the test set is only reported.
"""

import argparse
import copy
import gzip
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch import nn
from torch.nn import functional as F

DEFAULT_DATA = "/usr/share/datasets/fashion-mnist"
DEFAULT_EPOCHS = {"mlp": 40, "small": 30, "cnn": 15}
DEFAULT_NOISE = {"mlp": 0.02, "small": 0.02, "cnn": 0.03}
ALLOWED_NODES = {"Gemm", "MatMul", "Add", "Conv", "BatchNormalization", "Relu",
                 "MaxPool", "Flatten"}
OPSET = 13


# ---------------------------------------------------------------- data

def read_idx(path):
    """Read one gzipped IDX file of unsigned bytes."""
    with gzip.open(path, "rb") as stream:
        raw = stream.read()
    if raw[:3] != b"\x00\x00\x08":
        raise ValueError(f"{path}: not an IDX file of unsigned bytes")
    rank = raw[3]
    shape = np.frombuffer(raw, dtype=">i4", count=rank, offset=4)
    return np.frombuffer(raw, dtype=np.uint8, offset=4 + 4 * rank).reshape(shape)


def load_split(folder, prefix):
    """Return (images [N,1,28,28] in [0,1], labels [N]) of one split."""
    images = read_idx(folder / f"{prefix}-images-idx3-ubyte.gz")
    labels = read_idx(folder / f"{prefix}-labels-idx1-ubyte.gz")
    images = torch.from_numpy(images.astype(np.float32) / 255.0).unsqueeze(1)
    return images, torch.from_numpy(labels.astype(np.int64))


def augment(images, shift):
    """Mirror half of the images; move the batch by up to `shift` pixels."""
    mirrored = torch.rand(len(images), 1, 1, 1) < 0.5
    images = torch.where(mirrored, images.flip(3), images)
    if shift:
        top, left = torch.randint(0, 2 * shift + 1, (2,)).tolist()
        images = F.pad(images, (shift,) * 4)[:, :, top:top + 28, left:left + 28]
    return images


# ---------------------------------------------------------------- networks

def make_mlp():
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 256), nn.ReLU(),
        nn.Linear(256, 128), nn.ReLU(),
        nn.Linear(128, 10))


def make_small():
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 32), nn.ReLU(),
        nn.Linear(32, 10))


def make_cnn():
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1, bias=False), nn.BatchNorm2d(32), nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(32 * 7 * 7, 128), nn.ReLU(),
        nn.Linear(128, 10))


MAKERS = {"mlp": make_mlp, "small": make_small, "cnn": make_cnn}


def weight_layers(model):
    return [m for m in model.modules() if isinstance(m, (nn.Linear, nn.Conv2d))]


# ---------------------------------------------------------------- training

@contextmanager
def noisy_weights(model, sigma):
    """Add Gaussian noise of sigma * max|w| to every weight inside the block."""
    clean = [layer.weight.detach().clone() for layer in weight_layers(model)]
    with torch.no_grad():
        for layer, weight in zip(weight_layers(model), clean):
            layer.weight += sigma * weight.abs().max() * torch.randn_like(weight)
    try:
        yield
    finally:
        with torch.no_grad():
            for layer, weight in zip(weight_layers(model), clean):
                layer.weight.copy_(weight)


@torch.no_grad()
def clip_weights(model, width):
    """Clip the weights of each layer to +/- width standard deviations."""
    for layer in weight_layers(model):
        limit = width * layer.weight.std().item()
        layer.weight.clamp_(-limit, limit)


@torch.no_grad()
def limit_batch_norm_gain(model, spread):
    """Keep the channels of a conv comparable once its batch norm is folded.

    The largest folded weight of a channel may be at most `spread` times the
    median over the channels; one conversion scale then suits the whole layer.
    """
    layers = list(model)
    for conv, norm in zip(layers, layers[1:]):
        if isinstance(norm, nn.BatchNorm2d):
            gain = norm.weight.abs() / (norm.running_var + norm.eps).sqrt()
            peak = gain * conv.weight.abs().amax(dim=(1, 2, 3))
            norm.weight.mul_((spread * peak.median() / peak.clamp_min(1e-12)).clamp_max(1.0))


@torch.no_grad()
def accuracy(forward, images, labels, batch=1000):
    """Share of correctly classified images, in percent."""
    right = 0
    for start in range(0, len(images), batch):
        logits = forward(images[start:start + batch])
        right += (logits.argmax(1) == labels[start:start + batch]).sum().item()
    return 100.0 * right / len(images)


def train(model, train_set, test_set, args):
    images, labels = train_set
    steps = (len(images) + args.batch - 1) // args.batch
    optimiser = torch.optim.AdamW(model.parameters(), lr=args.lr,
                                  weight_decay=args.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, max_lr=args.lr, total_steps=steps * args.epochs, pct_start=0.2)
    for epoch in range(1, args.epochs + 1):
        began = time.monotonic()
        model.train()
        total = 0.0
        for chosen in torch.randperm(len(images)).split(args.batch):
            batch = augment(images[chosen], args.shift)
            optimiser.zero_grad()
            with noisy_weights(model, args.noise):
                loss = F.cross_entropy(model(batch), labels[chosen],
                                       label_smoothing=args.label_smoothing)
                loss.backward()
            optimiser.step()
            schedule.step()
            clip_weights(model, args.clip)
            limit_batch_norm_gain(model, args.gain_spread)
            total += loss.item() * len(chosen)
        model.eval()
        print(f"epoch {epoch:2d}/{args.epochs}  loss {total / len(images):.4f}  "
              f"test {accuracy(model, *test_set):.2f} %  "
              f"{time.monotonic() - began:.1f} s", flush=True)


# ---------------------------------------------------------------- quantised evaluation

@torch.no_grad()
def fold_batch_norm(model):
    """Return a copy of the network with each batch norm merged into its conv."""
    layers = []
    for layer in copy.deepcopy(model).eval():
        if isinstance(layer, nn.BatchNorm2d):
            layers[-1] = nn.utils.fuse_conv_bn_eval(layers[-1], layer)
        else:
            layers.append(layer)
    return nn.Sequential(*layers).eval()


class QuantisedNetwork:
    """Per-layer symmetric weights and unsigned activations, simulated in float.

    The activation range of a layer is the largest input it sees on the
    calibration images. `noise` adds Gaussian noise of noise * max|w| to the
    quantised weights.
    """

    @torch.no_grad()
    def __init__(self, model, calibration, weight_bits=8, activation_bits=8):
        self.model = fold_batch_norm(model)
        self.levels = 2 ** activation_bits - 1
        self.steps = {}
        self.clean = {}
        values = calibration
        for layer in self.model:
            if isinstance(layer, (nn.Linear, nn.Conv2d)):
                self.steps[layer] = values.max() / self.levels
            values = layer(values)
        top = 2 ** (weight_bits - 1) - 1
        for layer in self.steps:
            step = layer.weight.abs().max() / top
            layer.weight.copy_((layer.weight / step).round() * step)
            self.clean[layer] = layer.weight.clone()

    @torch.no_grad()
    def add_noise(self, noise):
        for layer, weight in self.clean.items():
            layer.weight.copy_(weight + noise * weight.abs().max() * torch.randn_like(weight))

    def __call__(self, values):
        for layer in self.model:
            if layer in self.steps:
                step = self.steps[layer]
                values = (values / step).round().clamp(0, self.levels) * step
            values = layer(values)
        return values


def report(model, calibration, test_set):
    print(f"float:                            {accuracy(model, *test_set):.2f} %")
    for bits in (8, 6, 4):
        network = QuantisedNetwork(model, calibration, weight_bits=bits)
        print(f"{bits}-bit weights, 8-bit activations: {accuracy(network, *test_set):.2f} %")
    network = QuantisedNetwork(model, calibration)
    results = []
    for _ in range(10):
        network.add_noise(0.03)
        results.append(accuracy(network, *test_set))
    print(f"8-bit and 3 % weight noise:       {np.mean(results):.2f} % "
          f"(mean of {len(results)} draws, lowest {np.min(results):.2f} %)")


# ---------------------------------------------------------------- export

def export(model, path):
    """Write a single-file ONNX model; batch norm stays a node of its own."""
    model.eval()
    torch.onnx.export(
        model, (torch.zeros(1, 1, 28, 28),), str(path), dynamo=False,
        opset_version=OPSET, do_constant_folding=False,
        training=torch.onnx.TrainingMode.PRESERVE,
        input_names=["image"], output_names=["logits"],
        dynamic_axes={"image": {0: "N"}, "logits": {0: "N"}})
    proto = onnx.load(path)
    onnx.checker.check_model(proto, full_check=True)
    others = {node.op_type for node in proto.graph.node} - ALLOWED_NODES
    if others:
        raise RuntimeError(f"{path}: unexpected nodes {sorted(others)}")
    return proto


def describe(proto):
    shapes = {tensor.name: list(tensor.dims) for tensor in proto.graph.initializer}
    for node in proto.graph.node:
        tensors = "  ".join(f"{name} {shapes[name]}" for name in node.input if name in shapes)
        print(f"  {node.op_type:<20}{tensors}")


def onnx_forward(path, threads):
    """Return a function that evaluates the ONNX file.

    onnx.reference (onnx 1.23.2) is no alternative here: below opset 14 it mixes
    batch statistics into an inference-mode BatchNormalization.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(path), options)
    return lambda images: torch.from_numpy(session.run(None, {"image": images.numpy()})[0])


@torch.no_grad()
def check_logits(model, forward, images):
    """Require the exported network to give the logits of the trained one."""
    difference = (model(images) - forward(images)).abs().max().item()
    if difference > 1e-3:
        raise RuntimeError(f"exported logits differ by {difference:.3g}")


# ---------------------------------------------------------------- command line

def per_network(defaults):
    return "default: " + ", ".join(f"{value} ({name})" for name, value in defaults.items())


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", choices=sorted(MAKERS), required=True)
    parser.add_argument("--data", type=Path, default=Path(DEFAULT_DATA),
                        help="folder of the gzipped IDX files (default: %(default)s)")
    parser.add_argument("--out", type=Path,
                        help="ONNX file (default: models/fashion_mnist_<network>.onnx)")
    parser.add_argument("--epochs", type=int, help=per_network(DEFAULT_EPOCHS))
    parser.add_argument("--threads", type=int, default=2, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=1, help="default: %(default)s")
    parser.add_argument("--batch", type=int, default=128, help="default: %(default)s")
    parser.add_argument("--lr", type=float, default=4e-3,
                        help="peak learning rate (default: %(default)s)")
    parser.add_argument("--weight-decay", type=float, default=1e-2, help="default: %(default)s")
    parser.add_argument("--noise", type=float,
                        help="weight noise in training, relative to max|w|; "
                             + per_network(DEFAULT_NOISE))
    parser.add_argument("--clip", type=float, default=3.0,
                        help="weight limit in standard deviations (default: %(default)s)")
    parser.add_argument("--gain-spread", type=float, default=1.2,
                        help="largest folded weight of a channel, relative to the median "
                             "channel of its layer (default: %(default)s)")
    parser.add_argument("--shift", type=int, default=0,
                        help="largest random shift in pixels (default: %(default)s)")
    parser.add_argument("--label-smoothing", type=float, default=0.0, help="default: %(default)s")
    args = parser.parse_args()
    if args.epochs is None:
        args.epochs = DEFAULT_EPOCHS[args.network]
    if args.noise is None:
        args.noise = DEFAULT_NOISE[args.network]
    if args.out is None:
        args.out = Path("models") / f"fashion_mnist_{args.network}.onnx"
    return args


def main():
    args = parse_arguments()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    torch.use_deterministic_algorithms(True)

    train_set = load_split(args.data, "train")
    test_set = load_split(args.data, "t10k")
    model = MAKERS[args.network]()
    train(model, train_set, test_set, args)

    print("test accuracy")
    report(model, train_set[0][:1000], test_set)

    args.out.parent.mkdir(parents=True, exist_ok=True)
    proto = export(model, args.out)
    forward = onnx_forward(args.out, args.threads)
    check_logits(model, forward, test_set[0][:1000])
    print(f"ONNX file, evaluated:             {accuracy(forward, *test_set):.2f} %")
    print(f"{args.out}: {args.out.stat().st_size} bytes")
    describe(proto)


if __name__ == "__main__":
    main()
