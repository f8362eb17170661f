"""QR codes as SVG pictures, drawn from their modules: pictures of reportlab need a renderer that many servers lack."""

import base64

from reportlab.graphics.barcode.qr import QrCodeWidget

QUIET = 4  # modules of white around the code, as ISO 18004 asks for


def modules(text):
    """Return the rows of the QR code of ``text``: lists of booleans, true is dark. Error correction M."""
    code = QrCodeWidget(text, barLevel="M").qr
    code.make()
    count = code.getModuleCount()
    return [[bool(code.isDark(row, column)) for column in range(count)] for row in range(count)]


def as_data_uri(text):
    """Return the QR code of ``text`` as the source of an HTML picture."""
    rows = modules(text)
    size = len(rows) + 2 * QUIET
    dark = "".join(
        f"M{column + QUIET},{row + QUIET}h1v1h-1z"
        for row, cells in enumerate(rows)
        for column, is_dark in enumerate(cells)
        if is_dark
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="240" height="240"'
        f' shape-rendering="crispEdges"><path fill="#fff" d="M0,0h{size}v{size}h-{size}z"/><path d="{dark}"/></svg>'
    )
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
