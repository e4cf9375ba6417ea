"""`topicwire token`: who reads with a feed of their own."""

import click

from topicwire.cli.complete import readers, topic_ids
from topicwire.cli.door import Door, clock, examples, json_of, pass_door
from topicwire.cli.terminal import as_json, note, say, table
from topicwire.cli.verbs import Verbs
from topicwire.words import ago, be


@click.group(cls=Verbs)
def token() -> None:
    """Add, list and revoke the tokens of readers' own feeds."""


@token.command(epilog=examples("topicwire token add 'Ada Byron' --topic the-board"))
@click.argument("name")
@click.option(
    "--topic",
    "wanted",
    multiple=True,
    shell_complete=topic_ids,
    help="A private topic that it opens; repeatable.",
)
@click.option("--all", "opens_all", is_flag=True, help="Let it open every private topic.")
@json_of("{name, token, addresses: [url]}")
@pass_door
def add(
    door: Door, name: str, wanted: tuple[str, ...], *, opens_all: bool, wants_json: bool
) -> None:
    """Make a token for the reader NAME and print the addresses of their own feeds, this once.

    It opens all public topics, and the private ones that are named.
    """
    from secrets import token_urlsafe

    from topicwire.model.judging import ALL, Token
    from topicwire.publish.own import digest_of

    if not name.strip() or not name.isprintable():
        raise click.UsageError("Say as NAME, in one plain line, who reads: 'Ada Byron'.")
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
    addresses = [f"{url}/own/{minted}/topics/{each}.atom" for each in wanted or ("TOPIC",)]
    if wants_json:
        as_json({"name": name.strip(), "token": minted, "addresses": addresses})
        return
    for address in addresses:
        say(address)
    note("")
    note(
        f"Give this to {name.strip()}, with a topic's id for TOPIC; .rss and .json do as well. A reader "
        "that asks for a password may use the topic's ordinary address, and as the password the part "
        "between /own/ and /topics/. Only its digest is kept: it is not shown again."
    )


@token.command(name="list")
@json_of("[{name, created, revoked, last_seen, client, topics}]")
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
    say(f"{in_use} of {len(found)} tokens {be(in_use)} in use.")
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
@click.argument("name", shell_complete=readers)
@json_of("{name, revoked}")
@pass_door
def revoke(door: Door, name: str, *, wants_json: bool) -> None:
    """Let the token of NAME open nothing any more, from the next request on."""
    with door.app() as app:
        now = app.clock()
        app.store.revoke_token(name, now=now)
    if wants_json:
        as_json({"name": name, "revoked": now})
    note(f"The token of {name} is revoked; its feeds and links lead nowhere now.")
