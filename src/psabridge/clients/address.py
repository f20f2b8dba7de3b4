"""Addresses that a secret may travel to: any server over https, this machine also in the clear."""

from ipaddress import ip_address
from urllib.parse import urlsplit

_USUAL_PORT = {"https": ":443", "http": ":80"}


def server_of(url: str) -> str:
    """`scheme://host[:port]` in one spelling. A refused address is not repeated: it may hold a password."""
    try:
        parts = urlsplit(url)
        whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole = False
    if not whole or "@" in parts.netloc or any(sign.isspace() for sign in parts.netloc):
        raise ValueError("not the address of a server; it looks like https://server.example")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(url)):
        raise ValueError("secrets travel to a server over https only, or to this machine")
    return f"{parts.scheme}://{parts.netloc.lower().removesuffix(_USUAL_PORT[parts.scheme])}"


def is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
