"""The notebooks of docs/guides/notebooks: `make cookbook` runs them on the sample and keeps what their cells print."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from cookbook import make_home

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "docs" / "guides" / "notebooks").glob("*.ipynb"))


def run(path: Path, home: Path) -> NotebookNode:
    """Return a notebook with the outputs of its cells, run on a home by Jupyter's kernel, which listens on loopback."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(home.parent)}},
    )
    client.execute(env={**os.environ, "MEDLINE_HOME": str(home)})
    notebook.metadata.language_info = {"name": "python"}  # no version
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if "data" in output:
                output.data = {"text/plain": output.data["text/plain"]}
    return notebook


def printed(notebook: NotebookNode) -> list[str]:
    """What each cell of code prints, and its last value."""
    return [
        "".join(output.get("text") or output["data"]["text/plain"] for output in cell.outputs)
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def main() -> None:
    """Write what the cells print on the sample into the notebooks."""
    with tempfile.TemporaryDirectory() as directory:
        home = make_home(Path(directory))
        for path in NOTEBOOKS:
            nbformat.write(run(path, home), path)


if __name__ == "__main__":
    main()
