"""Where a prompt of several turns waits for an answer."""

from __future__ import annotations


def turns(messages: list[dict[str, str]]) -> list[list[dict[str, str]]]:
    """Split a prompt into pieces that each end in a user turn to be answered.

    An assistant's turn that is given stays as it is and is not answered again.
    """
    pieces: list[list[dict[str, str]]] = []
    piece: list[dict[str, str]] = []
    for index, message in enumerate(messages):
        piece.append(message)
        following = messages[index + 1]["role"] if index + 1 < len(messages) else "assistant-to-be"
        if message["role"] == "user" and following != "assistant":
            pieces.append(piece)
            piece = []
    return pieces
