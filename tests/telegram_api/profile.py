"""Methods about the bot itself and about chats: who it is, what it can do, what it says of itself."""

from __future__ import annotations

import re
from typing import Any

from tests.telegram_api.errors import ApiError, Json, bad_request
from tests.telegram_api.formatting import utf16_length
from tests.telegram_api.parameters import Parameters
from tests.telegram_api.state import State

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}|")


def get_me(state: State, parameters: Parameters) -> Json:
    """getMe."""
    return state.bot_user()


def get_chat(state: State, parameters: Parameters) -> Json:
    """getChat."""
    return state.chat_of(parameters).to_json() | {"accent_color_id": 0, "max_reaction_count": 11}


def get_file(state: State, parameters: Parameters) -> Json:
    """getFile: there are no files here."""
    raise bad_request("invalid file_id")


def set_my_commands(state: State, parameters: Parameters) -> bool:
    """setMyCommands."""
    commands: Any = parameters.structure("commands")
    if not isinstance(commands, list):
        raise bad_request("can't parse commands: expected an Array of BotCommand")
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not _COMMAND.fullmatch(str(command.get("command", "")).removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= utf16_length(str(command.get("description", ""))) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    state.profile.commands[_scope(parameters), _language(parameters)] = commands
    return True


def get_my_commands(state: State, parameters: Parameters) -> list[Json]:
    """getMyCommands."""
    return state.profile.commands.get((_scope(parameters), _language(parameters)), [])


def delete_my_commands(state: State, parameters: Parameters) -> bool:
    """deleteMyCommands."""
    state.profile.commands.pop((_scope(parameters), _language(parameters)), None)
    return True


def set_my_name(state: State, parameters: Parameters) -> bool:
    """setMyName."""
    return _set(state.profile.names, parameters, "name", 64, bad_request("BOT_NAME_INVALID"))


def set_my_description(state: State, parameters: Parameters) -> bool:
    """setMyDescription."""
    error = bad_request("BOT_DESCRIPTION_INVALID")
    return _set(state.profile.descriptions, parameters, "description", 512, error)


def set_my_short_description(state: State, parameters: Parameters) -> bool:
    """setMyShortDescription."""
    error = bad_request("BOT_SHORT_DESCRIPTION_INVALID")
    return _set(state.profile.short_descriptions, parameters, "short_description", 120, error)


def get_my_name(state: State, parameters: Parameters) -> Json:
    """getMyName."""
    return {"name": state.profile.names.get(_language(parameters), state.bot["first_name"])}


def get_my_description(state: State, parameters: Parameters) -> Json:
    """getMyDescription."""
    return {"description": state.profile.descriptions.get(_language(parameters), "")}


def get_my_short_description(state: State, parameters: Parameters) -> Json:
    """getMyShortDescription."""
    return {"short_description": state.profile.short_descriptions.get(_language(parameters), "")}


def _set(texts: dict[str, str], parameters: Parameters, name: str, limit: int, error: ApiError) -> bool:
    language, text = _language(parameters), parameters.text(name)
    if utf16_length(text) > limit:
        raise error
    texts[language] = text
    return True


def _language(parameters: Parameters) -> str:
    """Two letters or none: a script such as zh-hans is refused."""
    code = parameters.text("language_code")
    if not _LANGUAGE.fullmatch(code):
        raise bad_request("invalid language code specified")
    return code


def _scope(parameters: Parameters) -> str:
    scope: Any = parameters.structure("scope") or {"type": "default"}
    kinds = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators", "chat")
    if scope.get("type") not in (*kinds, "chat_administrators", "chat_member"):
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    return str(scope["type"])
