"""A law asked of every file at once still names each file that breaks it."""

import pytest

from dashboard.settings import ROOT
from tests.shape.files import of_every

README, LICENSE = ROOT / "README.md", ROOT / "LICENSE"


def test_each_file_that_breaks_a_law_is_named():
    @of_every([README, LICENSE])
    def law(path):
        assert path.suffix == ".py", "no Python"

    with pytest.raises(AssertionError, match=r"README\.md: no Python[^/]*LICENSE: no Python"):
        law()


def test_a_law_that_all_files_keep_holds_and_one_of_no_file_does_not():
    def law(path):
        assert path.exists()

    of_every([README, LICENSE])(law)()
    with pytest.raises(AssertionError, match="no such file"):
        of_every([])(law)()
