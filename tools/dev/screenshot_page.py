"""Logs in, opens a page in Chromium, waits until it is ready, saves a picture. Run by the environment's Python.

usage: screenshot_page.py URL LOGIN PASSWORD PATH OUT.png WIDTHxHEIGHT
"""

import base64
import itertools
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import requests
import websocket

BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
READY = """
!!document.querySelector('.o_action_manager > *, .o_app, main .oe_website_login_container, body.o_public')
&& !document.querySelector('.o_loading_indicator, .o_view_sample_data_loading')
&& document.fonts.status == 'loaded'
"""
SETTLE_SECONDS = 1.5  # charts and avatars come after the page is ready
TIMEOUT = 60


def log_in(url, login, password):
    """The session's cookie.

    :raises SystemExit: wrong login
    """
    session = requests.Session()
    page = session.get(f"{url}/web/login", timeout=TIMEOUT).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    data = {"csrf_token": token, "login": login, "password": password}
    answer = session.post(f"{url}/web/login", data=data, timeout=TIMEOUT)
    if "/web/login" in answer.url:
        sys.exit(f"{login} cannot log in: check login and password.")
    return session.cookies["session_id"]


class Page:
    """A page of a headless Chromium, driven through its debugging socket."""

    def __init__(self, size):
        self.profile = tempfile.mkdtemp(prefix="bank-crm-chromium.")
        self.ids = itertools.count(1)
        self.complaints = []
        binary = next(filter(None, map(shutil.which, BROWSERS)), None)
        if not binary:
            sys.exit("No Chromium on this machine: apt-get install chromium")
        self.process = subprocess.Popen(
            [binary, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
             f"--window-size={size.replace('x', ',')}", "--remote-debugging-port=0",
             f"--user-data-dir={self.profile}", "about:blank"],
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        port_file = pathlib.Path(self.profile, "DevToolsActivePort")
        while not (port_file.exists() and "\n" in port_file.read_text()):
            time.sleep(0.1)
        port = port_file.read_text().split("\n")[0]
        pages = requests.get(f"http://127.0.0.1:{port}/json/list", timeout=TIMEOUT).json()
        address = next(page["webSocketDebuggerUrl"] for page in pages if page["type"] == "page")
        self.socket = websocket.create_connection(address, suppress_origin=True)
        for domain in ("Runtime", "Log", "Network", "Page"):
            self.call(f"{domain}.enable")
        # (the window's size includes a frame that the picture lacks)
        width, height = map(int, size.split("x"))
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def call(self, method, **params):
        ident = next(self.ids)
        self.socket.send(json.dumps({"id": ident, "method": method, "params": params}))
        while True:
            message = json.loads(self.socket.recv())
            if message.get("id") == ident:
                return message.get("result", message)
            self._note(message.get("method"), message.get("params", {}))

    def _note(self, method, params):
        is_console = method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning")
        if method in ("Runtime.exceptionThrown", "Log.entryAdded") or is_console:
            self.complaints.append(json.dumps(params)[:300])
        elif method == "Network.responseReceived" and params["response"]["status"] >= 400:
            self.complaints.append(f"{params['response']['status']} {params['response']['url']}")

    def open(self, url):
        self.call("Page.navigate", url=url)
        end = time.monotonic() + TIMEOUT
        while not self.call("Runtime.evaluate", expression=READY)["result"].get("value"):
            if time.monotonic() > end:
                self.complaints.append(f"the page was not ready after {TIMEOUT} s")
                break
            time.sleep(0.1)
        time.sleep(SETTLE_SECONDS)

    def save(self, out):
        pathlib.Path(out).write_bytes(base64.b64decode(self.call("Page.captureScreenshot")["data"]))

    def close(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)


def main(url, login, password, path, out, size):
    session = log_in(url, login, password)
    page = Page(size)
    try:
        page.call("Network.setCookie", name="session_id", value=session, url=url)
        page.open(url + path)
        page.save(out)
        print("\n".join(page.complaints) or f"{out}: no console error, no failed request")
    finally:
        page.close()
    return int(bool(page.complaints))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:7]))
