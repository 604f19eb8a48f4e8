"""A served page with a browser that looks at it, and what its tests measure."""

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Locator, Page
from web_stand_ins import StandIn, StandInLibrary

SIZE = "() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]"

# Every text on the page against the ground behind it, as WCAG 2 computes it; returns the worst.
WORST_CONTRAST = """() => {
  const parse = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const light = (channel) =>
    channel <= 10 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const [r, g, b, alpha = 1] = parse(getComputedStyle(node).backgroundColor);
      if (alpha > 0) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const worst = { ratio: 21, text: "" };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode.parentElement;
    const text = texts.currentNode.data.trim();
    if (!text || !node.checkVisibility({ visibilityProperty: true })) continue;
    const ink = luminance(parse(getComputedStyle(node).color)) + 0.05;
    const paper = luminance(ground(node)) + 0.05;
    const ratio = Math.max(ink, paper) / Math.min(ink, paper);
    if (ratio < worst.ratio) Object.assign(worst, { ratio, text });
  }
  return worst;
}"""


@dataclass
class Site:
    """A page that is served, and the browser that looks at it."""

    browser: Browser
    server: TestServer
    coach: StandIn
    library: StandInLibrary

    @property
    def url(self) -> str:
        return str(self.server.make_url("/"))

    @asynccontextmanager
    async def looked_at(self, **options: Any) -> AsyncGenerator[Page]:
        """Open the page in a browser of its own; see `looking_at`."""
        async with looking_at(self.browser, self.url, **options) as page:
            yield page


@asynccontextmanager
async def looking_at(browser: Browser, url: str, **options: Any) -> AsyncGenerator[Page]:
    """Open *url* in a browser of its own.

    An exception in its scripts fails the test, and so does a request to anywhere else.
    """
    context = await browser.new_context(**options)
    page = await context.new_page()
    errors: list[str] = []
    requests: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    await page.goto(url)
    yield page
    await context.close()
    assert not errors
    assert all(one.removeprefix("blob:").startswith(url) for one in requests)


def answered(page: Page) -> AbstractAsyncContextManager[object]:
    """Wait until Coach has answered what is sent inside."""
    return page.expect_response(lambda response: response.request.method == "POST")


def button(where: Page | Locator, name: str) -> Locator:
    return where.get_by_role("button", name=name, exact=True)


async def log_in(page: Page, password: str) -> None:
    """Log in; until the page listens, its button is disabled and Enter does nothing."""
    await page.get_by_label("Password").fill(password)
    await button(page, "Log in").click()


async def go_to(page: Page, name: str) -> None:
    await page.get_by_role("link", name=name).click()
