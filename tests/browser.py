"""A real browser (Debian's chromium) that opens pages, and notes what it asks for and complains of."""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import pytest
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

ROOT = Path(__file__).resolve().parents[1]
AXE = ROOT / "build" / "clients" / "node_modules" / "axe-core" / "axe.min.js"
BROWSER, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
MISSING = [
    name
    for name, is_there in {
        "chromium": BROWSER,
        "chromium-driver": DRIVER,
        "axe-core": AXE.is_file(),
    }.items()
    if not is_there
]

needs_browser = pytest.mark.skipif(
    bool(MISSING), reason=f"{', '.join(MISSING)} not installed (make clients)"
)

# Those of axe's rules that are not on by themselves: contrast of 7:1, and targets for fingers.
_RULES = {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}}
_CHECK = """
const done = arguments[arguments.length - 1];
axe.run(document, {preload: false, rules: arguments[0]}).then(
  found => done(found.violations.flatMap(
    one => one.nodes.map(node => `${one.impact} ${one.id}: ${node.html.slice(0, 200)}`))),
  error => done([`axe failed: ${error}`]));
"""
_IS_THERE = "return !window.isLeft && document.readyState === 'complete'"
_IS_TOO_WIDE = """
const root = document.documentElement;
return root.scrollWidth > root.clientWidth;
"""
_LOAD = """
const [address, done] = arguments, image = new Image();
image.onload = () => done(image.naturalWidth);
image.onerror = () => done(0);
image.src = address;
"""


@dataclass(frozen=True, slots=True)
class Visit:
    """What came of opening a page: the hosts that were asked, and complaints in the console.

    `is_too_wide` says that one has to scroll sideways.
    """

    hosts: frozenset[str]
    complaints: tuple[str, ...]
    is_too_wide: bool


class Browser:
    """One window; a context manager."""

    def __init__(self) -> None:
        options = ChromeOptions()
        options.binary_location = BROWSER or ""
        for argument in ("--headless", "--no-sandbox", "--disable-dev-shm-usage"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = Chrome(options=options, service=Service(DRIVER))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.driver.quit()

    def open(self, url: str, *, width: int = 768, scheme: str = "light") -> Visit:
        """Open an address in a window of that many pixels, in a colour scheme."""
        screen = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600}
        preference = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": preference})
        for log in ("browser", "performance"):
            self._log(log)
        self.driver.get(url)
        return Visit(
            hosts=frozenset(urlsplit(asked).netloc for asked in self._asked()),
            complaints=tuple(each["message"] for each in self._log("browser")),
            is_too_wide=self.is_too_wide,
        )

    @property
    def is_too_wide(self) -> bool:
        """Whether one has to scroll sideways now."""
        return bool(self.run(_IS_TOO_WIDE))

    def follow(self, element: WebElement) -> None:
        """Click what leads to another page, and wait until that is there.

        A click returns when it has been made: the old page may stand for a moment still, or none,
        about which the driver cannot say anything.
        """
        self.run("window.isLeft = true")
        element.click()
        wait = WebDriverWait(self.driver, timeout=30, ignored_exceptions=[WebDriverException])
        wait.until(lambda _: self.run(_IS_THERE))

    def run(self, script: str, *arguments: object) -> Any:
        """Run a script of the test's own in the page, whatever the page allows itself."""
        return self.driver.execute_script(script, *arguments)

    def barriers(self) -> list[str]:
        """Return what axe finds that keeps people from using the page, with its impact first."""
        self.run(AXE.read_text(encoding="utf-8"))
        return list(self.driver.execute_async_script(_CHECK, _RULES))

    def width_of_image(self, address: str) -> int:
        """Return how wide an image is that the page may load, 0 if it may not."""
        return int(self.driver.execute_async_script(_LOAD, address))

    def _log(self, name: str) -> list[dict[str, Any]]:
        """Return what a log holds since it was last read."""
        return list(self.driver.get_log(name))  # type: ignore[no-untyped-call]

    def _asked(self) -> Iterator[str]:
        """Yield the addresses that were asked for since the page was opened."""
        for each in self._log("performance"):
            event: Mapping[str, Any] = json.loads(each["message"])["message"]
            if event["method"] == "Network.requestWillBeSent":
                yield event["params"]["request"]["url"]
