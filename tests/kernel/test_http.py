"""Headers, content policy, cross-site refusal, hosts, errors: true of every answer."""

import io
import re

import pytest

from dashboard.security import HEADERS

PATHS = [
    "/healthz",
    "/readyz",
    "/sign-in",
    "/nowhere",
    "/patients",
    "/static/css/tokens.css",
    "/csp-report",
    "/drafts",
]


@pytest.mark.one_database
@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_every_header(nobody, path):
    answer = nobody.get(path)

    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy
    assert "Server" not in answer.headers


@pytest.mark.one_database
def test_the_nonce_of_the_page_is_the_nonce_of_the_policy_and_new_each_time(nobody):
    pages = [nobody.get("/sign-in") for _ in range(2)]
    nonces = [
        re.search(r"'nonce-([^']+)'", page.headers["Content-Security-Policy"])[1] for page in pages
    ]

    assert nonces[0] != nonces[1]
    assert set(re.findall(r'nonce="([^"]*)"', pages[0].text)) == {nonces[0]}


@pytest.mark.one_database
def test_pages_are_never_stored_and_versioned_files_always(nobody):
    assert nobody.get("/sign-in").headers["Cache-Control"] == "no-store"
    assert "immutable" in nobody.get("/static/css/tokens.css?v=1").headers["Cache-Control"]
    assert nobody.get("/static/css/tokens.css").headers["Cache-Control"] == "public, no-cache"


@pytest.mark.one_database
@pytest.mark.parametrize("site", ["cross-site", "same-site", "nonsense"])
def test_a_foreign_page_cannot_send_our_forms(alice, site):
    answer = alice.post(
        "/drafts", {"key": "/patients", "version": "0"}, headers={"Sec-Fetch-Site": site}
    )

    assert answer.status_code == 403


@pytest.mark.one_database
def test_a_form_without_its_token_is_refused(alice):
    answer = alice.client.post("/drafts", data={"key": "/x", "version": "0"}, base_url=alice.base)

    assert answer.status_code == 400
    assert "Nothing was changed" in answer.text


@pytest.mark.one_database
def test_a_form_token_does_not_age(alice, app):
    assert app.config["WTF_CSRF_TIME_LIMIT"] is None


@pytest.mark.one_database
def test_a_foreign_host_name_is_refused(app):
    assert app.test_client().get("/healthz", base_url="https://evil.example").status_code == 400


@pytest.mark.one_database
def test_cookies_are_secure_bound_to_the_host_and_out_of_reach_of_scripts(nobody):
    cookie = nobody.get("/patients").headers["Set-Cookie"]

    assert cookie.startswith("__Host-casement=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= {
        part.strip() for part in cookie.split(";")
    }
    assert "Domain" not in cookie


@pytest.mark.one_database
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "FOO"])
def test_only_declared_methods_are_answered(alice, method):
    answer = alice.client.open("/patients", method=method, base_url=alice.base)

    assert answer.status_code in {400, 405}


@pytest.mark.one_database
def test_too_large_a_request_is_refused_kindly(alice):
    answer = alice.post("/drafts", {"key": "/patients", "version": "0", "text": "x" * 1_100_000})

    assert answer.status_code == 413


@pytest.mark.one_database
def test_an_uploaded_file_is_never_written_to_a_folder(app):
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="report.txt"\r\n\r\n'
    body = head + b"x" * 900_000 + b"\r\n--b--\r\n"
    sent = app.request_class.from_values(
        method="POST", data=body, content_type="multipart/form-data; boundary=b"
    )
    assert isinstance(sent.files["file"].stream, io.BytesIO)
    assert len(sent.files["file"].read()) == 900_000


def test_health_tells_nothing_but_health(nobody):
    assert nobody.get("/healthz").json == {"status": "ok"}


@pytest.mark.one_database
def test_a_missing_page_looks_the_same_to_everybody_signed_in(alice, cleo):
    assert alice.get("/nowhere").status_code == cleo.get("/nowhere").status_code == 404


@pytest.mark.one_database
def test_a_script_gets_its_refusals_as_data(nobody):
    answer = nobody.post(
        "/drafts", {"key": "/x", "version": "0"}, headers={"X-CSRFToken": nobody.csrf_token()}
    )

    assert answer.status_code == 401
    assert answer.json["ok"] is False
