"""Chromium for the tests of the pages: headless, with a profile of its own, driven through ChromeDriver."""

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

try:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
except ImportError:
    webdriver = None

CHROMIUM = shutil.which("chromium")
CHROMEDRIVER = shutil.which("chromedriver")
FLAGS = ("--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage")


def missing():
    """What is not installed, or an empty text."""
    if webdriver is None:
        return "python3-selenium is not installed"
    if not CHROMIUM or not CHROMEDRIVER:
        return "Chromium and ChromeDriver are not installed"
    if not os.environ.get("VARISK_SAMPLE_PAGES"):
        return "VARISK_SAMPLE_PAGES does not name the program that makes the pages"
    return ""


class BrowserCase(unittest.TestCase):
    """Makes the sample pages once, and opens them in one browser."""

    @classmethod
    def setUpClass(cls):
        if missing():
            raise unittest.SkipTest(missing())
        cls.folder = Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        subprocess.run([os.environ["VARISK_SAMPLE_PAGES"], str(cls.folder)], check=True)
        options = webdriver.ChromeOptions()
        options.binary_location = CHROMIUM
        for flag in FLAGS:
            options.add_argument(flag)
        if os.geteuid() == 0:
            options.add_argument("--no-sandbox")
        options.add_argument(f"--user-data-dir={cls.folder / 'profile'}")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        cls.driver = webdriver.Chrome(service=Service(CHROMEDRIVER), options=options)
        cls.addClassCleanup(cls.driver.quit)

    def open(self, name, width=1280, dark=False):
        """Opens a page and waits until it is drawn."""
        self.cdp("Emulation.setEmulatedMedia", media="",
                 features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        self.driver.get("about:blank")
        for kind in ("browser", "performance"):
            self.driver.get_log(kind)
        self.driver.get((self.folder / name).as_uri())
        self.wait("return document.documentElement.dataset.ready === 'true'")
        self.wait("return [...document.querySelectorAll('.plot-canvas')].every("
                  "(canvas) => !canvas.checkVisibility({contentVisibilityAuto: true}) || canvas.querySelector('svg'))")

    def wait(self, script, seconds=60):
        end = time.monotonic() + seconds
        while not self.js(script):
            self.assertLess(time.monotonic(), end, f"did not come true: {script}")
            time.sleep(0.03)

    def js(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def cdp(self, command, **parameters):
        return self.driver.execute_cdp_cmd(command, parameters)

    def console(self):
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self):
        """Addresses that the page asked for, itself left out."""
        import json

        urls = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                urls.append(message["params"]["request"]["url"])
        return [url for url in urls if url != self.driver.current_url and not url.startswith("data:")]

    def press(self, key):
        for kind in ("rawKeyDown", "char", "keyUp") if key == "Enter" else ("rawKeyDown", "keyUp"):
            text = {"text": "\r"} if kind == "char" else {}
            self.cdp("Input.dispatchKeyEvent", type=kind, key=key, code=key,
                     windowsVirtualKeyCode={"Enter": 13, "Tab": 9, "ArrowRight": 39, "ArrowDown": 40, "Escape": 27}[key], **text)

    def print_to_pdf(self):
        return base64.b64decode(self.cdp("Page.printToPDF", printBackground=True, preferCSSPageSize=True)["data"])
