"""The house keeps its shape: sizes, imports, public names, light front door."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import video_agent

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "video_agent"
MAX_MODULE_LINES = 300
MAX_FUNCTION_LINES = 40
MAX_EXPORTS = 15


def sources() -> list[Path]:
    return sorted(
        path
        for folder in ("video_agent", "tests", "evals")
        for path in (ROOT / folder).rglob("*.py")
    )


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_module_is_longer_than_300_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in sources()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MAX_MODULE_LINES
    }
    assert not long


def test_no_function_is_longer_than_40_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in sources()
        for node in functions(path)
        if node.end_lineno and node.end_lineno - node.lineno + 1 > MAX_FUNCTION_LINES
    ]
    assert not long


def test_public_names_exist_and_are_few() -> None:
    assert len(video_agent.__all__) <= MAX_EXPORTS
    for name in video_agent.__all__:
        assert getattr(video_agent, name) is not None


def test_public_functions_and_classes_say_what_they_are_for() -> None:
    silent = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in PACKAGE.rglob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
        and "overload" not in {getattr(item, "id", "") for item in node.decorator_list}
        and "migrations" not in path.parts
    ]
    assert not silent


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = (
        "import sys, video_agent;"
        "heavy = ('google', 'av', 'cv2', 'numpy', 'sqlalchemy', 'pydantic', 'httpx');"
        "sys.exit(' '.join(name for name in heavy if name in sys.modules) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_links_at_the_root_point_into_the_package() -> None:
    for name in ("tools", "prompts"):
        link = ROOT / name
        if (
            link.is_symlink()
        ):  # a checkout without links has small text files instead: the package still works
            assert link.resolve() == PACKAGE / name


def test_import_contracts_hold() -> None:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_fallback_hides_a_failure(path: Path) -> None:
    """No bare `except:` and no `except Exception: pass` anywhere."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"{path}:{node.lineno} bare except"
            broad = isinstance(node.type, ast.Name) and node.type.id in {
                "Exception",
                "BaseException",
            }
            empty = len(node.body) == 1 and isinstance(node.body[0], ast.Pass)
            assert not (broad and empty), f"{path}:{node.lineno} swallows everything"
