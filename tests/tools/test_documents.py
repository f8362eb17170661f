"""README and docs: links lead somewhere, pictures are there and small, commands and logins exist."""

import json
import re
from pathlib import Path

import pytest

from tools.dev import cli

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
README = (ROOT / "README.md").read_text()


def anchors(path):
    """The anchors that GitHub and others make of headings."""
    without_code = re.sub(r"^```.*?^```$", "", path.read_text(), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", without_code, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links(document):
    for link in LINK.findall(document.read_text()):
        if "://" in link:
            continue
        name, _hash, anchor = link.partition("#")
        target = (document.parent / name).resolve() if name else document
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


def test_every_decision_is_in_the_index():
    folder = ROOT / "docs" / "decisions"
    titles = {path.name: path.read_text().splitlines()[0] for path in folder.glob("[0-9]*.md")}
    index = (folder / "README.md").read_text()
    rows = re.findall(r"^\| \[(\d+)\]\(([^)]+)\) \| (.+) \|$", index, re.MULTILINE)
    assert {name: f"# {number} {title}" for number, name, title in rows} == titles


def test_pictures_are_used_and_small():
    pictures = sorted((ROOT / "docs" / "images").glob("*"))
    assert pictures
    for picture in pictures:
        assert f"docs/images/{picture.name}" in README
        assert picture.stat().st_size < 200_000


def test_the_page_of_the_app_has_its_pictures():
    folder = ROOT / "bank_crm" / "static" / "description"
    sources = re.findall(r'src="([^"]+)"', (folder / "index.html").read_text())
    assert sources
    assert [name for name in sources if not (folder / name).is_file()] == []


def test_the_readme_starts_with_the_two_commands():
    [first] = re.findall(r"```bash\n(.+?)```", README, re.DOTALL)[:1]
    assert [line.split("#")[0].strip() for line in first.splitlines()] == ["./dev serve", "./dev test"]


def test_commands_exist():
    commands = next(action for action in cli.build_parser()._actions if action.dest == "name").choices
    told = {command for path in DOCUMENTS for command in re.findall(r"\./dev (\w+)", path.read_text())}
    assert told - {"help"} <= set(commands)


def test_logins_are_those_of_the_demonstration_data():
    rows = re.findall(r"^\| (`[^|]+`) \| `(\w+)` \| .+ \|$", README, re.MULTILINE)
    told = {(login, password) for logins, password in rows for login in re.findall(r"`(\w+)`", logins)}
    known = [row for path in ROOT.glob("*/demo/logins.json") for row in json.loads(path.read_text())]
    assert told == {(row["login"], row["password"]) for row in known} | {("admin", "admin")}
