"""Reads a page's data as `document.d.ts` describes them, without the page's code."""

import base64
import gzip
import json
import re
import struct

import numpy as np


def unpacked(html):
    """Return the page of some HTML, and its arrays."""
    data = re.search(r'<script type="application/octet-stream">([^<]*)</script>', html)
    raw = gzip.decompress(base64.b64decode(data[1]))
    (length,) = struct.unpack("<I", raw[:4])
    page = json.loads(raw[4 : 4 + length])
    blob = raw[4 + length + (-(4 + length)) % 8 :]
    return page, [array(info, blob) for info in page["arrays"]]


def array(info, blob):
    """Return an array: bytes sorted by weight, signs last, sums along some axes."""
    size = int(info["dtype"][1])
    content = blob[info["offset"] : info["offset"] + info["bytes"]]
    count = len(content) // size
    bits = [
        sum(content[plane * count + i] << (8 * plane) for plane in range(size))
        for i in range(count)
    ]
    if info["differences"]:
        whole = 1 << (8 * size)
        values = np.array([(u >> 1) ^ -(u & 1) for u in bits], object)
        values = values.reshape(info["shape"])
        for axis in reversed(info["differences"]):
            values = np.cumsum(values, axis=axis)
        bits = [int(v) % whole for v in values.ravel()]
        if info["dtype"][0] == "f":
            half = whole // 2
            bits = [b if b < half else b ^ (half - 1) for b in bits]
    words = np.array(bits, f"<u{size}")
    return words.view(f"<{info['dtype']}").reshape(info["shape"])


def same_bits(ones, others):
    """Whether numbers are the same as float64, to the bit."""
    ones, others = (np.asarray(each, np.float64) for each in (ones, others))
    return ones.shape == others.shape and ones.tobytes() == others.tobytes()
