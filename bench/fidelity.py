"""How true a picture is to another."""

import math

import numpy as np
from PIL import Image


def psnr(a: Image.Image, b: Image.Image) -> float:
    """The peak signal-to-noise ratio of pictures of equal size, in dB; 99 for equal ones."""
    off = np.asarray(a, np.float32) - np.asarray(b, np.float32)
    error = float(np.mean(np.square(off)))
    return 99.0 if error == 0 else 10 * math.log10(255**2 / error)
