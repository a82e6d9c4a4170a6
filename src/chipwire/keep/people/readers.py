"""Readers and the addresses we never write to again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import Connection, RowMapping, delete, select, update

from chipwire.domain import Reader, ReaderStatus, muting
from chipwire.domain.language import NO_LANGUAGE, ranged
from chipwire.errors import BadQuery, NotFound
from chipwire.keep.people import alerts, letters, outbox
from chipwire.keep.sql.meta import insert
from chipwire.keep.tables import table

_READER, _SUPPRESSION = table("reader"), table("suppression")
_TOLD = table("reader_story")
ASK_AGAIN = timedelta(hours=1)
UNCONFIRMED = timedelta(days=7)
MUTED = 200
CHOICES = frozenset(Reader.model_fields) - {"id", "email", "created", "confirmed", "watermark"}


def add(c: Connection, reader: Reader) -> Reader:
    """Add a subscription; returns it with its id. BadQuery when a field is wrong or the address is suppressed."""
    reader = checked(reader)
    if suppressed(c, reader.email):
        raise BadQuery(f"{reader.email} is on the suppression list", parameter="email")
    values = reader.model_dump(exclude={"id"})
    statement = insert(c, _READER).values(**values).on_conflict_do_nothing(index_elements=["email"])
    number = c.execute(statement.returning(_READER.c.id)).scalar()
    if number is None:
        raise BadQuery(f"{reader.email} is a reader already", parameter="email")
    return reader.model_copy(update={"id": number})


def checked(reader: Reader) -> Reader:
    """The reader with address, zone and languages in canonical form; BadQuery names the field that is wrong."""
    from email_validator import EmailNotValidError, validate_email  # brings a DNS client, which reading never needs

    try:
        found = validate_email(
            reader.email, check_deliverability=False, allow_smtputf8=False, test_environment=True, strict=True
        )
    except EmailNotValidError as error:
        raise BadQuery(f"{reader.email!r} is not an e-mail address: {error}", parameter="email") from error
    if reader.zone not in _zones():
        raise BadQuery(f"{reader.zone!r} is not an IANA time zone such as Asia/Jakarta", parameter="zone")
    if not reader.weekdays or not set(reader.weekdays) <= set(range(7)):
        raise BadQuery("weekdays are numbers from 0 (Monday) to 6, at least one", parameter="weekdays")
    if wrong := [tag for tag in reader.languages if ranged(tag) is None]:
        raise BadQuery(f"{wrong[0]!r} {NO_LANGUAGE}", parameter="languages")
    languages = list(dict.fromkeys(ranged(tag) or tag for tag in reader.languages))
    email = f"{found.local_part}@{found.ascii_domain}".lower()
    canonical = {"email": email, "zone": ZoneInfo(reader.zone).key, "languages": languages}
    return reader.model_copy(update={**canonical, "muted": _muted(reader.muted)})


def _muted(said: Sequence[str]) -> list[str]:
    lines = [muting(one) for one in said]
    if wrong := [one for one, line in zip(said, lines, strict=True) if line is None]:
        told = "is neither an outlet's host nor words of 2 to 80 letters nor story:NUMBER"
        raise BadQuery(f"{wrong[0]!r} {told}", parameter="muted")
    if len(lines) > MUTED:
        raise BadQuery(f"{MUTED} is the most that may be left out: take some back first", parameter="muted")
    return list(dict.fromkeys(line for line in lines if line))


def change(c: Connection, reader_id: int, **choices: Any) -> Reader:
    """Change a reader's choices (CHOICES); NotFound for an unknown id, BadQuery for a wrong value.

    Nobody becomes active whose address is on the suppression list.
    """
    if unknown := set(choices) - CHOICES:
        raise BadQuery(f"{', '.join(sorted(unknown))} cannot be changed", parameter=min(unknown))
    reader = checked(Reader.model_validate({**get(c, reader_id).model_dump(), **choices}))
    if choices.get("status") == "active" and (reason := suppressed(c, reader.email)):
        raise BadQuery(f"{reader.email} is on the suppression list: {reason}", parameter="status")
    if choices:
        c.execute(update(_READER).where(_READER.c.id == reader_id).values(**{k: getattr(reader, k) for k in choices}))
    if reader.status != "active":
        outbox.cancel(c, reader_id)
    return reader


def mute_story(c: Connection, reader_id: int, story_id: int) -> Reader:
    """No more of a story; of many stories the oldest make room: they get no new reports any more."""
    line, lines = f"story:{story_id}", get(c, reader_id).muted
    rest = [one for one in lines if one != line]
    while len(rest) >= MUTED and (oldest := next((one for one in rest if one.startswith("story:")), None)):
        rest.remove(oldest)
    return change(c, reader_id, muted=[*rest, line])


def ask(c: Connection, wanted: Reader, now: datetime) -> Reader | None:
    """Somebody wants a subscription: the pending reader to be asked for confirmation, or None when nothing is due.

    Nothing is due for suppressed and active addresses, and within an hour of the last confirmation letter. The choices
    of a pending or former reader become the wanted ones; what they muted, which nobody asks here, stays.
    """
    wanted = checked(wanted)
    known = find(c, wanted.email)
    if suppressed(c, wanted.email) or (known and known.status not in ("pending", "unsubscribed")):
        return None
    if known is None:
        return add(c, wanted.model_copy(update={"status": "pending", "confirmed": None, "created": now}))
    assert known.id is not None
    last = letters.last_queued(c, known.id, "confirm")
    if last is not None and abs(now - last) < ASK_AGAIN:  # one far in the future was of a wrong clock
        return None
    return change(c, known.id, **wanted.model_dump(include=set(CHOICES) - {"status", "muted"}), status="pending")


def forget_pending(c: Connection, now: datetime) -> int:
    """Addresses that never confirmed are deleted."""
    stale = (_READER.c.status == "pending") & (_READER.c.created < now - UNCONFIRMED)
    return c.execute(delete(_READER).where(stale)).rowcount


def confirm(c: Connection, reader_id: int, now: datetime) -> Reader:
    """A pending subscription begins; doing it twice changes nothing."""
    reader = get(c, reader_id)
    if reader.status == "pending":
        c.execute(update(_READER).where(_READER.c.id == reader_id).values(status="active", confirmed=now))
    return get(c, reader_id)


def set_status(c: Connection, reader_id: int, status: ReaderStatus) -> None:
    """Pause, resume or unsubscribe; letters that have not left are cancelled unless the reader is active."""
    c.execute(update(_READER).where(_READER.c.id == reader_id).values(status=status))
    if status != "active":
        outbox.cancel(c, reader_id)


def listing(c: Connection, status: str | None = None) -> list[Reader]:
    query = select(_READER).order_by(_READER.c.id)
    return [_reader(row) for row in c.execute(query.where(_READER.c.status == status) if status else query).mappings()]


def active(c: Connection) -> list[Reader]:
    return listing(c, "active")


def get(c: Connection, reader_id: int) -> Reader:
    """NotFound when there is none."""
    row = c.execute(select(_READER).where(_READER.c.id == reader_id)).mappings().first()
    if row is None:
        raise NotFound(f"there is no reader {reader_id}")
    return _reader(row)


def find(c: Connection, email: str) -> Reader | None:
    row = c.execute(select(_READER).where(_READER.c.email == email.lower())).mappings().first()
    return _reader(row) if row else None


def remove(c: Connection, reader_id: int) -> None:
    """Forget a reader and every letter; a suppression of the address stays. NotFound when there is none."""
    get(c, reader_id)
    c.execute(delete(_READER).where(_READER.c.id == reader_id))


def export(c: Connection, reader_id: int) -> dict[str, Any]:
    """Everything held about a reader, fit for JSON: the subscription, the letters without bodies, stories told."""
    reader = get(c, reader_id)
    told = c.execute(
        select(_TOLD.c.story_id, _TOLD.c.last_item, _TOLD.c.letter_id, _TOLD.c.shown).where(
            _TOLD.c.reader_id == reader_id
        )
    )
    return {
        "reader": reader.model_dump(mode="json"),
        "letters": [letter.model_dump(mode="json", exclude={"body"}) for letter in letters.listing(c, reader_id)],
        "told": [dict(row) for row in told.mappings()],
        "alerts": [alert.model_dump(mode="json") for alert in alerts.listing(c, reader_id)],
        "suppressed": suppressed(c, reader.email),
    }


def suppress(c: Connection, email: str, reason: str, now: datetime) -> None:
    """Never write to this address again; its reader becomes 'suppressed' and unsent letters are cancelled."""
    statement = insert(c, _SUPPRESSION).values(email=email.lower(), reason=reason, at=now)
    c.execute(statement.on_conflict_do_nothing(index_elements=["email"]))
    if reader := find(c, email):
        assert reader.id is not None
        set_status(c, reader.id, "suppressed")


def unsuppress(c: Connection, email: str) -> None:
    """The person who runs the service takes an address off the list; its reader, if any, stays as it is."""
    c.execute(delete(_SUPPRESSION).where(_SUPPRESSION.c.email == email.lower()))


def suppressed(c: Connection, email: str) -> str | None:
    """Why the address is on the suppression list, or None."""
    return c.execute(select(_SUPPRESSION.c.reason).where(_SUPPRESSION.c.email == email.lower())).scalar()


def suppressions(c: Connection) -> list[dict[str, Any]]:
    return [dict(row) for row in c.execute(select(_SUPPRESSION).order_by(_SUPPRESSION.c.at)).mappings()]


@cache
def _zones() -> set[str]:
    """Reading the zone database takes a while; it does not change while we run."""
    return available_timezones()


def _reader(row: RowMapping) -> Reader:
    return Reader.model_construct(**row)
