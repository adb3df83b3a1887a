"""What stands where in the objects of X: posts and messages of API v2 and of the classic v1.1, users, places, media."""

from pii.model import FieldGroup, Role
from pii.shapes import (
    COUNT,
    FLAG,
    LANGUAGE,
    POSITION,
    SHARE,
    TIME,
    Field,
    PersonKeys,
    Shape,
    Treatment,
    geo,
    words,
)

REFERENCE = Field("reference")
METRICS = Shape({}, other=COUNT)
_SPAN: dict[str, Treatment] = {
    "start": POSITION,
    "end": POSITION,
    "start_str": POSITION,
    "end_str": POSITION,
    "indices": POSITION,
}
_MEDIA_TYPES = words("photo", "video", "animated_gif", "media", "location")
_POINT = words("Point", "Polygon", "Feature")

MENTION = Shape(
    {
        **_SPAN,
        "id": Field("id"),
        "id_str": Field("id"),
        "username": Field("handle"),
        "screen_name": Field("handle"),
        "name": Field("name"),
    },
    person=PersonKeys(Role.MENTION, id=("id_str", "id"), handle=("username", "screen_name"), name=("name",)),
)
TAG = Shape({**_SPAN, "tag": Field("hashtag"), "text": Field("hashtag")})
URL = Shape(
    {
        **_SPAN,
        "url": Field("url"),
        "expanded_url": Field("permalink"),
        "unwound_url": Field("permalink"),
        "display_url": Field("url"),
        "media_key": REFERENCE,
        "status": POSITION,
    }
)
MEDIA = Shape(
    {
        "media_key": REFERENCE,
        "id": REFERENCE,
        "id_str": REFERENCE,
        "indices": POSITION,
        "type": _MEDIA_TYPES,
        "url": Field("media_url"),
        "media_url": Field("media_url"),
        "media_url_https": Field("media_url"),
        "preview_image_url": Field("media_url"),
        "expanded_url": Field("permalink"),
        "display_url": Field("url"),
        "alt_text": Field("alt_text"),
        "ext_alt_text": Field("alt_text"),
        "width": POSITION,
        "height": POSITION,
        "duration_ms": POSITION,
        "public_metrics": METRICS,
        "variants": Shape({"url": Field("media_url"), "bit_rate": POSITION}),
    }
)
ENTITIES = Shape(
    {
        "mentions": MENTION,
        "user_mentions": MENTION,
        "hashtags": TAG,
        "cashtags": TAG,
        "symbols": TAG,
        "urls": URL,
        "media": MEDIA,
        "annotations": Shape(
            {
                **_SPAN,
                "probability": SHARE,
                "type": words("Person", "Place", "Organization", "Product", "Other"),
                # X says that it found a name, not whose it is.
                "normalized_text": Field("annotation", group=FieldGroup.PERSON, of="nobody"),
            }
        ),
    }
)
_PROFILE_URL = Shape(
    {**_SPAN, "url": Field("url"), "expanded_url": Field("url"), "display_url": Field("url")},
)
_PROFILE = Field("profile")
USER = Shape(
    {
        "id": Field("id"),
        "id_str": Field("id"),
        "name": Field("name"),
        "username": Field("handle"),
        "screen_name": Field("handle"),
        "description": Field("bio"),
        "location": Field("location"),
        "url": Field("url"),
        "profile_image_url": Field("avatar_url"),
        "profile_image_url_https": Field("avatar_url"),
        "profile_banner_url": Field("avatar_url"),
        "entities": Shape({"url": Shape({"urls": _PROFILE_URL}), "description": Shape({"urls": _PROFILE_URL})}),
        "pinned_tweet_id": REFERENCE,
        "most_recent_tweet_id": REFERENCE,
        # When an account was opened and how many follow it singles a person out.
        "created_at": _PROFILE,
        "created_timestamp": _PROFILE,
        "public_metrics": Shape({}, other=_PROFILE),
        "followers_count": _PROFILE,
        "friends_count": _PROFILE,
        "listed_count": _PROFILE,
        "favourites_count": _PROFILE,
        "statuses_count": _PROFILE,
        "lang": LANGUAGE,
        "verified_type": words("none", "blue", "business", "government"),
        "translator_type": words("none", "regular", "badged", "moderator"),
        "profile_geo_enrichment": Shape(
            {
                "potential_locations": Shape(
                    {
                        "geo_entity": Shape(
                            {
                                "entity_id": geo("place_id"),
                                "display_name": geo("place"),
                                "locality": geo("place"),
                                "region": geo("place"),
                                "country_code": geo("place"),
                                "geo_point": geo("coordinates", whole=True),
                            }
                        )
                    }
                )
            },
            group=FieldGroup.GEO,
        ),
    },
    person=PersonKeys(Role.MENTION, id=("id_str", "id"), handle=("username", "screen_name"), name=("name",)),
)
PLACE = Shape(
    {
        "id": geo("place_id"),
        "full_name": geo("place"),
        "name": geo("place"),
        "country": geo("place"),
        "country_code": geo("place"),
        "url": geo("place_id"),
        "geo": geo("coordinates", whole=True),
        "bounding_box": geo("coordinates", whole=True),
        "centroid": geo("coordinates", whole=True),
    },
    group=FieldGroup.GEO,
)
POLL = Shape(
    {
        "id": REFERENCE,
        "options": Shape({"position": POSITION, "label": Field("poll_option"), "votes": POSITION}),
        "voting_status": words("open", "closed"),
        "end_datetime": TIME,
        "duration_minutes": POSITION,
    }
)
POST = Shape(
    {
        "id": Field("item_id"),
        "author_id": Field("id", of="author"),
        "created_at": TIME,
        "conversation_id": REFERENCE,
        "edit_history_tweet_ids": REFERENCE,
        "edit_controls": Shape(
            {
                "edits_remaining": COUNT,
                "edits_remaining_str": POSITION,
                "is_edit_eligible": FLAG,
                "editable_until": TIME,
            }
        ),
        "lang": LANGUAGE,
        "possibly_sensitive": FLAG,
        "paid_partnership": FLAG,
        "reply_settings": words("everyone", "following", "mentionedUsers", "subscribers", "verified", fact=True),
        "public_metrics": METRICS,
        "display_text_range": POSITION,
        "entities": ENTITIES,
        "note_tweet": Shape({"entities": ENTITIES}),
        "in_reply_to_user_id": Field("id", of="reply"),
        "attachments": Shape({"media_keys": REFERENCE, "poll_ids": REFERENCE}),
        "geo": Shape(
            {
                "place_id": geo("place_id"),
                "coordinates": Shape({"type": _POINT, "coordinates": geo("coordinates", whole=True)}),
            },
            group=FieldGroup.GEO,
        ),
        "referenced_tweets": Shape({"type": words("replied_to", "quoted", "retweeted"), "id": REFERENCE}),
        # Messages of API v2 share the object with posts.
        "sender_id": Field("id", of="author"),
        "dm_conversation_id": REFERENCE,
        "event_type": words("MessageCreate"),
    }
)
_EXTENDED = Shape({"entities": ENTITIES, "extended_entities": ENTITIES, "display_text_range": POSITION})
CLASSIC_POST = Shape(
    {
        "id": Field("item_id"),
        "id_str": Field("item_id"),
        "created_at": TIME,
        "timestamp_ms": TIME,
        "truncated": FLAG,
        "display_text_range": POSITION,
        "in_reply_to_status_id": REFERENCE,
        "in_reply_to_status_id_str": REFERENCE,
        "quoted_status_id": REFERENCE,
        "quoted_status_id_str": REFERENCE,
        "in_reply_to_user_id": Field("id", of="reply"),
        "in_reply_to_user_id_str": Field("id", of="reply"),
        "in_reply_to_screen_name": Field("handle", of="reply"),
        "user": USER,
        "geo": Shape({"type": _POINT, "coordinates": geo("geo lat,long", whole=True)}, group=FieldGroup.GEO),
        "coordinates": Shape(
            {"type": _POINT, "coordinates": geo("coordinates long,lat", whole=True)}, group=FieldGroup.GEO
        ),
        "place": PLACE,
        "is_quote_status": FLAG,
        "possibly_sensitive": FLAG,
        "extended_tweet": _EXTENDED,
        "entities": ENTITIES,
        "extended_entities": ENTITIES,
        "quote_count": COUNT,
        "reply_count": COUNT,
        "retweet_count": COUNT,
        "favorite_count": COUNT,
        "filter_level": words("none", "low", "medium"),
        "lang": LANGUAGE,
    }
)
_ATTACHED = Shape({**MEDIA.keys, "media_url": Field("attachment_url"), "media_url_https": Field("attachment_url")})
CLASSIC_MESSAGE = Shape(
    {
        "id": Field("item_id"),
        "type": words("message_create"),
        "created_timestamp": TIME,
        "message_create": Shape(
            {
                "target": Shape({"recipient_id": Field("id", of="recipient")}),
                "sender_id": Field("id", of="author"),
                "source_app_id": Field("client"),
                "message_data": Shape(
                    {
                        "entities": ENTITIES,
                        "attachment": Shape(
                            {
                                "type": _MEDIA_TYPES,
                                "media": _ATTACHED,
                                "location": Shape({"shared_place": PLACE}, group=FieldGroup.GEO),
                            }
                        ),
                    }
                ),
            }
        ),
    }
)
