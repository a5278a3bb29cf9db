"""An EPUB 3.3 as a file: the package document, the old table of contents beside the new one, and the ZIP around all.

The same parts give the same bytes: every entry bears the first date that a ZIP can name, and so does the book's
`dcterms:modified`, 1980-01-01, because a film has no date of its own; another film has another identifier.
"""

from __future__ import annotations

import hashlib
import uuid
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

MODIFIED = "1980-01-01T00:00:00Z"
_DATE = (1980, 1, 1, 0, 0, 0)
_FOLDER = "EPUB"
_CONTAINER = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">\n<rootfiles>\n'
    f'<rootfile full-path="{_FOLDER}/package.opf" media-type="application/oebps-package+xml"/>\n'
    "</rootfiles>\n</container>\n"
)
_TYPES = {
    ".xhtml": "application/xhtml+xml",
    ".css": "text/css",
    ".ncx": "application/x-dtbncx+xml",
    ".jpg": "image/jpeg",
    ".png": "image/png",
}


@dataclass(frozen=True, kw_only=True)
class Publication:
    """What the package says of a book."""

    identifier: str
    title: str
    author: str
    languages: tuple[str, ...]
    """The main one first."""
    description: str
    summary: str
    """How far it can be read without eyes, in a sentence."""
    metadata: Mapping[str, str]
    """Entries such as the AIGC label."""
    reading_order: tuple[str, ...]
    """The names of its pages."""
    contents: tuple[tuple[str, str], ...]
    """Name and words of each entry of the table of contents."""
    cover: str
    """The name of its cover's picture."""


def identifier_of(mark: int) -> str:
    """The number of a work as a UUID: the same cut has the same."""
    digest = hashlib.sha256(f"org.tianmu.book:{mark:016x}".encode()).digest()
    return f"urn:uuid:{uuid.UUID(bytes=digest[:16], version=4)}"


def write_container(path: Path, publication: Publication, texts: Mapping[str, str], pictures: Sequence[Path]) -> None:
    """Write the ZIP: its type first and unpacked, then the package, the pages, the pictures as they are.

    Args:
        path: where to.
        publication: what it says of itself.
        texts: pages and style by name.
        pictures: files that go in under their own names.
    """
    names = [*texts, "toc.ncx", *(picture.name for picture in pictures)]
    parts = {
        "META-INF/container.xml": _CONTAINER,
        f"{_FOLDER}/package.opf": package_of(publication, names),
        f"{_FOLDER}/toc.ncx": ncx_of(publication),
        **{f"{_FOLDER}/{name}": text for name, text in texts.items()},
    }
    with zipfile.ZipFile(path, "w") as archive:
        _add(archive, "mimetype", b"application/epub+zip", zipfile.ZIP_STORED)
        for name, text in parts.items():
            _add(archive, name, text.encode(), zipfile.ZIP_DEFLATED)
        for picture in pictures:
            _add(archive, f"{_FOLDER}/{picture.name}", picture.read_bytes(), zipfile.ZIP_STORED)


def _add(archive: zipfile.ZipFile, name: str, data: bytes, method: int) -> None:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.compress_type, entry.create_system, entry.external_attr = method, 3, 0o644 << 16
    archive.writestr(entry, data, compresslevel=9)


def package_of(publication: Publication, names: Sequence[str]) -> str:
    """The package document: metadata, with what a reader needs to know of accessibility, manifest, reading order."""
    properties = {"nav.xhtml": "nav", publication.cover: "cover-image"}
    manifest = "\n".join(
        f"<item id={quoteattr(_id(name))} href={quoteattr(name)} media-type={quoteattr(_TYPES[Path(name).suffix])}"
        + (f' properties="{properties[name]}"/>' if name in properties else "/>")
        for name in names
    )
    spine = "\n".join(f"<itemref idref={quoteattr(_id(name))}/>" for name in publication.reading_order)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id"'
        f' xml:lang="{publication.languages[0]}">\n'
        f'<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">\n{_metadata(publication)}\n</metadata>\n'
        f'<manifest>\n{manifest}\n</manifest>\n<spine toc="{_id("toc.ncx")}">\n{spine}\n</spine>\n</package>\n'
    )


def _metadata(publication: Publication) -> str:
    schema = {
        "accessMode": ("textual", "visual"),
        "accessModeSufficient": ("textual,visual", "textual"),
        "accessibilityFeature": (
            *("alternativeText", "tableOfContents", "structuralNavigation", "readingOrder", "displayTransformability"),
        ),
        "accessibilityHazard": ("none",),
        "accessibilitySummary": (publication.summary,),
    }
    lines = [
        f'<dc:identifier id="id">{escape(publication.identifier)}</dc:identifier>',
        f"<dc:title>{escape(publication.title)}</dc:title>",
        *(f"<dc:language>{language}</dc:language>" for language in publication.languages),
        *([f"<dc:creator>{escape(publication.author)}</dc:creator>"] if publication.author else []),
        f"<dc:description>{escape(publication.description)}</dc:description>",
        f'<meta property="dcterms:modified">{MODIFIED}</meta>',
        *(f'<meta property="schema:{key}">{escape(value)}</meta>' for key in schema for value in schema[key]),
        f'<meta name="cover" content={quoteattr(_id(publication.cover))}/>',
        *(
            f"<meta name={quoteattr(key)} content={quoteattr(value)}/>"
            for key, value in sorted(publication.metadata.items())
        ),
    ]
    return "\n".join(lines)


def ncx_of(publication: Publication) -> str:
    """The table of contents for reading systems of EPUB 2."""
    points = "\n".join(
        f'<navPoint id="point-{number}" playOrder="{number}"><navLabel><text>{escape(words)}</text></navLabel>'
        f"<content src={quoteattr(name)}/></navPoint>"
        for number, (name, words) in enumerate(publication.contents, 1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1"'
        f' xml:lang="{publication.languages[0]}">\n<head>\n'
        f'<meta name="dtb:uid" content={quoteattr(publication.identifier)}/>\n</head>\n'
        f"<docTitle><text>{escape(publication.title)}</text></docTitle>\n<navMap>\n{points}\n</navMap>\n</ncx>\n"
    )


def _id(name: str) -> str:
    """A name as an identifier of XML."""
    return "item-" + name.replace(".", "-")
