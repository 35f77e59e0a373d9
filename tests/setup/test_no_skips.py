"""Where CI=true nothing passes by being skipped."""

import pytest

pytest_plugins = ["pytester"]

EXCUSES = {
    "a skipped test": "@pytest.mark.skip(reason='later')\ndef test_it(): pass",
    "a skip from inside": "def test_it(): pytest.skip('no browser')",
    "a skip from a fixture": (
        "@pytest.fixture\ndef server(): pytest.skip('no server')\ndef test_it(server): pass"
    ),
    "an expected failure": "@pytest.mark.xfail\ndef test_it(): assert False",
    "an unexpected pass": "@pytest.mark.xfail(strict=False)\ndef test_it(): pass",
    "a skipped module": "pytest.skip('not here', allow_module_level=True)",
}


@pytest.fixture
def run(pytester, monkeypatch):
    def run(source, *, ci):
        monkeypatch.setenv("CI", "true" if ci else "")
        monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        pytester.makepyfile("import pytest\n" + source)
        return pytester.runpytest_inprocess("-p", "tests.no_skips", "-p", "no:cacheprovider")

    return run


@pytest.mark.parametrize("source", EXCUSES.values(), ids=EXCUSES.keys())
def test_what_is_left_out_fails_the_run_in_ci(run, source):
    result = run(source, ci=True)

    assert result.ret in (pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED)
    counted = result.parseoutcomes()
    assert counted.get("failed", 0) + counted.get("errors", 0) == 1
    assert not counted.keys() & {"passed", "skipped", "xfailed", "xpassed"}


@pytest.mark.parametrize("source", EXCUSES.values(), ids=EXCUSES.keys())
def test_elsewhere_it_is_only_counted(run, source):
    result = run(source, ci=False)

    assert result.ret in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)


def test_a_passing_test_still_passes_in_ci(run):
    result = run("def test_it(): pass", ci=True)

    result.assert_outcomes(passed=1)
