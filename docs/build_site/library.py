"""The pages of the two libraries, from signatures and docstrings."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from types import ModuleType

from build_site.markdown import code, page, table
from safety_pipeline import estimators, harmonise

LIBRARIES = {"harmonise.md": harmonise, "estimators.md": estimators}


def library_pages() -> dict[str, str]:
    """Path below `reference/library/` to text."""
    return {name: _page(module) for name, module in LIBRARIES.items()}


def _page(module: ModuleType) -> str:
    members = [_member(name, getattr(module, name)) for name in module.__all__ if callable(getattr(module, name))]
    return page(f"{module.__name__}", _text(module.__doc__), *members, *_methods(module))


def _member(name: str, member: Callable[..., object]) -> str:
    return "\n".join((f"## {name}\n", code(_signature(member), "python"), _text(inspect.getdoc(member))))


def _signature(member: Callable[..., object]) -> str:
    """The function or class as its source declares it, without its body; a class with its fields."""
    declared = ast.parse(textwrap.dedent(inspect.getsource(member))).body[0]
    if isinstance(declared, ast.FunctionDef):
        parameters = ",\n".join(f"    {each}" for each in _parameters(declared.args))
        return f"def {declared.name}(\n{parameters},\n) -> {ast.unparse(declared.returns)}"
    if isinstance(declared, ast.ClassDef):
        fields = [f"    {ast.unparse(each)}" for each in declared.body if isinstance(each, ast.AnnAssign)]
        return "\n".join(
            (f"class {declared.name}({', '.join(map(ast.unparse, declared.bases))}):".replace("()", ""), *fields)
        )
    raise TypeError(f"{member} is neither a function nor a class")


def _parameters(arguments: ast.arguments) -> Iterator[str]:
    """Each parameter with its type and default; a star before those that have to be named."""
    plain, named = arguments.args, arguments.kwonlyargs
    defaults = [None] * (len(plain) - len(arguments.defaults)) + list(arguments.defaults)
    yield from map(_parameter, plain, defaults)
    if named:
        yield "*"
        yield from map(_parameter, named, arguments.kw_defaults)


def _parameter(argument: ast.arg, default: ast.expr | None) -> str:
    return ast.unparse(argument) + (f" = {ast.unparse(default)}" if default is not None else "")


def _text(docstring: str | None) -> str:
    """A docstring as Markdown: double backticks become single ones, and an indented example becomes code."""
    blocks = inspect.cleandoc(docstring or "").replace("``", "`").split("\n\n")
    shown = (code(inspect.cleandoc(each), "python") if each.startswith("    ") else f"{each}\n" for each in blocks)
    return "\n".join(shown)


def _methods(module: ModuleType) -> list[str]:
    methods = getattr(module, "METHODS", None)
    if methods is None:
        return []
    rows = [(f"`{name}`", ", ".join(f"`{each}`" for each in known)) for name, known in methods.items()]
    return ["## Methods\n", table(("function", "`method` is one of"), rows)]
