"""Which file tests a module of the package: its namesake, `tests/<folder>/test_<module>.py`, or what the table says."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from reach import PACKAGE, ROOT, TESTS, named, reached_from

#: Modules without a namesake, each with the file that tests it. Where that file reaches it only through another module,
#: this one comes second: the test names it, and it imports the module, itself or by way of others.
TESTED_BY: dict[str, tuple[str, ...]] = {
    "warehouse/index_files.py": ("tests/searching/index/test_build.py",),
    # the top: what commands and steps do together
    "cli/__init__.py": ("tests/cli/test_cli.py",),
    "cli/asking.py": ("tests/cli/test_query.py", "medline.cli"),
    "cli/loading.py": ("tests/cli/test_cli.py", "medline.cli"),
    "cli/publishing.py": ("tests/outputs/test_tables.py", "medline.cli"),
    "cli/watching.py": ("tests/cli/test_cli.py", "medline.cli"),
    "answers.py": ("tests/cli/test_query.py",),
    "pipeline.py": ("tests/warehouse/test_build.py",),
    "status.py": ("tests/warehouse/test_runs.py",),
    # home
    "home/__init__.py": ("tests/home/test_store.py",),
    "home/base.py": ("tests/home/test_layout.py", "medline.home"),
    # lake
    "lake/manifest.py": ("tests/lake/test_transform.py",),
    "lake/small.py": ("tests/lake/test_bundles.py",),
    # parse
    "parse/__init__.py": ("tests/parse/test_identifiers.py",),
    "parse/batch.py": ("tests/parse/kernels/test_cells.py",),
    "parse/constants.py": ("tests/parse/kernels/test_limits.py", "medline.parse"),
    "parse/derive.py": ("tests/schema/test_derived_columns.py", "medline.parse"),
    "parse/ncbi.py": ("tests/parse/test_documents.py",),
    "parse/packed.py": ("tests/mirror/test_inputs.py",),
    "parse/source.py": ("tests/mirror/test_inputs.py",),
    "parse/text/guard.py": ("tests/parse/test_framing.py",),
    "parse/text/lines.py": ("tests/parse/test_encoded_twice.py",),
    "parse/text/reference.py": ("tests/parse/kernels/test_text_values.py",),
    "parse/text/tag_kinds.py": ("tests/parse/text/test_fields.py",),
    "parse/xml/paths.py": ("tests/schema/test_tables.py",),
    "parse/xml/reference.py": ("tests/parse/test_documents.py",),
    "parse/xml/splitter.py": ("tests/parse/test_documents.py",),
    # kernels: each reads what the plain reader reads
    "parse/kernels/derive_identifiers.py": ("tests/parse/test_identifiers.py", "medline.parse.kernels.xml_reader"),
    "parse/kernels/derive_pages.py": ("tests/parse/kernels/test_derive.py", "medline.parse.kernels.derive"),
    "parse/kernels/jit.py": ("tests/parse/kernels/test_limits.py", "medline.parse"),
    "parse/kernels/layout_blanks.py": ("tests/parse/test_layout_blanks.py", "medline.parse"),
    "parse/kernels/questions.py": ("tests/parse/kernels/test_text_reader.py", "medline.parse"),
    "parse/kernels/text.py": ("tests/parse/kernels/test_text_reader.py", "medline.parse"),
    "parse/kernels/text_fields.py": ("tests/parse/kernels/test_text_values.py", "medline.parse"),
    "parse/kernels/text_record.py": ("tests/parse/kernels/test_text_reader.py", "medline.parse"),
    "parse/kernels/text_source.py": ("tests/parse/kernels/test_text_reader.py", "medline.parse"),
    "parse/kernels/xml_tags.py": ("tests/parse/kernels/test_walk.py",),
    # schema and warehouse
    "warehouse/apply.py": ("tests/warehouse/test_rule.py",),
    "warehouse/rows.py": ("tests/warehouse/test_as_of.py",),
    "warehouse/contents.py": ("tests/test_plan.py",),
    "warehouse/versions.py": ("tests/warehouse/test_build.py",),
    # outputs
    "outputs/dashboard/figures.py": ("tests/outputs/test_dashboard.py", "medline.outputs.dashboard"),
    "outputs/dashboard/series.py": ("tests/outputs/test_dashboard.py",),
    "outputs/export/records.py": ("tests/outputs/test_export.py",),
    "outputs/export/source.py": ("tests/outputs/test_exports_source.py",),
    "outputs/export/work.py": ("tests/outputs/test_export.py",),
    "outputs/export/xml.py": ("tests/outputs/test_round_trip.py",),
}

#: Folders whose tests have other names for now, and what only Airflow can import.
ELSEWHERE = {"dags.py": "tests/project", "searching": "tests/searching", "vocabulary": "tests/vocabulary"}


def modules() -> list[str]:
    """The modules that have code of their own, by path below the package."""
    paths = (
        path
        for path in PACKAGE.rglob("*.py")
        if path.name not in ("__init__.py", "__main__.py") or has_code(path.read_text("utf-8"))
    )
    return sorted(str(path.relative_to(PACKAGE)) for path in paths)


def has_code(text: str) -> bool:
    """Whether a module has more than a docstring, imports and names: a function or a class."""
    return any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in ast.parse(text).body)


def namesake(module: str) -> Path:
    """The file that tests a module by its name; that of a package stands beside its folder."""
    path = Path(module)
    path = path.parent if path.name == "__init__.py" else path.with_suffix("")
    return TESTS / path.parent / f"test_{path.name or 'api'}.py"


def dotted(module: str) -> str:
    return ".".join(("medline", *Path(module).with_suffix("").parts)).removesuffix(".__init__")


def is_elsewhere(module: str) -> bool:
    return module.partition("/")[0] in ELSEWHERE


def problem(module: str) -> str | None:
    """What is wrong with the entry of a module, or with its namesake."""
    own = namesake(module)
    if module in TESTED_BY and own.exists():
        return f"{own.relative_to(ROOT)} tests it: take it out of TESTED_BY"
    if module not in TESTED_BY and not own.exists():
        return f"write {own.relative_to(ROOT)}, or name in TESTED_BY the file that tests it"
    file, *through = TESTED_BY.get(module, (str(own.relative_to(ROOT)),))
    if not (ROOT / file).exists():
        return f"{file} does not exist"
    if module not in TESTED_BY:
        return None if any(dotted(module) in reached_from(name) for name in named(own)) else f"{file} does not reach it"
    if not through:
        return None if dotted(module) in named(ROOT / file) else f"{file} does not name {dotted(module)}"
    if through[0] not in named(ROOT / file):
        return f"{file} does not name {through[0]}"
    return None if dotted(module) in reached_from(through[0]) else f"{through[0]} does not import it"


@pytest.mark.parametrize("module", [module for module in modules() if not is_elsewhere(module)])
def test_a_module_has_its_test(module):
    assert problem(module) is None


def test_the_table_names_modules_that_exist():
    assert set(TESTED_BY) - set(modules()) == set()
    assert [folder for folder, tests in ELSEWHERE.items() if not any((ROOT / tests).glob("test_*.py"))] == []


@pytest.mark.parametrize(
    ("module", "entry", "said"),
    [
        ("urls.py", ("tests/test_urls.py",), "take it out"),
        ("pipeline.py", None, "write tests/test_pipeline.py"),
        ("pipeline.py", ("tests/gone.py",), "does not exist"),
        ("pipeline.py", ("tests/project/test_hooks.py",), "does not name medline.pipeline"),
        ("pipeline.py", ("tests/test_plan.py", "medline.urls"), "does not name medline.urls"),
        ("pipeline.py", ("tests/test_urls.py", "medline.urls"), "does not import it"),
    ],
)
def test_an_entry_that_is_wrong_is_seen(monkeypatch, module, entry, said):
    monkeypatch.delitem(TESTED_BY, module, raising=False)
    if entry:
        monkeypatch.setitem(TESTED_BY, module, entry)
    assert said in (problem(module) or "")
