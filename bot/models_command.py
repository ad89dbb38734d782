"""`reportqa models`: a small model of one's own, for those without a key."""

from __future__ import annotations

import signal
from pathlib import Path
from threading import Event
from typing import Annotated

import typer

app = typer.Typer(help="Serve a small chat model on this machine.", rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """Keeps `serve` a command of its own while it is the only one."""


@app.command()
def serve(
    model: Annotated[
        Path | None,
        typer.Option(metavar="FILE.gguf", help="A model file; by default the small one of the extra local."),
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on loopback; 0 takes a free one.")] = 8089,
) -> None:
    """Serve a model with an OpenAI-compatible API on loopback until Ctrl-C."""
    from bot.chat.serving import ModelServer

    ended = Event()
    server = ModelServer(model, port)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    typer.echo(f"{server.name} answers at {server.url}; Ctrl-C ends it. In another terminal:", err=True)
    typer.echo(
        f"  REPORTQA_CHAT_MODEL=openai:{server.name} REPORTQA_CHAT_BASE_URL={server.url} "
        "REPORTQA_CHAT_STRUCTURED=text reportqa chat --reader chat",
        err=True,
    )
    typer.echo(server.url)
    while not ended.wait(1):  # a wait without end would keep the signal from being handled on some systems
        pass
    server.close()
