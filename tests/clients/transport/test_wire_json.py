from decimal import Decimal

import pytest

from psabridge.clients.wire_json import decode, encode


def test_money_comes_and_goes_exactly() -> None:
    assert decode(b'{"price": 254.10, "units": 11}') == {"price": Decimal("254.10"), "units": 11}
    assert encode({"price": Decimal("23.10"), "big": Decimal("1E+3")}) == b'{"price":23.10,"big":1000}'


def test_text_survives_the_journey() -> None:
    content = {"name": 'Müller "& Söhne"\n', "list": [None, True, 0, ""], "inner": {"a": [1]}}
    assert decode(encode(content)) == content


@pytest.mark.parametrize("body", [b"", b"{", b"<html>", b'{"a": NaN}', b"\xff\xfe", b"[" * 100_000])
def test_half_an_answer_is_none(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        decode(body)


@pytest.mark.parametrize("value", [0.5, Decimal("NaN"), object()])
def test_what_has_no_exact_form_is_refused(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        encode(value)
