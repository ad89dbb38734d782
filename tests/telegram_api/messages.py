"""Methods that show, change or take away what a chat shows."""

from __future__ import annotations

from typing import Any

from tests.telegram_api.chats import Chat, Message
from tests.telegram_api.errors import Json, bad_request
from tests.telegram_api.formatting import FormattedText, formatted
from tests.telegram_api.keyboards import inline_keyboard
from tests.telegram_api.parameters import Parameters
from tests.telegram_api.state import State, now

ACTIONS = frozenset(
    "typing upload_photo record_video upload_video record_voice upload_voice record_audio upload_audio upload_document "
    "choose_sticker find_location record_video_note upload_video_note".split()
)


def send_message(state: State, parameters: Parameters) -> Json:
    """sendMessage."""
    chat = state.chat_of(parameters)
    text = _text(parameters)
    keyboard = inline_keyboard(parameters.structure("reply_markup"))
    reply_to = _reply_to(chat, parameters)
    return _show(state, chat, text, keyboard, reply_to).to_json()


def send_message_draft(state: State, parameters: Parameters) -> bool:
    """sendMessageDraft: the text that a private chat shows until the message comes."""
    chat = state.chat_of(parameters)
    if chat.type != "private":
        raise bad_request("TEXTDRAFT_PEER_INVALID")
    if not parameters.integer("draft_id"):
        raise bad_request("draft_id must be non-zero")
    chat.draft = _text(parameters).text if parameters.text("text") else ""
    chat.drafts.append(chat.draft)
    chat.changed()
    return True


def send_chat_action(state: State, parameters: Parameters) -> bool:
    """sendChatAction."""
    chat = state.chat_of(parameters)
    if parameters.text("action").lower() not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.actions.append(parameters.text("action"))
    chat.changed()
    return True


def send_document(state: State, parameters: Parameters) -> Json:
    """sendDocument, with the caption as text."""
    chat = state.chat_of(parameters)
    if not parameters.files and not parameters.text("document"):
        raise bad_request("there is no document in the request")
    caption = parameters.text("caption")
    text = formatted(caption, parameters.text("parse_mode")) if caption else FormattedText("")
    message = _show(state, chat, text, None, _reply_to(chat, parameters))
    message.parts["document"] = {"file_id": state.new_id(), "file_unique_id": state.new_id()}
    return message.to_json()


def edit_message_text(state: State, parameters: Parameters) -> Json | bool:
    """editMessageText. Without a keyboard the message has none afterwards."""
    message = state.own_message(parameters, "edit")
    text = _text(parameters)
    keyboard = inline_keyboard(parameters.structure("reply_markup"))
    if (text.text, text.entities, keyboard) == (message.text, message.entities, message.keyboard):
        raise _not_modified()
    message.edits.append(message.text)
    message.text, message.entities, message.keyboard, message.edited = text.text, text.entities, keyboard, now()
    message.chat.changed()
    return True if parameters.text("inline_message_id") else message.to_json()


def edit_message_reply_markup(state: State, parameters: Parameters) -> Json | bool:
    """editMessageReplyMarkup."""
    message = state.own_message(parameters, "edit")
    keyboard = inline_keyboard(parameters.structure("reply_markup"))
    if keyboard == message.keyboard:
        raise _not_modified()
    message.keyboard = keyboard
    message.chat.changed()
    return True if parameters.text("inline_message_id") else message.to_json()


def delete_message(state: State, parameters: Parameters) -> bool:
    """deleteMessage."""
    message = state.own_message(parameters, "delete")
    message.deleted = True
    message.chat.changed()
    return True


def delete_messages(state: State, parameters: Parameters) -> bool:
    """deleteMessages; those that are not there are skipped."""
    chat = state.chat_of(parameters)
    ids: Any = parameters.structure("message_ids")
    if not isinstance(ids, list) or not 1 <= len(ids) <= 100:
        raise bad_request("message identifiers are not specified")
    for message in filter(None, map(chat.find, ids)):
        message.deleted = True
    chat.changed()
    return True


def _show(state: State, chat: Chat, text: FormattedText, keyboard: Any, reply_to: Message | None) -> Message:
    return chat.add(Message(chat.new_id(), chat, state.bot, now(), text.text, text.entities, keyboard, reply_to))


def _text(parameters: Parameters) -> FormattedText:
    return formatted(parameters.text("text"), parameters.text("parse_mode"), parameters.structure("entities"))


def _reply_to(chat: Chat, parameters: Parameters) -> Message | None:
    wanted: Any = parameters.structure("reply_parameters") or {
        "message_id": parameters.integer("reply_to_message_id"),
        "allow_sending_without_reply": parameters.boolean("allow_sending_without_reply"),
    }
    if not wanted.get("message_id"):
        return None
    message = chat.find(int(wanted["message_id"]))
    if message is None and not wanted.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return message


def _not_modified() -> Exception:
    return bad_request(
        "message is not modified: specified new message content and reply markup are exactly the same as a current "
        "content and reply markup of the message"
    )
