"""The shared fixture: several scenes at once, each observed."""

import urllib.request

from tests.emulated import Emulators, Exchange, emulators

__all__ = ["emulators"]


def test_scenes_run_side_by_side_and_are_observed(emulators: Emulators) -> None:
    seen: list[Exchange] = []
    guide, empty = emulators("guide", observer=seen.append), emulators("empty")

    url = f"{guide.description['autotask']['url']}/ATServicesRest/versionInformation"
    with urllib.request.urlopen(url, timeout=5) as reply:  # noqa: S310  loopback
        assert reply.status == 200

    assert [(exchange.vendor, exchange.fault) for exchange in seen] == [("autotask", None)]
    assert empty.calls() == {}
    assert guide.urls != empty.urls
