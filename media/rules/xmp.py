"""XMP, the newer of the two standards: RDF in XML.

Source: XMP specification part 1; IPTC Photo Metadata Standard 2023.1; PLUS LDF 1.2.
"""

from collections.abc import Iterable
from html import escape
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from media.rules.metadata import Facts, cleaned

_SPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
}
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_LARGEST = 2 * 1024 * 1024
_PREFERRED = ("x-default", "en")


def encode(facts: Facts) -> bytes:
    """`facts` as an XMP packet in UTF-8, below 64 KB; equal facts give equal bytes."""
    facts = cleaned(facts)
    said = [
        _alternatives("dc:title", facts.title),
        _alternatives("dc:description", facts.description),
        _list("dc:subject", "Bag", facts.keywords),
        _list("dc:creator", "Seq", [facts.creator] if facts.creator else []),
        _alternatives("dc:rights", facts.rights),
        _simple("photoshop:Credit", facts.credit),
        _simple("photoshop:Instructions", _instructions(facts)),
        _simple("xmpRights:Marked", "True" if facts.rights else ""),
        _simple("xmpRights:WebStatement", facts.licence_url),
        _licensor(facts),
        _list("plus:LicensorTransactionID", "Bag", _present(facts.licence_number)),
    ]
    spaces = "".join(f' xmlns:{name}="{uri}"' for name, uri in _SPACES.items())
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF{spaces}>'
        f'<rdf:Description rdf:about="">{"".join(said)}</rdf:Description>'
        '</rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    ).encode()


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


def _present(text: str) -> list[str]:
    return [text] if text else []


def _instructions(facts: Facts) -> str:
    return f"Licence {facts.licence_number}" if facts.licence_number else ""


def _simple(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else ""


def _alternatives(name: str, text: str) -> str:
    if not text:
        return ""
    item = f'<rdf:li xml:lang="x-default">{escape(text)}</rdf:li>'
    return f"<{name}><rdf:Alt>{item}</rdf:Alt></{name}>"


def _list(name: str, kind: str, texts: Iterable[str]) -> str:
    items = "".join(f"<rdf:li>{escape(text)}</rdf:li>" for text in texts)
    return f"<{name}><rdf:{kind}>{items}</rdf:{kind}></{name}>" if items else ""


def _licensor(facts: Facts) -> str:
    inner = _simple("plus:LicensorName", facts.licensor) + _simple(
        "plus:LicensorURL", facts.licensor_url
    )
    if not inner:
        return ""
    item = f'<rdf:li rdf:parseType="Resource">{inner}</rdf:li>'
    return f"<plus:Licensor><rdf:Seq>{item}</rdf:Seq></plus:Licensor>"
