"""Where a secret may travel to, and that a refused address is not repeated."""

import pytest

from psabridge.clients.address import server_of


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("https://EU2-Cloud.acronis.com/", "https://eu2-cloud.acronis.com"),
        ("HTTPS://eu2-cloud.acronis.com:443/api/2/?x=1#y", "https://eu2-cloud.acronis.com"),
        ("https://server.example:8443", "https://server.example:8443"),
        ("http://127.0.0.1:9102/", "http://127.0.0.1:9102"),
        ("http://127.1.2.3:80", "http://127.1.2.3"),
        ("http://localhost:9102", "http://localhost:9102"),
        ("http://[::1]:9102//", "http://[::1]:9102"),
    ],
)
def test_one_server_has_one_spelling(url: str, server: str) -> None:
    assert server_of(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "",
        "server.example",
        "ftp://server.example",
        "https://",
        "https:///path",
        "https://[::1",
        "https://server.example:99999",
        "https://server.example:port",
        "https://two words.example",
        "https://user:hunter2@server.example",
        "http://user:hunter2@127.0.0.1",
        "http://server.example/?p=hunter2",
        "http://localhost.example",
        "http://127.0.0.1.example",
        "http://[2001:db8::1]:80",
    ],
)
def test_any_other_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ValueError, match="server") as caught:
        server_of(url)
    assert "hunter2" not in str(caught.value)
