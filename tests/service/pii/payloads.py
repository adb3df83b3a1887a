"""Bodies as platforms send them, small enough to see what a test is about. All people are invented."""

import json
from typing import Any

MONI = {"id": "1600000000000000901", "username": "quitten_moni", "name": "Monika Quittenbäumer"}
THEO = {"id": "1600000000000000902", "username": "th_apfelkern", "name": "Theo Apfelkern"}
RITA = {"id": "1600000000000000903", "username": "rita_walnuss", "name": "Rita Walnussbaum"}
USERS = {user["id"]: user for user in (MONI, THEO, RITA)}


def x_post(number: int, text: str, author: dict[str, str] = MONI, **more: Any) -> dict[str, Any]:
    """Return a post of X; `number` makes its id."""
    return {
        "id": f"20900000000000{number:05}",
        "text": text,
        "author_id": author["id"],
        "created_at": f"2026-11-12T08:{number % 60:02}:00.000Z",
        "lang": "de",
        **more,
    }


def mentioning(*users: dict[str, str]) -> dict[str, Any]:
    """Return the entities of a post that names users; where is of no matter here."""
    named = [{"start": 0, "end": 1, "username": user["username"], "id": user["id"]} for user in users]
    return {"entities": {"mentions": named}}


def x_page(*posts: dict[str, Any]) -> bytes:
    """Return an answer of API v2 with posts and the profiles of everybody."""
    document = {"data": list(posts), "includes": {"users": list(USERS.values())}, "meta": {"result_count": len(posts)}}
    return json.dumps(document, ensure_ascii=False).encode()


def x_order(word: str, **body: Any) -> bytes:
    """Return one line of a compliance stream."""
    return json.dumps({"data": {word: {"event_at": "2026-11-19T08:00:00.000Z", **body}}}).encode()


def x_about_post(word: str, number: int, author: dict[str, str] = MONI) -> bytes:
    return x_order(word, tweet={"id": f"20900000000000{number:05}", "author_id": author["id"]})


def x_about_user(word: str, user: dict[str, str] = MONI, **more: Any) -> bytes:
    return x_order(word, user={"id": user["id"]}, **more)


def x_message(number: int, text: str, author: dict[str, str] = MONI) -> bytes:
    """Return a direct message to the brand."""
    event = {
        "type": "message_create",
        "id": f"20900000000000{number:05}",
        "created_timestamp": "1794471000000",
        "message_create": {
            "target": {"recipient_id": "1500000000000000001"},
            "sender_id": author["id"],
            "message_data": {"text": text, "entities": {}},
        },
    }
    return json.dumps({"for_user_id": "1500000000000000001", "direct_message_events": [event]}).encode()


def facebook_comment(
    number: int, text: str | None, *, verb: str = "add", name: str = "Wiebke Tannhäuser", parent: int | None = None
) -> bytes:
    """Return a comment below post 455667 of the page, or below the comment `parent`."""
    post = "104857600112233_455667"
    value: dict[str, Any] = {
        "item": "comment",
        "verb": verb,
        "comment_id": f"455667_{number}",
        "post_id": post,
        "parent_id": post if parent is None else f"455667_{parent}",
        "created_time": 1794470000 + number,
        "from": {"id": f"77000000{sum(map(ord, name))}", "name": name},
    }
    if text is not None:
        value["message"] = text
    changes = [{"field": "feed", "value": value}]
    return json.dumps({"object": "page", "entry": [{"id": "104857600112233", "time": 1, "changes": changes}]}).encode()


def facebook_post_removed() -> bytes:
    """Return that post 455667 was removed."""
    value = {"item": "post", "verb": "remove", "post_id": "104857600112233_455667", "created_time": 1794480000}
    changes = [{"field": "feed", "value": value}]
    return json.dumps({"object": "page", "entry": [{"id": "104857600112233", "time": 1, "changes": changes}]}).encode()
