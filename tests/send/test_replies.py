"""What a server's word means for a letter, and what stops the run because it is about us."""

import pytest

from chipwire.errors import SendStopped
from chipwire.send.replies import Deferred, Outcome, Refused, Unreachable, refusal
from tests.cases import every


@every(
    ("code", "text", "expected"),
    [
        (421, b"4.3.2 going down", Unreachable("421 4.3.2 going down")),
        (450, b"4.2.0 greylisted", Deferred("450 4.2.0 greylisted")),
        (452, b"4.2.2 mailbox full", Deferred("452 4.2.2 mailbox full")),
        (550, b"5.1.1 no such user", Refused("550 5.1.1 no such user", gone=True)),
        (550, b"5.2.1 mailbox disabled", Refused("550 5.2.1 mailbox disabled")),
        (550, b"no such user here", Refused("550 no such user here")),
    ],
)
def test_a_refusal_is_an_outcome_of_the_letter(code: int, text: bytes, expected: Outcome) -> None:
    assert refusal(code, text) == expected


@pytest.mark.parametrize(
    ("code", "text"), [(550, b"5.7.1 policy"), (554, b"5.7.26 not signed"), (530, b"log in first")]
)
def test_a_refusal_of_us_stops_the_run(code: int, text: bytes) -> None:
    with pytest.raises(SendStopped, match=text.decode()):
        refusal(code, text)
