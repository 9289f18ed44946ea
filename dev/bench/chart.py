"""Draw the ratios as bars: shorter than the line at 1 is faster than plain CRM."""

from reportlab.graphics import renderSVG
from reportlab.graphics.shapes import Drawing, Line, Rect, String
from reportlab.lib.colors import HexColor

WIDTH, LABELS, ROW, MARGIN = 1000, 500, 20, 24
FULL = 2  # the ratio at the right edge; longer bars are cut, and say their figure
INK, FAST, SLOW, GRID = map(HexColor, ("#374151", "#017e84", "#d97706", "#d1d5db"))


def draw(pairs, path):
    """Draw a bar a result.

    :param list pairs: (title of the theme, result)
    :param Path path: the SVG file to write
    """
    titles = list(dict.fromkeys(title for title, _result in pairs))
    height = (len(pairs) + 2 * len(titles)) * ROW + 3 * MARGIN
    drawing = Drawing(WIDTH, height)
    drawing.add(Rect(0, 0, WIDTH, height, fillColor=HexColor("#ffffff"), strokeColor=None))
    top = height - MARGIN
    for ratio in (0, 0.5, 1, 1.5, 2):
        _scale(drawing, ratio, top)
    y = top - ROW
    for title in titles:
        drawing.add(_text(MARGIN, y, title, fontName="Helvetica-Bold"))
        y -= ROW
        for other, result in pairs:
            if other == title:
                _bar(drawing, result, y)
                y -= ROW
        y -= ROW
    renderSVG.drawToFile(drawing, str(path))


def _x(ratio):
    return LABELS + min(ratio, FULL) / FULL * (WIDTH - LABELS - 3 * MARGIN)


def _scale(drawing, ratio, top):
    color = INK if ratio == 1 else GRID
    drawing.add(Line(_x(ratio), MARGIN, _x(ratio), top, strokeColor=color, strokeWidth=1))
    label = "as long as without" if ratio == 1 else f"{ratio:g}"
    drawing.add(_text(_x(ratio), top + 4, label, textAnchor="middle", fontSize=9))


def _bar(drawing, result, y):
    label = f"{result.title}, {result.size:,}"
    # From the left: nobody knows how wide the reader's letters are.
    drawing.add(_text(2 * MARGIN, y, label))
    color = SLOW if result.met is False else FAST
    width = _x(result.ratio) - _x(0)
    drawing.add(Rect(_x(0), y - 3, width, ROW - 7, fillColor=color, strokeColor=None))
    if result.target:
        x = _x(result.target)
        drawing.add(Line(x, y - 6, x, y + ROW - 7, strokeColor=INK, strokeWidth=2))
    end = _x(max(result.ratio, result.target or 0))
    drawing.add(_text(end + 5, y, f"{result.ratio:.2f}", fontSize=9))


def _text(x, y, text, **options):
    defaults = {"fontName": "Helvetica", "fontSize": 10, "fillColor": INK}
    return String(x, y, text, **{**defaults, **options})
