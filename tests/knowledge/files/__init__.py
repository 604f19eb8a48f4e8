"""Sample files, made where they are needed: PDF from raw bytes, Word with python-docx."""

import io
import zipfile
from collections.abc import Sequence

import docx
from pypdf import PdfReader, PdfWriter

Page = Sequence[str]


def make_pdf(*pages: Page) -> bytes:
    """Write a PDF with one line of Helvetica for each string."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for number, lines in enumerate(pages):
        shown = " ".join(f"({line}) Tj T*" for line in lines)
        stream = f"BT /F1 11 Tf 14 TL 50 780 Td {shown} ET"
        objects += [
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 820]"
            f"/Resources<</Font<</F1 3 0 R>>>>/Contents {5 + 2 * number} 0 R>>",
            f"<</Length {len(stream)}>>stream\n{stream}\nendstream",
        ]
    return _written(objects)


def _written(objects: Sequence[str]) -> bytes:
    body, offsets = "%PDF-1.4\n", list[int]()
    for number, text in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n"
    entries = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    return (
        f"{body}xref\n0 {size}\n0000000000 65535 f \n{entries}"
        f"trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF"
    ).encode("latin-1")


def encrypt_pdf(data: bytes, password: str) -> bytes:
    """Protect a PDF with a password that opens it."""
    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(data)))
    writer.encrypt(password, owner_password="owner", algorithm="AES-256")
    return _bytes_of(writer)


def make_scanned_pdf() -> bytes:
    """Write a PDF whose page has no text."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    return _bytes_of(writer)


def _bytes_of(writer: PdfWriter) -> bytes:
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def make_docx() -> bytes:
    """Write a Word document with a title, headings, a list and a table."""
    document = docx.Document()
    document.add_heading("Team handbook", level=0)
    document.add_paragraph("How we work together.")
    document.add_heading("Roles", level=1)
    document.add_heading("Engineers", level=2)
    document.add_paragraph("An engineer owns a model:")
    document.add_paragraph("Deploys it.", style="List Bullet")
    document.add_paragraph("Watches it.", style="List Number")
    table = document.add_table(rows=2, cols=3)
    for row, cells in enumerate((("Role", "Owns", "People"), ("Engineer", "models", "3"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    document.add_paragraph("That is all.")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def make_docx_that_reads(address: str) -> bytes:
    """Write a Word document whose XML asks for the content of *address*."""
    source, target = zipfile.ZipFile(io.BytesIO(make_docx())), io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            content = source.read(name)
            if name == "word/document.xml":
                declared = f'<!DOCTYPE x [<!ENTITY leak SYSTEM "{address}">]><w:document'.encode()
                content = content.replace(b"<w:document", declared, 1)
                content = content.replace(b"That is all.", b"Leaked: &leak;")
            archive.writestr(name, content)
    return target.getvalue()


def make_docx_bomb() -> bytes:
    """Write a small archive whose document unpacks to 30 MB."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\0" * 30_000_000)
    return file.getvalue()
