"""The files of the repository, as the gates see them."""

import subprocess

IGNORED_FOLDERS = {".git", ".dev", "node_modules", "__pycache__"}


def repository_files(root):
    """Files that git has or would add, as paths relative to `root`, sorted; all files where there is no git."""
    listed = (
        subprocess.run(
            ["git", "-C", str(root), "ls-files", "-co", "--exclude-standard", "-z"],
            capture_output=True,
            text=True,
            check=False,
        )
        if (root / ".git").exists()
        else None
    )
    if listed and not listed.returncode:
        paths = [root / name for name in listed.stdout.split("\0") if name]
    else:
        paths = [path for path in root.rglob("*") if not IGNORED_FOLDERS.intersection(path.relative_to(root).parts)]
    return sorted(path.relative_to(root) for path in paths if path.is_file())


def text_lines(path):
    """Lines of a text file; none for a binary file."""
    data = path.read_bytes()
    if b"\0" in data:
        return []
    return data.decode("utf-8", errors="replace").splitlines()
