"""Controls as HTML: buttons, menus and boxes, rendered as submit buttons and fields of plain forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from bot.surfaces.web.text_html import UnknownBlock, plain

ACTION = "action"  # the field that names the button pressed
PICK = "Pick"
Render = Callable[[Mapping[str, Any], str, str], Markup]


def group(elements: Sequence[Mapping[str, Any]], id: str, form: str) -> Markup:
    """Controls in a row, named by the element `id`, as part of a form. Raises UnknownBlock."""
    shown = []
    for element in elements:
        render = CONTROLS.get(str(element.get("type")))
        if render is None:
            raise UnknownBlock(f"a control of type {element.get('type')!r}")
        shown.append(render(element, id, form))
    named = Markup(' aria-labelledby="{}"').format(id) if id else Markup("")
    return Markup('<div class="actions" role="group"{}>{}</div>').format(named, Markup("\n").join(shown))


def _button(element: Mapping[str, Any], id: str, form: str) -> Markup:
    return _submit(element["action_id"], plain(element["text"]), form, element)


def _submit(value: str, label: Markup | str, form: str, element: Mapping[str, Any] | None = None) -> Markup:
    element = element or {}
    told = element.get("accessibility_label")
    return Markup('<button type="submit" name="{}" value="{}" form="{}"{}{}>{}</button>').format(
        ACTION,
        value,
        form,
        Markup(' class="{}"').format(element["style"]) if "style" in element else "",
        Markup(' title="{}"').format(told) if told else "",
        label,
    )


def _select(element: Mapping[str, Any], id: str, form: str) -> Markup:
    held = plain(element["placeholder"]) if "placeholder" in element else escape("–")
    initial = element.get("initial_option")
    options = [
        Markup('<option value="{}"{}>{}</option>').format(
            option["value"], Markup(" selected") if option == initial else "", option["text"]["text"]
        )
        for option in element["options"]
    ]
    named = Markup(' aria-labelledby="{}"').format(id) if id else Markup("")
    return Markup('<select name="{}" form="{}"{}><option value="">{}</option>{}</select>\n{}').format(
        element["action_id"], form, named, held, Markup("").join(options), _submit(element["action_id"], PICK, form)
    )


def _boxes(element: Mapping[str, Any], id: str, form: str) -> Markup:
    kind = "radio" if element["type"] == "radio_buttons" else "checkbox"
    ticked = [*element.get("initial_options", ()), element.get("initial_option")]
    boxes = [
        Markup('<label><input type="{}" name="{}" value="{}" form="{}"{}> {}</label>').format(
            kind,
            element["action_id"],
            option["value"],
            form,
            Markup(" checked") if option in ticked else "",
            plain(option["text"]),
        )
        for option in element["options"]
    ]
    return Markup('<div class="boxes">{}</div>').format(Markup("\n").join(boxes))


def _feedback(element: Mapping[str, Any], id: str, form: str) -> Markup:
    shown = Markup('<button type="submit" name="{}" value="{} {}" form="{}" aria-label="{}" class="quiet">{}</button>')
    sides = [element["positive_button"], element["negative_button"]]
    return Markup("\n").join(
        shown.format(
            ACTION, element["action_id"], side["value"], form, side["accessibility_label"], plain(side["text"])
        )
        for side in sides
    )


CONTROLS: dict[str, Render] = {
    "button": _button,
    "static_select": _select,
    "multi_static_select": _boxes,
    "checkboxes": _boxes,
    "radio_buttons": _boxes,
    "feedback_buttons": _feedback,
}
