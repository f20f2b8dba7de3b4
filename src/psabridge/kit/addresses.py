"""Domains in what people enter as a web or mail address. What is none gives none."""


def domain_of_web(address: str | None) -> frozenset[str]:
    """`https://www.example.com:443/start` is example.com."""
    server = (address or "").strip().casefold().rpartition("//")[2]
    for end in "/?#:":
        server = server.partition(end)[0]
    return _domain(server.removeprefix("www."))


def domain_of_mail(address: str | None) -> frozenset[str]:
    return _domain((address or "").strip().casefold().rpartition("@")[2])


def _domain(text: str) -> frozenset[str]:
    is_domain = "." in text.strip(".") and not any(letter.isspace() or letter == "@" for letter in text)
    return frozenset({text.strip(".")}) if is_domain else frozenset()
