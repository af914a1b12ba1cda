"""Runs in Pyodide, called by repack.mjs: a wheel, or the standard library, becomes a zip with byte code inside."""

import ast
import importlib._bootstrap_external
import io
import re
import zipfile

# What nobody imports here: tests, and what is there to compile or type-check against.
LEFT_OUT = re.compile(r"(^|/)(tests?|benchmarks|_examples|include|pkgconfig)/|\.(pyi|pxd|pyx|c|h|a|in)$|/conftest\.py$")
# The same input gives the same bytes.
LONG_AGO = (1980, 1, 1, 0, 0, 0)


def without_docstrings(source: bytes) -> ast.Module:
    """A quarter of SymPy's byte code is its manual. Empty texts stay in their place: some code adds to them."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and isinstance(first.value.value, str)
            ):
                first.value.value = ""
    return tree


def byte_code(source: bytes, path: str, manual: bool) -> bytes:
    """What Python would keep in __pycache__, with all asserts, and no look at the source's date."""
    code = compile(ast.parse(source) if manual else without_docstrings(source), path, "exec", dont_inherit=True, optimize=0)
    return bytes(importlib._bootstrap_external._code_to_hash_pyc(code, b"\0" * 8, checked=False))


def repack(archive: bytes, place: str, manual: bool) -> bytes:
    """The new archive. place is where its modules will be found: tracebacks name it. manual: docstrings stay."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old:
        with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
            for name in sorted(old.namelist()):
                if name.endswith("/") or LEFT_OUT.search(name):
                    continue
                data = old.read(name)
                if name.endswith(".py"):
                    data, name = byte_code(data, f"{place}/{name}", manual), name + "c"
                info = zipfile.ZipInfo(name, LONG_AGO)
                info.compress_type = zipfile.ZIP_DEFLATED
                new.writestr(info, data, compresslevel=9)
    return result.getvalue()
