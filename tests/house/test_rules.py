"""Each house rule finds what it forbids, and nothing else."""

import pytest

from tests.house.rules import breaches_in, held_files

GUILTY = [
    ("clock", "from datetime import datetime\nx = datetime.now()\n"),
    ("clock", "import datetime\nx = datetime.date.today()\n"),
    ("except", "try:\n    pass\nexcept Exception:\n    pass\n"),
    ("except", "try:\n    pass\nexcept (ValueError, BaseException):\n    pass\n"),
    ("except", "try:\n    pass\nexcept:\n    pass\n"),
    ("float", "price: float = 1\n"),
    ("import", "def f():\n    import os\n    return os\n"),
    ("function", "def f():\n" + "    x = 1\n" * 51),
    ("file", "x = 1\n" * 401),
    ("left", "x = 1  # TO" + "DO later\n"),
]


@pytest.mark.parametrize(("rule", "source"), GUILTY)
def test_a_breach_is_found(rule: str, source: str) -> None:
    assert rule in {breach.rule for breach in breaches_in("psabridge/rules/sample.py", source)}


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("psabridge/kit/clock.py", "from datetime import datetime\nx = datetime.now()\n"),
        ("psabridge/rules/sample.py", "try:\n    pass\nexcept ValueError:\n    pass\n"),
        ("psabridge/rules/sample.py", "def f(now):\n    return now\n"),
        (
            "psabridge/jobs/frame.py",
            "try:\n    pass\nexcept Exception:  # house: except: the job frame\n    raise\n",
        ),
    ],
)
def test_what_is_allowed_is_left_alone(path: str, source: str) -> None:
    assert list(breaches_in(path, source)) == []


def test_a_test_is_held_to_the_length_of_its_file_and_may_do_what_it_likes_within() -> None:
    guilty = "".join(source for rule, source in GUILTY if rule != "file")

    assert list(breaches_in("tests/rules/test_sample.py", guilty)) == []
    assert {one.rule for one in breaches_in("tests/rules/test_sample.py", "x = 1\n" * 401)} == {"file"}


def test_files_of_the_product_and_of_its_tests_are_held() -> None:
    held = {path.partition("/")[0] for path, _ in held_files()}

    assert held >= {"psabridge", "psabridge_emulators", "psabridge_proof", "tests"}


def test_a_module_named_like_autotasks_own_words_is_refused() -> None:
    assert {breach.rule for breach in breaches_in("psabridge/rules/services.py", "")} == {"name"}
