"""Charts as SVG files for pages: colours become CSS variables for light and dark mode, typefaces those of the pages."""

import re
from io import StringIO
from typing import TYPE_CHECKING

from markupsafe import escape

from certificates.drawing import BOLD
from trainer.surveys.results.charts import COLOUR_THEMES

if TYPE_CHECKING:
    from reportlab.graphics.shapes import Drawing

SVG_FONT_FAMILIES = "'Source Sans 3','Segoe UI',system-ui,-apple-system,Roboto,'Noto Sans',Arial,sans-serif"


def render_svg(drawing: "Drawing", title: str) -> str:
    """Return a drawing as an SVG file that follows the light or dark mode of the browser."""
    from reportlab.graphics import renderSVG

    stream = StringIO()
    renderSVG.drawToFile(drawing, stream)
    svg = stream.getvalue()
    svg = COLOUR_PATTERN.sub(lambda match: f"var(--{VARIABLE_NAMES[match.group()]})", svg[svg.index("<svg") :])
    svg = FONT_PATTERN.sub(
        lambda match: f"font-family: {SVG_FONT_FAMILIES}; font-weight: {600 if match[1] == BOLD else 400};", svg
    )
    svg = re.sub(r">\s+<", "><", svg.replace("<desc>...</desc>", build_colour_style()))
    return svg.replace("<title>...</title>", f"<title>{escape(title)}</title>", 1)


def build_colour_style() -> str:
    """Return the SVG style element that defines the colour variables for light and dark mode."""
    light = "".join(f"--{name}:{colour};" for colour, (name, _dark) in COLOUR_THEMES.items())
    dark = "".join(f"--{name}:{colour};" for name, colour in COLOUR_THEMES.values())
    return f"<style>svg{{{light}}}@media (prefers-color-scheme: dark){{svg{{{dark}}}}}</style>"


def format_svg_colour(colour: str) -> str:
    """Return a colour as reportlab writes it into an SVG: whole percentages, truncated."""
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return "rgb({:d}%,{:d}%,{:d}%)".format(*(int(100 * channel) for channel in channels))


VARIABLE_NAMES = {format_svg_colour(colour): name for colour, (name, _dark) in COLOUR_THEMES.items()}
COLOUR_PATTERN = re.compile("|".join(map(re.escape, VARIABLE_NAMES)))
FONT_PATTERN = re.compile(r"font-family: (\S+);")
