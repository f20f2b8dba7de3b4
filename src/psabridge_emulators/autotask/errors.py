"""The refusals of Autotask and their texts (autotask-rest.md 3.2)."""


class Refusal(Exception):
    """The vendor answers with a status other than 200, and nothing was changed."""

    def __init__(self, status: int, *texts: str) -> None:
        super().__init__(*texts)
        self.status = status
        self.texts = texts


class NotFound(Refusal):
    def __init__(self) -> None:
        super().__init__(404)


class NotAllowed(Refusal):
    """The route exists, the verb does not."""

    def __init__(self, method: str) -> None:
        super().__init__(405, f"The requested resource does not support http method '{method}'.")


class Invalid(Refusal):
    """Every validation and business-rule failure is a 500 (autotask-rest.md 3.2)."""

    def __init__(self, *texts: str) -> None:
        super().__init__(500, *texts)


def unknown_field(name: str, singular: str) -> Invalid:
    return Invalid(f"Unable to find {name} in the {singular} Entity.")


def bad_reference(field: str, singular: str) -> Invalid:
    return Invalid(f"Reference value on field: {field} of type: {singular} does not exist or is invalid")


def not_a_number(value: object, kind: str) -> Invalid:
    return Invalid(f"Conversion failed when converting varchar '{value}' to data type {kind}.")


def no_matching_record() -> Invalid:
    return Invalid(
        "No message. No matching records found. The logged in Resource may not have the required "
        "permissions to the data."
    )


def no_permission() -> Invalid:
    return Invalid("The logged in Resource does not have the adequate permissions for this action.")


def duplicate_period() -> Invalid:
    return Invalid(
        "Attempt to insert duplicate data into contract_service_period.",
        "Error creating entity for record number [1].",
    )


def posted_period() -> Invalid:
    return Invalid(
        "Unable to make changes as it would result in the deletion/modification of an already approved and "
        "posted contract period."
    )
