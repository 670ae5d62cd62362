"""Lists the versions and global settings that results depend on."""

from __future__ import annotations

import functools
import hashlib
import platform
import sys
import types
import warnings
from typing import Any

import numpy as np
import torch
from torch.nn import Module
from torch.optim import Optimizer

from animator.base.origins import PACKAGE, is_users


@functools.cache
def own_code() -> bytes:
    """Return a hash of this package's files."""
    files = sorted(PACKAGE.rglob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).digest()


def environment() -> list[Any]:
    """Return versions, torch's settings and hooks, and replaced torch functions.

    The number of threads is omitted: training uses one thread.
    """
    denormal = torch.tensor([5e-324], dtype=torch.float64) + 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch is renaming some flags
        flags = _backend_flags()
    return [
        [platform.python_version(), torch.__version__, np.__version__],
        [platform.machine(), torch.backends.cpu.get_cpu_capability()],
        sys.flags.optimize,
        _gpus(),
        [str(torch.get_default_dtype()), str(torch.get_default_device())],
        [torch.is_grad_enabled(), torch.is_inference_mode_enabled()],
        torch.are_deterministic_algorithms_enabled(),
        torch.is_deterministic_algorithms_warn_only_enabled(),
        torch.get_float32_matmul_precision(),
        [torch.is_autocast_enabled("cpu"), str(torch.get_autocast_dtype("cpu"))],
        bool(denormal.item()),  # False if denormals are flushed to zero
        flags,
        _global_hooks(),
        _replaced_functions(),
    ]


def _backend_flags() -> list[Any]:
    backends = torch.backends
    return [
        [bool(backends.mkldnn.enabled), bool(backends.mkldnn.deterministic)],
        [torch._C._get_nnpack_enabled(), backends.mha.get_fastpath_enabled()],
        [backends.opt_einsum.enabled, backends.opt_einsum.strategy],
        [backends.cudnn.enabled, backends.cudnn.benchmark],
        [backends.cudnn.deterministic, backends.cudnn.allow_tf32],
        [backends.cuda.matmul.allow_tf32, backends.cuda.flash_sdp_enabled()],
        [backends.cuda.math_sdp_enabled(), backends.quantized.engine],
    ]


def _gpus() -> list[str]:
    """Return the names of the GPUs, if CUDA is initialized."""
    if not torch.cuda.is_initialized():
        return []
    return [torch.cuda.get_device_name(n) for n in range(torch.cuda.device_count())]


def _global_hooks() -> list[list[Any]]:
    """Return the hooks that are called for all modules and all optimizers."""
    return [
        list(value.values())
        for kind in (Module, Optimizer)
        for name, value in vars(sys.modules[kind.__module__]).items()
        if name.startswith("_global_") and isinstance(value, dict)
    ]


def _replaced_functions() -> list[Any]:
    """Return the user's functions that replace functions of torch."""
    return [
        [name, value]
        for module in (torch, torch.nn.functional, torch.nn.init)
        for name, value in list(vars(module).items())
        if isinstance(value, types.FunctionType) and is_users(value)
    ]
