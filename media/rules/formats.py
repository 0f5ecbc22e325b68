"""What a file is, by its first bytes, and what to say to whoever sent something else."""

from enum import StrEnum

from media.rules.kinds import Kind
from stockcoop.kernel.errors import Refused

HEAD = 4096
"""How many bytes of a file `sniff` wants to see."""


class Format(StrEnum):
    """The formats that are taken. AVIF, HEIC and containers of clips share their first bytes."""

    JPEG = "jpeg"
    PNG = "png"
    TIFF = "tiff"
    WEBP = "webp"
    AVIF = "avif"
    HEIC = "heic"
    MP4 = "mp4"
    MOV = "mov"
    WEBM = "webm"

    @property
    def kind(self) -> Kind:
        return Kind.VIDEO if self in _CLIPS else Kind.PHOTO

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[self]


_CLIPS = frozenset({Format.MP4, Format.MOV, Format.WEBM})
_MEDIA_TYPES = {
    Format.JPEG: "image/jpeg",
    Format.PNG: "image/png",
    Format.TIFF: "image/tiff",
    Format.WEBP: "image/webp",
    Format.AVIF: "image/avif",
    Format.HEIC: "image/heic",
    Format.MP4: "video/mp4",
    Format.MOV: "video/quicktime",
    Format.WEBM: "video/webm",
}

CODECS = frozenset({"h264", "vp9", "av1"})
"""Of clips; what browsers and editing programs read alike."""


class Unfit(Refused):
    """The file cannot become a work; the message tells its photographer why."""

    status = 422


TAKEN = "We take photographs as JPEG, TIFF, PNG, WebP, AVIF or HEIC and clips as MP4, MOV or WebM."

ANIMATED = "Animations are not taken. Send a still photograph, or the clip as MP4 or WebM."
RAW = "This is a camera's raw file. Develop it and send a JPEG or TIFF."
FLOATING = (
    "This picture has 32 bits or floating point per channel. Save it with 8 or 16 bits instead."
)
EXTRA_CHANNELS = (
    "This TIFF has extra channels that cannot be read here. "
    "Flatten it, without alpha or spot colours, and resend it."
)
PREVIEW_FIRST = (
    "The first picture in this TIFF is a small preview. Save it without one and resend it."
)
_DRAWING = "This is a vector drawing or a web page, not a photograph. " + TAKEN
_ARCHIVE = "This is an archive. Send the photographs in it one by one."
_DOCUMENT = "This is a document, not a photograph. " + TAKEN
_PHOTOSHOP = "This is a Photoshop document. Save it as a flattened TIFF or JPEG."
_OTHER_PICTURE = "This picture format is not taken. Save it as JPEG, TIFF or PNG."

_REFUSED_HEADS = (
    (b"GIF8", ANIMATED),
    (b"FUJIFILMCCD-RAW", RAW),
    (b"IIRO", RAW),
    (b"IIRS", RAW),
    (b"MMOR", RAW),
    (b"IIU\x00", RAW),
    (b"8BPS", _PHOTOSHOP),
    (b"%PDF", _DOCUMENT),
    (b"%!PS", _DOCUMENT),
    (b"\xc5\xd0\xd3\xc6", _DOCUMENT),
    (b"\xd0\xcf\x11\xe0", _DOCUMENT),
    (b"PK\x03\x04", _ARCHIVE),
    (b"Rar!", _ARCHIVE),
    (b"7z\xbc\xaf", _ARCHIVE),
    (b"\x1f\x8b", _ARCHIVE),
    (b"BM", _OTHER_PICTURE),
    (b"\x00\x00\x00\x0cjP  ", _OTHER_PICTURE),
    (b"\xff\x4f\xff\x51", _OTHER_PICTURE),
    (b"\x00\x00\x00\x0cJXL ", _OTHER_PICTURE),
    (b"\xff\x0a", _OTHER_PICTURE),
    (b"\x00\x00\x01\x00", _OTHER_PICTURE),
)

_HEADS = (
    (b"\xff\xd8\xff", Format.JPEG),
    (b"\x89PNG\r\n\x1a\n", Format.PNG),
    (b"II\x2a\x00", Format.TIFF),
    (b"MM\x00\x2a", Format.TIFF),
    (b"II\x2b\x00", Format.TIFF),
    (b"MM\x00\x2b", Format.TIFF),
    (b"\x1a\x45\xdf\xa3", Format.WEBM),
)

_BRANDS = {
    b"avif": Format.AVIF,
    b"avis": ANIMATED,
    b"heic": Format.HEIC,
    b"heix": Format.HEIC,
    b"heim": Format.HEIC,
    b"heis": Format.HEIC,
    b"hevc": ANIMATED,
    b"hevx": ANIMATED,
    b"crx ": RAW,
    b"qt  ": Format.MOV,
}


def sniff(head: bytes) -> Format:
    """The format of a file that begins with `head`. Raises Unfit with a sentence for its sender."""
    if not head:
        raise Unfit("This file is empty. The upload may have been cut off: send it again.")
    for magic, format in _HEADS:
        if head.startswith(magic):
            return _unless_raw(format, head)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Format.WEBP
    if head[4:8] == b"ftyp":
        return _branded(head)
    if head[4:8] in {b"moov", b"mdat", b"wide", b"free"}:
        return Format.MOV
    for magic, sentence in _REFUSED_HEADS:
        if head.startswith(magic):
            raise Unfit(sentence)
    raise Unfit(_DRAWING if _is_markup(head) else _unknown(head))


def _unless_raw(format: Format, head: bytes) -> Format:
    if format is Format.TIFF and head[8:10] == b"CR":
        raise Unfit(RAW)
    return format


def _branded(head: bytes) -> Format:
    """By the brands of an ISO media file: the major one first, then those it is compatible with."""
    size = min(max(int.from_bytes(head[:4], "big"), 16), 256)
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, size, 4))]
    for brand in brands:
        known = _BRANDS.get(brand)
        if isinstance(known, Format):
            return known
        if known:
            raise Unfit(known)
    if brands[0] in {b"mif1", b"msf1"}:
        return Format.HEIC
    return Format.MP4


def _is_markup(head: bytes) -> bool:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:512].lower()
    return text.startswith(b"<") and any(
        tag in text for tag in (b"<svg", b"<html", b"<?xml", b"<!doc")
    )


def _unknown(head: bytes) -> str:
    try:
        head[:512].decode()
    except UnicodeDecodeError:
        return "This file is neither a photograph nor a clip that we can read. " + TAKEN
    if b"\x00" in head[:512]:
        return "This file is neither a photograph nor a clip that we can read. " + TAKEN
    return "This is a text file, whatever its name says. " + TAKEN
