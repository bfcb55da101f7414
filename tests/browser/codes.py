"""QR codes as people meet them: read off a screen, and held before a camera."""

import base64
from pathlib import Path

import zxingcpp
from playwright.sync_api import Locator, Page

_TO_GREY = """async (png) => {
  const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const context = canvas.getContext("2d");
  context.drawImage(picture, 0, 0);
  const { data, width, height } = context.getImageData(0, 0, picture.width, picture.height);
  let grey = "";
  for (let at = 0; at < data.length; at += 4) grey += String.fromCharCode((data[at] + data[at + 1] + data[at + 2]) / 3);
  return [width, height, btoa(grey)];
}"""
VIDEO = (640, 480)


def pixels_of(png: bytes, helper: Page) -> memoryview:
    """A screenshot as rows of grey; a page of the browser decodes it."""
    width, height, grey = helper.evaluate(_TO_GREY, base64.b64encode(png).decode())
    return memoryview(base64.b64decode(grey)).cast("B", (height, width))


def photograph(code: Locator) -> memoryview:
    """What a camera would see of the code on the screen."""
    code.scroll_into_view_if_needed()
    return pixels_of(code.screenshot(), code.page)


def read(code: Locator) -> str:
    """The text of the QR code on the screen; raises AssertionError when there is none to be read."""
    return text_of(photograph(code))


def text_of(picture: memoryview) -> str:
    """The text of the one QR code in the picture."""
    found = [each.text for each in zxingcpp.read_barcodes(picture)]
    assert len(found) == 1, found
    return found[0]


def film(picture: memoryview, path: Path) -> None:
    """A video of the picture in the middle of a grey wall, as a Y4M file that Chromium takes for its camera."""
    rows, columns = picture.shape  # type: ignore[misc]
    width, height = VIDEO
    scale = min(width / columns, height / rows, 1.5)
    wide, high = int(columns * scale), int(rows * scale)
    left, top = (width - wide) // 2, (height - high) // 2
    grey = picture.tobytes()
    frame = bytearray(b"\xb0" * (width * height))
    for y in range(high):
        row = grey[int(y / scale) * columns :]
        line = bytes(row[int(x / scale)] for x in range(wide))
        start = (top + y) * width + left
        frame[start : start + wide] = line
    colours = b"\x80" * (width * height // 2)
    header = f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n".encode()
    path.write_bytes(header + 10 * (b"FRAME\n" + bytes(frame) + colours))
