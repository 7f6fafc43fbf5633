"""The partial state of a resource whose create failed after its start.

The engine stores a resource that failed to come up, with its inputs (`ErrorResourceInitFailed`).
The next command reads it before anything else: the read finds the task, whatever the declaration is
by then, or finds none, and the resource is gone.
"""

from __future__ import annotations

import grpc
from google.protobuf.any_pb2 import Any as Detail
from google.protobuf.struct_pb2 import Struct
from google.rpc.status_pb2 import Status
from pulumi.runtime.proto import provider_pb2


def add_partial_state(
    context: grpc.ServicerContext, id_: str, properties: Struct, inputs: Struct, message: str
) -> None:
    """Attach the partial state to the failure of the request, which the caller raises."""
    failed = provider_pb2.ErrorResourceInitFailed(
        id=id_,
        properties=properties,
        inputs=inputs,
        reasons=[message],
        refresh_before_update=True,
    )
    detail = Detail()
    detail.Pack(failed)
    code = grpc.StatusCode.UNKNOWN.value[0]
    status = Status(code=code, message=message, details=[detail])
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
