"""Folders that all workers of one run of the tests share."""

import os
from pathlib import Path

import pytest
from jinja2 import FileSystemBytecodeCache


def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the whole run; pytest keeps it for a while."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


def compiled_pages(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates as compiled by whichever app of the run needs them first."""
    folder = shared_folder(tmp_path_factory) / "pages"
    folder.mkdir(exist_ok=True)
    return FileSystemBytecodeCache(str(folder))
