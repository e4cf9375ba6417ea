"""`topicwire token`: who reads with a feed of their own."""

import click

from topicwire.cli.door import Door, clock, json_option, pass_door
from topicwire.cli.terminal import ago, as_json, say, table


@click.group()
def token() -> None:
    """Add, list and revoke the tokens of readers' own feeds."""


@token.command()
@click.argument("name")
@click.option("--topic", "wanted", multiple=True, help="A private topic that it opens; repeatable.")
@click.option("--all", "opens_all", is_flag=True, help="Let it open every private topic.")
@pass_door
def add(door: Door, name: str, wanted: tuple[str, ...], *, opens_all: bool) -> None:
    """Make a token for the reader NAME and print the addresses of their own feeds, this once.

    It opens all public topics, and the private ones that are named.
    """
    from secrets import token_urlsafe

    from topicwire.cli.topic.rulings import check_words
    from topicwire.model.judging import ALL, Token
    from topicwire.publish.own import digest_of

    check_words(name=name)
    minted = token_urlsafe(32)
    with door.app() as app:
        for topic_id in wanted:
            app.store.standing(topic_id)  # a topic that is not there is told by name
        app.store.add_token(
            Token(
                digest=digest_of(minted),
                name=name.strip(),
                created=app.clock(),
                topics=(ALL,) if opens_all else wanted,
            )
        )
        url = app.settings.public_url
    for topic_id in wanted or ("TOPIC",):
        say(f"{url}/own/{minted}/topics/{topic_id}.atom")
    say()
    say(
        f"Give this to {name.strip()}, with a topic's id for TOPIC; .rss and .json do as well. A reader "
        "that asks for a password may use the topic's ordinary address, and as the password the part "
        "between /own/ and /topics/. Only its digest is kept: it is not shown again."
    )


@token.command(name="list")
@json_option
@pass_door
def list_(door: Door, *, wants_json: bool) -> None:
    """List the tokens: whose they are, and when and with what they last read."""
    from topicwire.model.judging import ALL

    with door.app() as app:
        found = app.store.tokens()
    if wants_json:
        as_json(
            [
                {
                    "name": each.name,
                    "created": each.created,
                    "revoked": each.revoked,
                    "last_seen": each.last_seen,
                    "client": each.client,
                    "topics": each.topics,
                }
                for each in found
            ]
        )
        return
    in_use = sum(1 for each in found if each.revoked is None)
    say(f"{in_use} of {len(found)} tokens are in use.")
    if found:
        now = clock()
        table(
            ("name", "made", "state", "opens", "last read", "with"),
            (
                (
                    each.name,
                    ago(each.created, now),
                    "in use" if each.revoked is None else f"revoked {ago(each.revoked, now)}",
                    "all" if ALL in each.topics else ", ".join(("public", *each.topics)),
                    ago(each.last_seen, now),
                    each.client,
                )
                for each in found
            ),
        )


@token.command()
@click.argument("name")
@pass_door
def revoke(door: Door, name: str) -> None:
    """Let the token of NAME open nothing any more, from the next request on."""
    with door.app() as app:
        app.store.revoke_token(name, now=app.clock())
    say(f"The token of {name} is revoked; its feeds and links lead nowhere now.")
