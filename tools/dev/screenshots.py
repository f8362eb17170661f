"""`./dev screenshot`: a picture of a page of the running server, with what the browser complained about."""

import subprocess

from tools.dev.errors import DevError
from tools.dev.server import running_servers


def take_screenshot(paths, options):
    """
    :returns: exit code; 1 when the page logged an error
    """
    server = next((server for server in running_servers(paths) if server.database == options.db), None)
    if not server:
        raise DevError(f"{options.db} is not served: ./dev serve --db {options.db} --detach starts it.")
    command = [
        str(paths.python), str(paths.root / "tools" / "dev" / "screenshot_page.py"), server.url, options.login,
        options.password, options.path, options.out, options.size,
    ]  # fmt: skip
    return subprocess.run(command, check=False).returncode
