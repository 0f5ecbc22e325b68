"""Where the watermark stands on a picture."""

from collections.abc import Iterator

_GAP_ACROSS, _GAP_DOWN = 1.25, 1.6
"""From one mark to the next, in widths and heights of a mark."""


def positions(picture: tuple[int, int], cell: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """The upper left corners, in pixels, of staggered marks that cover a picture to its edges.

    There is always one in the middle. Marks may begin above or left of the picture.
    """
    across, down = max(1, round(cell[0] * _GAP_ACROSS)), max(1, round(cell[1] * _GAP_DOWN))
    middle = (picture[0] - cell[0]) // 2, (picture[1] - cell[1]) // 2
    rows = (picture[1] + cell[1]) // (2 * down) + 1
    columns = (picture[0] + cell[0]) // (2 * across) + 2
    for row in range(-rows, rows + 1):
        y = middle[1] + row * down
        shift = across // 2 if row % 2 else 0
        for column in range(-columns, columns + 1):
            x = middle[0] + column * across + shift
            if -cell[0] < x < picture[0] and -cell[1] < y < picture[1]:
                yield x, y
