"""Help: the keyboard and the words, for everybody signed in."""

import pytest


@pytest.mark.one_database
def test_the_keys_and_the_words_are_explained(alice, cleo):
    for visitor in (alice, cleo):
        page = visitor.get("/help").text
        main = page.partition("<main")[2].partition("</main>")[0]
        assert main.count("<h1>") == 1
        assert "Search patients" in main
        assert "Unknown is never the same as normal" in main
        assert "It never means safe" in main
