"""Every test file of an addon is imported, or Odoo (and an administrator's test run) never sees it."""

import ast

from tools.dev.addons import addon_folders


def imported_tests(root):
    """Problems as `file: …`: test files and test folders that the `__init__.py` beside them does not import."""
    problems = []
    for folder in addon_folders(root):
        tests = folder / "tests"
        if tests.is_dir():
            problems += _in_folder(tests, root)
    return problems


def _in_folder(folder, root):
    init = folder / "__init__.py"
    if not init.is_file():
        return [f"{folder.relative_to(root)}: has no __init__.py, its tests never run in Odoo"]
    imported = _imports(init)
    problems = []
    for path in sorted(folder.iterdir()):
        is_tests = path.is_dir() and any(path.rglob("test_*.py"))
        if path.name == "__pycache__" or not (is_tests or (path.name.startswith("test_") and path.suffix == ".py")):
            continue
        if path.stem not in imported:
            problems.append(f"{path.relative_to(root)}: is not imported in {init.relative_to(root)}")
        if is_tests:
            problems += _in_folder(path, root)
    return problems


def _imports(init):
    """Names of `from . import a, b`, of `from .a import …`."""
    names = set()
    for node in ast.walk(ast.parse(init.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            names.update([node.module.split(".")[0]] if node.module else [alias.name for alias in node.names])
    return names
