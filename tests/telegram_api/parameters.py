"""The parameters of a call, however they came: query string, form, multipart or JSON."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import BodyPartReader, web

from tests.telegram_api.errors import bad_request


class Parameters:
    """Parameters by name, each a text as the Bot API has them; structures are JSON inside of the text."""

    def __init__(self, values: dict[str, str], files: dict[str, bytes] | None = None) -> None:
        self.values = values
        self.files = files or {}

    @classmethod
    async def read(cls, request: web.Request) -> Parameters:
        """The parameters of a request.

        Raises:
            ApiError: the body is not what its content type says.
        """
        values = dict(request.query)
        files: dict[str, bytes] = {}
        if request.content_type == "application/json":
            values |= _from_json(await request.text())
        elif request.content_type == "multipart/form-data":
            async for part in await request.multipart():
                assert isinstance(part, BodyPartReader)
                content = bytes(await part.read())
                if part.filename is None:
                    values[str(part.name)] = content.decode()
                else:
                    files[str(part.name)] = content
        else:
            values |= {name: str(value) for name, value in (await request.post()).items()}
        return cls(values, files)

    def text(self, name: str) -> str:
        """A text; empty where it is missing, which the Bot API does not tell apart."""
        return self.values.get(name, "")

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number; one that is missing or is no number is the default, as the Bot API has it."""
        try:
            return int(self.values.get(name, default))
        except ValueError:
            return default

    def boolean(self, name: str) -> bool:
        """Whether it is true, yes or 1."""
        return self.text(name).lower() in ("true", "yes", "1")

    def structure(self, name: str) -> Any:
        """A JSON value, None where it is missing.

        Raises:
            ApiError: it is no JSON.
        """
        if not self.text(name):
            return None
        try:
            return json.loads(self.text(name))
        except ValueError as error:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from error


def _from_json(body: str) -> dict[str, str]:
    try:
        given = json.loads(body or "{}")
    except ValueError as error:
        raise bad_request("can't parse the request body as a JSON object") from error
    if not isinstance(given, dict):
        raise bad_request("can't parse the request body as a JSON object")
    return {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in given.items()
        if value is not None
    }
