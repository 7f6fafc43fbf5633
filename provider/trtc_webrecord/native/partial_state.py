"""The partial state of a create whose outcome is unknown: the RecordId, as the resource's id.

The engine records a resource that failed to come up, with its inputs (`ErrorResourceInitFailed`).
The next run reads it before anything else: a refresh finds the task by its RecordId and adopts
it, whatever the declaration is by then, or finds none, and the resource is gone.
"""

from __future__ import annotations

from typing import Any

import grpc
from google.protobuf.any_pb2 import Any as Detail
from google.protobuf.struct_pb2 import Struct
from google.rpc.status_pb2 import Status
from pulumi.runtime.proto import provider_pb2

from ..errors import OutcomeUnknown
from .properties import in_camel_case, received, sent, with_secrets

OUTCOME_UNKNOWN = "unknown"
"""The status of such a resource."""


def add_partial_state(context: grpc.ServicerContext, inputs: Struct, error: OutcomeUnknown) -> None:
    """Attach the partial state to the failure of the request, which the caller raises."""
    given, message = received(inputs), in_camel_case(str(error))
    failed = provider_pb2.ErrorResourceInitFailed(
        id=error.record_id,
        properties=sent(
            with_secrets({**given, "recordId": error.record_id, "status": OUTCOME_UNKNOWN})
        ),
        inputs=inputs,
        reasons=[message],
        refresh_before_update=True,
    )
    detail = Detail()
    detail.Pack(failed)
    code = grpc.StatusCode.UNKNOWN.value[0]
    status = Status(code=code, message=message, details=[detail])
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))


def is_partial_state(props: dict[str, Any]) -> bool:
    """Whether the properties are of a create whose outcome is unknown."""
    return props.get("status") == OUTCOME_UNKNOWN
