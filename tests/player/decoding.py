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
    if info.get("predicted"):
        return table(bits, info["shape"])
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


RULES = [
    {(0, -1): 1},
    {(-1, 0): 1},
    {(0, -1): 2, (0, -2): -1},
    {(-1, 0): 2, (-2, 0): -1},
    {(0, -1): 1, (-1, 0): 1, (-1, -1): -1},
    {(0, -1): 3, (0, -2): -3, (0, -3): 1},
    {(-1, 0): 3, (-2, 0): -3, (-3, 0): 1},
]


def table(left, shape):
    """Return a table of float32, value by value, each from those before it."""
    height, width = shape
    known, errors = {}, [{} for _ in RULES]
    for at, rest in enumerate(left):
        row, column = divmod(at, width)
        guesses, costs = [], []
        for rule, missed in zip(RULES, errors, strict=True):
            places = {(row + y, column + x): w for (y, x), w in rule.items()}
            if places.keys() <= known.keys():
                guesses.append(sum(w * known[place] for place, w in places.items()))
                near = ((0, -1), (-1, 0), (-1, -1), (-1, 1))
                costs.append(
                    sum(missed.get((row + y, column + x), 0.0) for y, x in near)
                )
            else:
                guesses.append(np.nan)
                costs.append(np.inf)
        guess = guesses[int(np.argmin(costs))]
        with np.errstate(over="ignore"):
            start = np.float32(0 if np.isnan(guess) else guess).view(np.int32)
        value = ordered(int(start)) + ((rest >> 1) ^ -(rest & 1))
        value = ordered((value + (1 << 31)) % (1 << 32) - (1 << 31))
        known[row, column] = float(np.int32(value).view(np.float32))
        for guess, missed in zip(guesses, errors, strict=True):
            error = abs(guess - known[row, column])
            missed[row, column] = np.inf if np.isnan(error) else error
    return np.array(list(known.values()), np.float32).reshape(height, width)


def ordered(bits):
    """Turn the bits of a float into an integer in the order of floats, or back."""
    return bits if bits >= 0 else bits ^ 0x7FFFFFFF
