"""A meeting room as a Pulumi resource, in place of the API of your own product."""

import secrets
from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, Resource, ResourceProvider


class RoomProvider(ResourceProvider):
    def create(self, props: dict[str, Any]) -> CreateResult:
        room = f"{props['topic']}-{secrets.token_hex(4)}"
        join_url = f"https://example.com/rooms/{room}?ticket={secrets.token_urlsafe(16)}"
        return CreateResult(room, {**props, "join_url": join_url})

    def diff(self, room: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        changed = olds["topic"] != news["topic"]
        return DiffResult(changes=changed, replaces=["topic"] if changed else [])


class Room(Resource, module="meetings", name="Room"):
    join_url: pulumi.Output[str]
    """The room's page with a ticket for one guest: a secret."""

    def __init__(self, name: str, topic: pulumi.Input[str]) -> None:
        super().__init__(
            RoomProvider(),
            name,
            {"topic": topic, "join_url": None},
            pulumi.ResourceOptions(additional_secret_outputs=["join_url"]),
        )
