"""Icons as inline SVG, read from the icon library's archive, which is opened once in a process and not once an icon."""

from functools import cache
from importlib.resources import files
from xml.etree import ElementTree
from zipfile import ZipFile

NAMESPACE = "{http://www.w3.org/2000/svg}"


@cache
def archive() -> ZipFile:
    return ZipFile(files("tablericons") / "tablericons.zip")


def svg(name: str, size: int, **attributes) -> str:
    """The markup of an icon, `size` pixels wide and high. Raises KeyError for a name that the library does not have."""
    drawing = ElementTree.fromstring(archive().read(f"{name}.svg"))  # noqa: S314 (the library's own file)
    for node in drawing.iter():
        node.tag = node.tag.removeprefix(NAMESPACE)
    drawing.attrib |= {"width": str(size), "height": str(size)}
    drawing.attrib |= {key.replace("_", "-"): str(value) for key, value in attributes.items()}
    return ElementTree.tostring(drawing, encoding="unicode")
