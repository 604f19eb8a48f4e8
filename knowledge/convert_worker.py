"""The process that reads PDF, Word and HTML: bytes on stdin, an `Outcome` as JSON on stdout.

Run as `python -m knowledge.convert_worker KIND MEMORY_BYTES SECONDS CHARACTERS` by
`knowledge.documents`. The vendors' parsers are imported here only.
"""

import io
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

import docx
from bs4 import BeautifulSoup, NavigableString, Tag
from docx.oxml.ns import qn
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from knowledge.converters import (
    Block,
    Converted,
    Unconvertible,
    assemble,
    clean,
    convert_text,
    one_line,
    table_rows,
)
from knowledge.documents import Outcome

_UNPACKED_BYTES = 200_000_000
_UNPACKED_RATIO = 150
_LEADER = re.compile(r"(?:\. ?){6,}\s*[\divxlc]*\s*$")  # the dots of a table of contents


# --- PDF -----------------------------------------------------------------------------------------


def convert_pdf(data: bytes) -> Converted:
    """Read a PDF's text layer without what heads or foots most pages and its table of contents."""
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unconvertible("It is protected with a password; save a copy without one.")
    try:
        pages = [clean(page.extract_text()).split("\n") for page in reader.pages]
    except PyPdfError:
        raise Unconvertible("The PDF is damaged or cut off; export it again.") from None
    if not pages:
        raise Unconvertible("The PDF is damaged or cut off; export it again.")
    if not any(line.strip() for line in chain(*pages)):
        raise Unconvertible(
            "It has no text, only images: run text recognition (OCR) over it first."
        )
    converted = convert_text("\n".join(chain(*_without_page_furniture(pages))))
    return converted.model_copy(update={"title": _pdf_title(reader) or converted.title})


def _pdf_title(reader: PdfReader) -> str:
    title = one_line(str((reader.metadata and reader.metadata.title) or ""))
    generated = re.search(r"\.\w{2,5}$|^untitled|^microsoft ", title, re.IGNORECASE)
    return "" if generated else title


def _without_page_furniture(pages: Sequence[list[str]]) -> list[list[str]]:
    edges = Counter(chain.from_iterable({_edge(line) for line in _edges(page)} for page in pages))
    often = max(3, len(pages) // 2)
    furniture = {line for line, times in edges.items() if times >= often}
    return [_trimmed(page, furniture) for page in pages]


def _edges(page: Sequence[str]) -> list[str]:
    lines = [line for line in page if line.strip()]
    return [*lines[:2], *lines[-2:]]


def _edge(line: str) -> str:
    """Make running titles and page numbers of different pages alike."""
    return re.sub(r"\d+", "#", one_line(line))


def _trimmed(page: Sequence[str], furniture: set[str]) -> list[str]:
    edges = {line for line in _edges(page) if _edge(line) in furniture}
    return [line for line in page if line not in edges and not _LEADER.search(line[-300:])]


# --- Word ----------------------------------------------------------------------------------------


def convert_docx(data: bytes) -> Converted:
    """Read a Word document: headings by style, lists, tables by row; comments are left out."""
    _refuse_bomb(data)
    document = docx.Document(io.BytesIO(data))
    names = {style.style_id: style.name or "" for style in document.styles}
    blocks = [
        block for part in _parts(document.element.body) for block in _docx_blocks(part, names)
    ]
    return assemble(blocks, title=_docx_title(document))


def _docx_title(document: Any) -> str:
    shown = (part.text for part in document.paragraphs if part.style.name == "Title")
    return next(shown, "") or document.core_properties.title or ""


def _refuse_bomb(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names, sizes = archive.namelist(), [entry.file_size for entry in archive.infolist()]
    except zipfile.BadZipFile:
        raise Unconvertible("The Word document is damaged or cut off; save it again.") from None
    if sum(sizes) > min(_UNPACKED_BYTES, 10_000_000 + _UNPACKED_RATIO * len(data)):
        raise Unconvertible(
            "It unpacks to far more data than a document holds, so I don't open it."
        )
    if "word/document.xml" not in names:
        raise Unconvertible("The file ends in .docx but is not a Word document.")


def _parts(container: Any) -> Iterator[Any]:
    """Yield the paragraphs and tables of a body, also those inside content controls."""
    waiting = list(reversed(container))
    while waiting:
        element = waiting.pop()
        if element.tag in (qn("w:p"), qn("w:tbl")):
            yield element
        elif element.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml")):
            waiting.extend(reversed(element))


def _docx_blocks(part: Any, styles: dict[str, str]) -> list[Block]:
    if part.tag == qn("w:tbl"):
        return _docx_table(part)
    text = one_line(_docx_text(part))
    if not text:
        return []
    style = _style_of(part, styles)
    if style == "Title":
        return [Block("heading", text, level=1)]
    if heading := re.fullmatch(r"Heading (\d)", style):
        return [Block("heading", text, level=int(heading[1]))]
    listed = style.startswith("List") or part.find(f"{qn('w:pPr')}/{qn('w:numPr')}") is not None
    return [Block("item", f"- {text}") if listed else Block("paragraph", text)]


def _style_of(paragraph: Any, styles: dict[str, str]) -> str:
    style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return styles.get(style.get(qn("w:val")), "") if style is not None else ""


def _docx_text(element: Any) -> str:
    spoken = {qn("w:tab"): " ", qn("w:br"): " ", qn("w:cr"): " ", qn("w:noBreakHyphen"): "-"}
    # A text box is written twice, the second time for old versions of Word.
    twice = {id(node) for box in element.iter(_FALLBACK) for node in box.iter()}
    nodes = (node for node in element.iter() if id(node) not in twice)
    return "".join(
        (node.text or "") if node.tag == qn("w:t") else spoken.get(node.tag, "") for node in nodes
    )


_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def _docx_table(table: Any) -> list[Block]:
    rows = [
        [_docx_cell(cell) for cell in row.iterchildren(qn("w:tc"))]
        for row in table.iterchildren(qn("w:tr"))
    ]
    header = len(rows) > 1 and all(0 < len(cell) <= 60 for cell in rows[0][1:])
    return table_rows(rows, header=header)


def _docx_cell(cell: Any) -> str:
    lines = (one_line(_docx_text(paragraph)) for paragraph in cell.iter(qn("w:p")))
    return "; ".join(line for line in lines if line)


# --- HTML ----------------------------------------------------------------------------------------

_DROPPED = (
    "script", "style", "nav", "noscript", "template", "svg", "math", "iframe", "object", "button",
    "select", "textarea", "aside", "footer", "head",
)  # fmt: skip
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_ROW = "data-row"
_HOLDERS = frozenset(
    (
        *_HEADINGS, _ROW, "p", "div", "li", "section", "article", "main", "body", "html", "pre",
        "blockquote", "dt", "dd", "td", "th", "tr", "figcaption", "caption", "header", "ul", "ol",
        "table", "address", "form", "fieldset", "summary", "details",
    )
)  # fmt: skip


def convert_html(data: bytes) -> Converted:
    """Read an HTML page's text: nothing is fetched, scripts, styles and navigation are dropped."""
    soup = BeautifulSoup(data.decode(), "html.parser")
    title = one_line(soup.title.get_text()) if soup.title else ""
    for tag in soup.find_all(_DROPPED):
        tag.decompose()
    for tag in soup.find_all(_is_hidden):
        tag.decompose()
    for line_break in soup.find_all("br"):
        line_break.replace_with(" ")
    for table in soup.find_all("table"):
        _write_rows(soup, table)
    return assemble(_html_blocks(soup.find("main") or soup), title=clean(title))


def _is_hidden(tag: Tag) -> bool:
    style = str(tag.get("style", "")).replace(" ", "").lower()
    return tag.has_attr("hidden") or "display:none" in style or "visibility:hidden" in style


def _write_rows(soup: BeautifulSoup, table: Tag) -> None:
    """Put lines in the place of a table that holds data; one that lays out a page stays."""
    if table.find(("table", *_HEADINGS)):
        return
    rows = [
        [_html_cell(cell) for cell in row.find_all(("td", "th"))] for row in table.find_all("tr")
    ]
    header = table.find("thead") is not None or _is_header(table.find("tr"))
    for block in table_rows(rows, header=header):
        line = soup.new_tag(_ROW)
        line.string = block.text
        table.insert_before(line)
    if rows:
        table.decompose()


def _is_header(row: Tag | NavigableString | None) -> bool:
    return isinstance(row, Tag) and len(row.find_all("th")) > 1


def _html_cell(cell: Tag) -> str:
    items = [one_line(item.get_text()) for item in cell.find_all("li")]
    return "; ".join(items) if items else one_line(cell.get_text(" "))


def _html_blocks(root: Tag) -> list[Block]:
    holders: dict[int, Tag] = {id(root): root}
    blocks: list[Block] = []
    waiting: list[str] = []
    current = root
    for node in root.descendants:
        above = holders[id(node.parent)]
        if isinstance(node, Tag):
            holders[id(node)] = _holder(node, above)
            starts = holders[id(node)] is node
        else:
            starts = above is not current
        if starts:
            blocks += _html_block(current, waiting)
            waiting, current = [], holders.get(id(node), above)
        if type(node) is NavigableString:  # comments and declarations are subclasses
            waiting.append(node)
    return blocks + _html_block(current, waiting)


def _holder(tag: Tag, above: Tag) -> Tag:
    """Return the block that *tag*'s text belongs to: a paragraph in an item is the item."""
    if tag.name not in _HOLDERS:
        return above
    within = above.name in (*_HEADINGS, "li") and tag.name in ("p", "div")
    return above if within else tag


def _html_block(holder: Tag, strings: Sequence[str]) -> list[Block]:
    text = one_line(clean("".join(strings)))
    if not text:
        return []
    if holder.name in _HEADINGS:
        return [Block("heading", text, level=int(holder.name[1]))]
    if holder.name == "li":
        return [Block("item", f"- {text}")]
    return [Block("row" if holder.name == _ROW else "paragraph", text)]


# --- the process ---------------------------------------------------------------------------------

CONVERTERS: dict[str, Callable[[bytes], Converted]] = {
    "pdf": convert_pdf,
    "docx": convert_docx,
    "html": convert_html,
}


def main(kind: str, memory_bytes: int, seconds: int, characters: int) -> None:
    """Convert stdin to stdout inside the limits."""
    confine(memory_bytes, seconds)
    outcome = _outcome(kind, sys.stdin.buffer.read())
    if outcome.converted and _length(outcome.converted) > characters:
        outcome = Outcome(problem=f"It holds more than {characters:,} characters; split it.")
    sys.stdout.write(outcome.model_dump_json())


def _length(converted: Converted) -> int:
    return sum(len(section.text) for section in converted.sections)


def _outcome(kind: str, data: bytes) -> Outcome:
    try:
        return Outcome(converted=CONVERTERS[kind](data))
    except Unconvertible as error:
        return Outcome(problem=error.problem)
    except MemoryError:
        return Outcome(problem="Reading it needs more memory than a document may use; split it.")
    except Exception:  # noqa: BLE001 - parsers raise anything on damaged files
        return Outcome(problem="The file is damaged or cut off; export or save it again.")


def confine(memory_bytes: int, seconds: int) -> None:
    """Take from this process what reading a file does not need."""
    sys.addaudithook(_refuse)
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not there on Windows

    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if sys.platform != "darwin":  # which knows the limit but refuses to set it
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def _refuse(event: str, _arguments: tuple[object, ...]) -> None:
    if event.startswith(
        ("socket.", "subprocess.", "os.exec", "os.fork", "os.system", "os.posix_spawn")
    ):
        raise PermissionError(event)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
