"""What ids are hashed under: the same at both nodes of an alignment, and at no other two."""

from dataclasses import replace

from fusion.domain import states
from fusion.domain.key_rule import KeyRule
from fusion.domain.models import Task
from fusion.service.terms import salt_of, table_key

OURS = Task(
    task="0" * 32,
    name="",
    partner="beta",
    role=states.SENDER,
    proposed_here=True,
    state=states.RUNNING,
    protocol="curve25519",
    learns="receiver",
    key_rule=KeyRule(),
    created_ms=0,
    expires_ms=1,
    salt=b"s" * 32,
)
THEIRS = replace(OURS, partner="alpha", role=states.RECEIVER, proposed_here=False)


def test_both_nodes_hash_alike() -> None:
    assert salt_of(OURS, "alpha") == salt_of(THEIRS, "beta")


def test_messages_that_a_partner_hands_on_to_a_third_node_match_nothing() -> None:
    """Beta proposes to gamma what alpha has proposed to it, under the same task and salt."""
    handed_on = replace(THEIRS, partner="beta")
    assert salt_of(handed_on, "gamma") != salt_of(OURS, "alpha")


def test_each_alignment_hashes_anew() -> None:
    others = [replace(OURS, task="1" * 32), replace(OURS, salt=b"t" * 32), replace(OURS, proposed_here=False)]
    assert len({salt_of(one, "alpha") for one in (OURS, *others)}) == 4


def test_a_tables_ids_are_bound_to_both_nodes_their_roles_and_the_table() -> None:
    ours = replace(OURS, table_name="a" * 64, table_salt=b"t" * 32)
    theirs = replace(THEIRS, table_name="a" * 64, table_salt=b"t" * 32)
    key = salt_of(ours, "alpha")
    assert key == salt_of(theirs, "beta") == table_key("alpha", "beta", b"t" * 32)
    for_later = replace(ours, task="1" * 32, salt=b"u" * 32, proposed_here=False)
    assert salt_of(for_later, "alpha") == key
    handed_on = replace(theirs, partner="beta")  # beta gives gamma the rows as its own
    asked_for = replace(ours, partner="gamma")  # and asks alpha what gamma asks
    swapped = replace(ours, role=states.RECEIVER)
    others = [salt_of(handed_on, "gamma"), salt_of(asked_for, "alpha"), salt_of(swapped, "alpha")]
    others += [salt_of(replace(ours, table_salt=b"v" * 32), "alpha"), salt_of(OURS, "alpha")]
    assert len({key, *others}) == 6
