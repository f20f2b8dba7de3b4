"""States, depths and shortest traces are printed after every run."""

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    told = [
        str(value)
        for report in terminalreporter.getreports("passed")
        for name, value in report.user_properties
        if name == "model"
    ]
    if told:
        terminalreporter.section("the model of one line")
        for text in told:
            terminalreporter.write_line(text)
