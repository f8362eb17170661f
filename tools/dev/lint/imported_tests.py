"""Every test file of an addon is imported, or Odoo (and an administrator's test run) never sees it.

Odoo's runner takes the modules `test_…` out of the package `tests` and looks no deeper. So a folder of tests hands its
modules up (`from .folder import *`), and a name may stand in one folder only.
"""

import ast
from collections import defaultdict

from tools.dev.addons import addon_folders


def imported_tests(root):
    """Problems as `file: …`: test files and test folders that Odoo's runner would not find."""
    problems = []
    for folder in addon_folders(root):
        tests = folder / "tests"
        if tests.is_dir():
            problems += _in_folder(tests, root) + _same_names(tests, root)
    return problems


def _in_folder(folder, root):
    init = folder / "__init__.py"
    if not init.is_file():
        return [f"{folder.relative_to(root)}: has no __init__.py, its tests never run in Odoo"]
    modules, folders = _imports(init)
    problems = []
    for path in sorted(folder.iterdir()):
        is_tests = path.is_dir() and any(path.rglob("test_*.py"))
        if path.name == "__pycache__" or not (is_tests or (path.name.startswith("test_") and path.suffix == ".py")):
            continue
        if path.stem not in (folders if is_tests else modules):
            form = f"from .{path.stem} import *" if is_tests else f"from . import {path.stem}"
            problems.append(
                f"{path.relative_to(root)}: is not imported in {init.relative_to(root)}: write `{form}` there"
            )
        if is_tests:
            problems += _in_folder(path, root)
    return problems


def _same_names(tests, root):
    """Of two test files with one name, the second would hide the first."""
    places = defaultdict(list)
    for path in sorted(tests.rglob("test_*.py")):
        places[path.name].append(path.relative_to(root))
    return [
        f"{second}: has the name of {first}, so Odoo runs one of them only: give it another name"
        for first, *others in places.values()
        for second in others
    ]


def _imports(init):
    """Names of `from . import a, b` and those of `from .a import *`."""
    modules, folders = set(), set()
    for node in ast.walk(ast.parse(init.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            names = [alias.name for alias in node.names]
            if not node.module:
                modules.update(names)
            elif names == ["*"]:
                folders.add(node.module)
    return modules, folders
