"""An emulator's own fault must not pass for one of the vendor's."""

from types import TracebackType

from psabridge_emulators.frame.wire import Request


class Loud:
    """Lists what broke the emulator itself; the caller still sees a bare 500."""

    def __init__(self, failures: list[str], request: Request) -> None:
        self._failures = failures
        self._request = request

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # A caller that hangs up cancels its request: that is its right, and no Exception.
        if isinstance(error, Exception):
            asked = f"{self._request.method} {self._request.path}"
            self._failures.append(f"{asked} broke the emulator: {type(error).__name__}: {error}")
