"""The Autotask emulator: a `Vendor` over one `AutotaskWorld`, free of sockets and of real time."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from psabridge_emulators.autotask import wire
from psabridge_emulators.autotask.controls import Controls
from psabridge_emulators.autotask.dump import dump
from psabridge_emulators.autotask.errors import Invalid, NotFound, Refusal
from psabridge_emulators.autotask.hour import WINDOW
from psabridge_emulators.autotask.reading import Reading
from psabridge_emulators.autotask.routes import Place, Route, place_of, route_of
from psabridge_emulators.autotask.world import AutotaskWorld
from psabridge_emulators.autotask.writing import Writing
from psabridge_emulators.frame.wire import Callout, Reply, Request

# Beyond this a GET ends at the web server (autotask-rest.md 2.2).
LONGEST_GET = 2_100
THREADS_PER_ENDPOINT = 3
WRITING_KINDS = frozenset({"POST", "PATCH", "PUT", "DELETE"})


class AutotaskEmulator:
    name = "autotask"
    threads_per_endpoint = THREADS_PER_ENDPOINT

    def __init__(self, world: AutotaskWorld | None = None) -> None:
        self.world = world or AutotaskWorld()
        self.world.database.open()
        self.world.webhooks.begin()

    def answer(self, request: Request, now: datetime) -> Reply:
        self.world.now = now
        request = replace(request, method=request.method.upper())
        if request.method == "GET" and len(request.path) + len(request.query_string) > LONGEST_GET:
            return wire.html_not_found()
        try:
            return self._answer(request, place_of(request.path))
        except Refusal as error:
            return wire.refusal(error)

    def _answer(self, request: Request, place: Place) -> Reply:
        if place.is_version or place.is_zone:
            return self._discovery(request, place)
        if not self.world.zone.serves(place.prefix, request.base_url):
            raise Refusal(401, "Authorization has been denied for this request.")
        self.world.user.check(request.headers)
        if self.world.hour.is_exceeded(self.world.now):
            return self._over_the_hour()
        self.world.hour.add(self.world.now)
        return self._entity_answer(request, route_of(place))

    def _entity_answer(self, request: Request, route: Route) -> Reply:
        if route.kind == "threshold":
            route.check(request.method)
            return self._threshold()
        if self._collection_patch_is_missing(request, route):
            return wire.html_not_found()
        route = self._with_put_by_path(request, route)
        route.check(request.method)
        if route.entity is None:
            raise NotFound
        writes = request.method in WRITING_KINDS and route.kind in {"collection", "item"}
        kind = Writing if writes else Reading
        return kind(self.world, request, route, route.entity).answer()

    def _collection_patch_is_missing(self, request: Request, route: Route) -> bool:
        """One zone was found without PATCH on collections (autotask-rest.md 3)."""
        missing = self.world.doubts.collection_patch == "missing"
        return missing and request.method == "PATCH" and route.kind == "collection"

    def _with_put_by_path(self, request: Request, route: Route) -> Route:
        """There, PUT with the id in the path took its place."""
        if self.world.doubts.collection_patch != "missing" or request.method != "PUT" or route.kind != "item":
            return route
        updatable = route.entity is not None and route.entity.updatable
        return replace(route, verbs=route.verbs | {"PUT"}) if updatable else route

    def _discovery(self, request: Request, place: Place) -> Reply:
        """Version and zone are told without credentials (autotask-rest.md 1.1, 1.3)."""
        Route("info", frozenset({"GET"})).check(request.method)
        if place.is_version:
            return wire.reply({"apiVersions": ["v1.0"]})
        user = request.parameter("user") or ""
        if user.lower() != self.world.credentials.user.lower():
            raise Invalid("Zone information could not be determined")
        return wire.reply(self.world.zone.information(request.base_url))

    def _threshold(self) -> Reply:
        """The call itself counts (autotask-rest.md 7)."""
        return wire.reply(
            {
                "externalRequestThreshold": self.world.hour.threshold,
                "requestThresholdTimeframe": int(WINDOW.total_seconds()) // 60,
                "currentTimeframeRequestCount": self.world.hour.used(self.world.now),
            }
        )

    def _over_the_hour(self) -> Reply:
        threshold = self.world.hour.threshold
        text = f"You have exceeded the API request threshold of {threshold} requests per 60 minutes."
        reply = wire.reply({"errors": [text]}, 429)
        return replace(reply, headers={"Retry-After": "60"}) if self.world.doubts.retry_after else reply

    def endpoint(self, request: Request) -> str | None:
        """One bucket per tracking identifier and entity; discovery is exempt (autotask-rest.md 7)."""
        try:
            place = place_of(request.path)
            if place.is_version or place.is_zone:
                return None
            route = route_of(place)
        except Refusal:
            return None
        name = "ThresholdInformation" if route.entity is None else route.entity.name
        return f"{request.headers.get('apiintegrationcode', '')}:{name}"

    def too_many_at_once(self, request: Request) -> Reply | None:
        if self.endpoint(request) is None:
            return None
        limit = THREADS_PER_ENDPOINT
        text = f"The Autotask API thread threshold of {limit} threads has been exceeded. (Itgenatr005)"
        return wire.reply({"errors": [text]}, self.world.doubts.thread_status)

    def added_seconds(self, request: Request) -> float:
        """Use of the hour slows down what counts towards it (autotask-rest.md 7), where switched on."""
        if not self.world.doubts.added_latency or self.endpoint(request) is None:
            return 0.0
        return self.world.hour.added_seconds(self.world.now)

    def passes_time(self, before: datetime, after: datetime) -> None:  # noqa: ARG002  the seam's signature
        """Only workflows wait inside Autotask; a past that nobody can read any more is let go."""
        self.world.desk.pass_time(after)
        self.world.now = after
        self.world.webhooks.pass_time(after)
        self.world.database.prune()

    def callouts(self, now: datetime) -> list[Callout]:
        """What webhooks have to say now; each is settled by `called_out` (autotask-rest.md 8)."""
        due = self.world.webhooks.due(now)
        for event in due:
            event.under_way = True
        return [Callout(event.number, event.url, event.headers, event.body.encode()) for event in due]

    def called_out(self, number: int, error: str | None, now: datetime) -> None:
        self.world.now = now
        self.world.webhooks.settle(number, error, now)

    def control(self, request: Request, now: datetime) -> Reply:
        self.world.now = now
        return Controls(self.world).answer(request)

    def dump(self) -> dict[str, Any]:
        return dump(self.world)
