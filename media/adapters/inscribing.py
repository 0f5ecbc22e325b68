"""Who made a picture and what may be done with it, written into its file by Exiv2.

What was there as XMP, IIM or Exif goes; the picture stays as it is. Equal files and facts give
equal files. Exiv2 is given bytes or an absolute path, since it would fetch what an address names.

Source: IPTC Photo Metadata Standard 2023.1; PLUS LDF 1.2; XMP specification part 1.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import exiv2

from media.rules.metadata import Facts, cleaned
from media.rules.rights import PLUS_VOCABULARY

_UTF8 = "\x1b%G"
_COMPACT = exiv2.XmpParser.XmpFormatFlags.omitAllFormatting
_IIM_LENGTHS = {
    "ObjectName": 64,
    "Keywords": 64,
    "SpecialInstructions": 256,
    "Byline": 32,
    "Credit": 32,
    "Copyright": 128,
    "Caption": 2000,
}
"""Bytes that the older standard allows; XMP carries the whole."""


def inscribed(data: bytes, facts: Facts, *, orientation: int = 1) -> bytes:
    """A JPEG, PNG, TIFF or WebP with `facts` as its only metadata.

    `orientation` is the Exif value that a viewer must apply. Raises ValueError.
    """
    written = _write(data, facts, orientation).io()
    written.open()
    try:
        return bytes(written.mmap(False))
    finally:
        written.close()


def inscribe(path: Path, facts: Facts, *, orientation: int = 1) -> None:
    """As `inscribed`, in the file at `path` itself. Raises ValueError."""
    _write(str(path.resolve()), facts, orientation)


def _write(source: bytes | str, facts: Facts, orientation: int) -> exiv2.Image:
    facts = cleaned(facts)
    try:
        image = exiv2.ImageFactory.open(source)
        image.readMetadata()
        image.setExifData(_exif(orientation))
        image.setIptcData(_iim(facts))
        image.setXmpPacket(exiv2.XmpParser.encode(_xmp(facts), _COMPACT, 0)[1])
        image.writeXmpFromPacket(True)
        image.writeMetadata()
    except exiv2.Exiv2Error as error:
        raise ValueError(f"Exiv2 cannot write this file: {error}") from error
    return image


def _exif(orientation: int) -> exiv2.ExifData:
    data = exiv2.ExifData()
    if orientation != 1:
        data["Exif.Image.Orientation"] = exiv2.UShortValue(orientation)
    return data


def _iim(facts: Facts) -> exiv2.IptcData:
    data = exiv2.IptcData()
    data["Iptc.Envelope.CharacterSet"] = _UTF8
    said: Sequence[tuple[str, Iterable[str]]] = (
        ("ObjectName", [facts.title]),
        ("Keywords", facts.keywords),
        ("SpecialInstructions", [_instructions(facts)]),
        ("Byline", [facts.creator]),
        ("Credit", [facts.credit]),
        ("Copyright", [facts.rights]),
        ("Caption", [facts.description]),
    )
    for name, texts in said:
        for text in filter(None, texts):
            value = exiv2.StringValue(_cut(text, _IIM_LENGTHS[name]))
            data.add(exiv2.IptcKey(f"Iptc.Application2.{name}"), value)
    return data


def _cut(text: str, longest: int) -> str:
    """The first characters of `text` that fit so many bytes."""
    return text.encode()[:longest].decode(errors="ignore")


def _xmp(facts: Facts) -> exiv2.XmpData:
    data = exiv2.XmpData()
    for name, text in _texts(facts):
        if text:
            data[f"Xmp.{name}"] = _plain(text)
    for name, text in _alternatives(facts):
        if text:
            data[f"Xmp.{name}"] = exiv2.LangAltValue(f'lang="x-default" {text}')
    bag, seq = exiv2.TypeId.xmpBag, exiv2.TypeId.xmpSeq
    _add_list(data, "dc.subject", bag, facts.keywords)
    _add_list(data, "dc.creator", seq, [facts.creator])
    _add_list(data, "plus.LicensorTransactionID", bag, [facts.licence_number])
    _add_licensor(data, facts)
    return data


def _texts(facts: Facts) -> list[tuple[str, str]]:
    return [
        ("photoshop.Credit", facts.credit),
        ("photoshop.Instructions", _instructions(facts)),
        ("xmpRights.Marked", "True" if facts.rights else ""),
        ("xmpRights.WebStatement", facts.licence_url),
        ("plus.DataMining", PLUS_VOCABULARY + facts.data_mining if facts.data_mining else ""),
        ("iptcExt.DigitalSourceType", facts.source_type),
    ]


def _alternatives(facts: Facts) -> list[tuple[str, str]]:
    return [
        ("dc.title", facts.title),
        ("dc.description", facts.description),
        ("dc.rights", facts.rights),
        ("xmpRights.UsageTerms", facts.usage_terms),
    ]


def _plain(text: str) -> str:
    """Exiv2 would read a text that begins like this as the name of a type."""
    return f" {text}" if text.startswith("type=") else text


def _add_list(data: exiv2.XmpData, name: str, kind: exiv2.TypeId, texts: Iterable[str]) -> None:
    value = exiv2.XmpArrayValue(kind)
    for text in filter(None, texts):
        value.append(text)
    if value.count():
        data.add(exiv2.XmpKey(f"Xmp.{name}"), value)


def _add_licensor(data: exiv2.XmpData, facts: Facts) -> None:
    if not (facts.licensor or facts.licensor_url):
        return
    several = exiv2.XmpTextValue("")
    several.setXmpArrayType(exiv2.XmpValue.XmpArrayType.xaSeq)
    data.add(exiv2.XmpKey("Xmp.plus.Licensor"), several)
    for name, text in (("LicensorName", facts.licensor), ("LicensorURL", facts.licensor_url)):
        if text:
            data[f"Xmp.plus.Licensor[1]/plus:{name}"] = _plain(text)


def _instructions(facts: Facts) -> str:
    return f"Licence {facts.licence_number}" if facts.licence_number else ""
