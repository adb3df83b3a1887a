"""What stands where in the objects of Facebook: page webhooks, Messenger, and comments of the Graph API."""

from pii.model import FieldGroup, Role
from pii.shapes import COUNT, FLAG, LANGUAGE, POSITION, SHARE, TIME, Field, PersonKeys, Shape, geo, words

PLATFORM = "facebook"
REFERENCE = Field("reference")
_MEDIA = Field("media_url")

AUTHOR_KEYS = PersonKeys(Role.AUTHOR, id=("id",), name=("name",))
PERSON = Shape(
    {
        "id": Field("id"),
        "name": Field("name"),
        "email": Field("email"),
        "picture": Shape(
            {"data": Shape({"url": Field("avatar_url"), "height": POSITION, "width": POSITION, "is_silhouette": FLAG})}
        ),
    },
    person=AUTHOR_KEYS,
)
_THIRD = Shape(PERSON.keys, person=PersonKeys(Role.THIRD, id=("id",), name=("name",)))
MESSAGE_TAG = Shape(
    {
        "id": Field("id"),
        "name": Field("name"),
        "type": words("user", "page", "group", "event"),
        "offset": POSITION,
        "length": POSITION,
    },
    person=PersonKeys(Role.MENTION, id=("id",), name=("name",)),
)
_POST = Shape(
    {
        "id": REFERENCE,
        "permalink_url": Field("permalink"),
        "status_type": words(
            "added_photos", "added_video", "mobile_status_update", "shared_story", "wall_post", "published_story"
        ),
        "promotion_status": words("inactive", "active", "ineligible", "extendable"),
        "is_published": FLAG,
        "updated_time": TIME,
    }
)
CHANGE = Shape(
    {
        "from": PERSON,
        "sender_id": Field("id", of="author"),
        "sender_name": Field("name", of="author"),
        "reviewer_id": Field("id", of="author"),
        "reviewer_name": Field("name", of="author"),
        "recipient_id": Field("id", of="recipient"),
        "page_id": Field("id", of="page"),
        "post": _POST,
        "post_id": Field("item_id"),
        "comment_id": Field("item_id"),
        "parent_id": REFERENCE,
        "open_graph_story_id": Field("item_id"),
        "leadgen_id": Field("item_id"),
        "form_id": REFERENCE,
        "ad_id": REFERENCE,
        "adgroup_id": REFERENCE,
        "photo_id": REFERENCE,
        "video_id": REFERENCE,
        "share_id": REFERENCE,
        "photo": _MEDIA,
        "photos": _MEDIA,
        "video": _MEDIA,
        "link": Field("url"),
        "message_tags": MESSAGE_TAG,
        "created_time": TIME,
        "updated_time": TIME,
        "published": COUNT,
        "is_hidden": FLAG,
        "rating": COUNT,
        "recommendation_type": words("POSITIVE", "NEGATIVE", fact=True),
        "item": words(
            "comment", "post", "status", "photo", "video", "share", "album", "link", "note", "rating", fact=True
        ),
        "verb": words("add", "edit", "edited", "remove", "hide", "unhide"),
    }
)
_ENTITY = Shape(
    {
        # Meta's own extraction repeats what the text says of somebody, not whose it is.
        "body": Field("nlp_body", group=FieldGroup.PERSON, of="nobody"),
        "value": Field("nlp_value", group=FieldGroup.PERSON, of="nobody"),
        "start": POSITION,
        "end": POSITION,
        "confidence": SHARE,
        "type": words("value", "interval"),
    }
)
_ATTACHMENT = Shape(
    {
        "type": words("image", "video", "audio", "file", "location", "fallback", "template", fact=True),
        "title": Field("place_title"),
        "url": Field("url"),
        "payload": Shape(
            {
                "url": Field("attachment_url"),
                "title": Field("place_title"),
                "coordinates": geo("coordinates", whole=True),
                "sticker_id": POSITION,
            }
        ),
    }
)
_MESSAGE = Shape(
    {
        "mid": Field("item_id"),
        "reply_to": Shape({"mid": REFERENCE}),
        "is_echo": FLAG,
        "app_id": Field("client"),
        "nlp": Shape(
            {
                "entities": Shape({}, other=_ENTITY),
                "detected_locales": Shape({"locale": LANGUAGE, "confidence": SHARE}),
            }
        ),
        "attachments": _ATTACHMENT,
        "num_edit": COUNT,
    }
)
MESSAGING = Shape(
    {
        "sender": Shape({"id": Field("id", of="author")}),
        "recipient": Shape({"id": Field("id", of="recipient")}),
        "timestamp": TIME,
        "message": _MESSAGE,
        "message_edit": _MESSAGE,
    }
)
COMMENT = Shape(
    {
        "id": Field("item_id"),
        "from": PERSON,
        "created_time": TIME,
        "message_tags": MESSAGE_TAG,
        "permalink_url": Field("permalink"),
        "parent": Shape({"id": REFERENCE, "from": _THIRD}),
        "like_count": COUNT,
        "comment_count": COUNT,
        "is_hidden": FLAG,
        "is_private": FLAG,
        "user_likes": FLAG,
        "attachment": Shape(
            {"media": Shape({"image": Shape({"src": _MEDIA, "height": POSITION, "width": POSITION})}), "url": _MEDIA}
        ),
    }
)
