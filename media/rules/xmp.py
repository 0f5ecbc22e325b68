"""XMP, the newer of the two standards: RDF in XML.

Source: XMP specification part 1; IPTC Photo Metadata Standard 2023.1; PLUS LDF 1.2.
"""

from collections.abc import Iterable
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from media.rules.metadata import Facts

_SPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
}
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_LARGEST = 2 * 1024 * 1024
_PREFERRED = ("x-default", "en")


def decode(packet: bytes) -> Facts:
    """What an XMP packet says; nothing when it is no well-formed XML or declares entities."""
    if not packet or len(packet) > _LARGEST:
        return Facts()
    try:
        root = fromstring(packet.strip(b"\x00 \t\r\n"), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return Facts()
    descriptions = list(root.iter(_name("rdf:Description")))

    def first(*properties: str) -> str:
        return next((v for p in properties for v in _values(descriptions, p) if v), "")

    return Facts(
        title=first("dc:title", "photoshop:Headline"),
        description=first("dc:description"),
        keywords=tuple(_values(descriptions, "dc:subject")),
        creator=", ".join(_values(descriptions, "dc:creator")[:8]),
        credit=first("photoshop:Credit"),
        rights=first("dc:rights"),
        licence_url=first("xmpRights:WebStatement"),
        licence_number=first("plus:LicensorTransactionID"),
        source_type=first("Iptc4xmpExt:DigitalSourceType"),
    )


def _name(qualified: str) -> str:
    prefix, local = qualified.split(":")
    return f"{{{_SPACES[prefix]}}}{local}"


def _values(descriptions: Iterable[Element], qualified: str) -> list[str]:
    """The values of a property, as attribute, plain text, list or language alternative."""
    name = _name(qualified)
    for description in descriptions:
        if name in description.attrib:
            return [description.attrib[name]]
        for element in description.findall(name):
            items = list(element.iter(_name("rdf:li")))
            if element.find(_name("rdf:Alt")) is not None:
                items.sort(key=_rank)
            texts = [item.text or "" for item in items] if items else [element.text or ""]
            return [text for text in texts if text.strip()]
    return []


def _rank(item: Element) -> int:
    """Where a language stands among alternatives: the default, English, then any."""
    language = item.get(_LANGUAGE, "").lower().split("_")[0]
    for rank, preferred in enumerate(_PREFERRED):
        if language == preferred or language.startswith(preferred + "-"):
            return rank
    return len(_PREFERRED)
