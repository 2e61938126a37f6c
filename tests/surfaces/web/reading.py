"""Reading: a page as a browser without scripts has it - its elements, its forms, and what pressing a button would send."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"input", "hr", "br", "meta", "link"}


@dataclass
class Element:
    """An element with its attributes, all text inside it, and the elements around it."""

    tag: str
    attributes: dict[str, str]
    inside: tuple[Element, ...]
    text: str = ""
    options: list[Element] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        return self.attributes.get(name, "")


class Page(HTMLParser):
    """A parsed page. Fails on markup that does not nest."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html, self.elements, self._open = html, list[Element](), list[Element]()
        self.feed(html)
        self.close()
        assert not self._open, f"never closed: {[each.tag for each in self._open]}"
        ids = [each["id"] for each in self.elements if each["id"]]
        assert len(ids) == len(set(ids)), f"two elements with one id: {sorted(ids)}"

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attributes}, tuple(self._open))
        self.elements.append(element)
        if tag == "option":
            next(each for each in reversed(self._open) if each.tag == "select").options.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open and self._open.pop().tag == tag, f"</{tag}> does not belong here"

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, tag: str, **attributes: str) -> list[Element]:
        wanted = {name.rstrip("_"): value for name, value in attributes.items()}
        return [e for e in self.elements if e.tag == tag and all(e[name] == value for name, value in wanted.items())]

    def one(self, tag: str, **attributes: str) -> Element:
        found = self.all(tag, **attributes)
        assert len(found) == 1, (tag, attributes, len(found))
        return found[0]

    def error(self) -> str:
        return self.one("p", id="error").text

    def typed(self) -> str:
        return self.one("textarea", id="text").text.removeprefix("\n")

    def submit(self, button: Element | None, **filled: str | list[str]) -> tuple[str, list[tuple[str, str]]]:
        """Where a press of the button sends what; `filled` are fields by name, with `_SLASH_` for slashes."""
        values = {name.replace("_SLASH_", "/"): value for name, value in filled.items()}
        form = self._form_of(button) if button else self.one("form", id="say")
        sent = [(button["name"], button["value"])] if button and button["name"] else []
        for each in self.elements:
            if each.tag not in ("input", "select", "textarea") or self._form_of(each) is not form or not each["name"]:
                continue
            value = values.pop(each["name"], None)
            if each["type"] == "checkbox":
                sent += [(each["name"], each["value"])] if each["value"] in (value or []) else []
                if value:
                    values[each["name"]] = value
            else:
                sent.append((each["name"], value if isinstance(value, str) else _as_it_is(each)))
        return form["action"], sent

    def _form_of(self, element: Element) -> Element:
        if element["form"]:
            return self.one("form", id=element["form"])
        return next(each for each in reversed(element.inside) if each.tag == "form")


def _as_it_is(element: Element) -> str:
    if element.tag == "textarea":
        return element.text.removeprefix("\n")
    if element.tag == "select":
        return next((o["value"] for o in element.options if "selected" in o.attributes), element.options[0]["value"])
    return element["value"]
