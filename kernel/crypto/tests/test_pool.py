"""Factors made ahead: each is used once, by one process, under one key."""

import multiprocessing
import pickle
import threading

import numpy as np
import pytest

from kernel.crypto.paillier import PublicKey
from kernel.crypto.paillier.owner import PrivateKey
from kernel.crypto.paillier.pool import BlindingPool
from kernel.crypto.paillier.scheme import OwnPaillier
from kernel.crypto.prg import Stream, SystemRng
from kernel.crypto.tests import toy

CAPACITY = 100
LIMIT_S = 60.0


@pytest.fixture
def pool():
    made = BlindingPool(toy.private_key(), SystemRng(), CAPACITY)
    yield made
    made.close()


def test_it_fills_to_its_capacity_and_again(pool):
    for count in (1, CAPACITY, 7):
        assert pool.wait_full(LIMIT_S)
        assert len(pool) == CAPACITY
        assert len(pool.take(count)) == count


def test_no_more_is_handed_out_than_there_is(pool):
    assert pool.wait_full(LIMIT_S)
    assert len(pool.take(10 * CAPACITY)) == CAPACITY


def test_many_threads_never_get_the_same_factor(pool):
    taken, lock = [], threading.Lock()

    def work():
        for count in (1, 3, 0, 17, 40) * 8:
            rows = [row.tobytes() for row in pool.take(count)]
            with lock:
                taken.extend(rows)

    assert pool.wait_full(LIMIT_S)
    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) >= CAPACITY
    assert len(set(taken)) == len(taken)
    assert bytes(toy.PUBLIC.cipher_bytes) not in taken


def test_factors_are_encryptions_of_zero_and_leave_no_copy(pool):
    assert pool.wait_full(LIMIT_S)
    with pool._changed:  # the filling thread waits meanwhile
        taken = pool.take(30)
        assert not np.any(pool._held[CAPACITY - 30 :])
    assert OwnPaillier(toy.private_key(), SystemRng()).decrypt(_block(taken)) == [0] * 30


def _block(data):
    from kernel.crypto.paillier import Block

    return Block(toy.PUBLIC, data)


def test_encryption_uses_the_pool_and_makes_the_rest(pool):
    scheme = OwnPaillier(toy.private_key(), Stream(b"p" * 32, "rest"), pool)
    assert pool.wait_full(LIMIT_S)
    values = list(range(CAPACITY + 20))
    block = scheme.encrypt(values)
    assert scheme.decrypt(block) == values
    assert scheme.decrypt(scheme.rerandomise(block)) == values
    rest = OwnPaillier(toy.private_key(), Stream(b"p" * 32, "rest")).encrypt(values[CAPACITY:])
    assert block[CAPACITY:] == rest


def test_a_pool_of_another_key_is_refused(pool):
    other = PrivateKey(toy.P, toy.Q, PublicKey(toy.N, toy.PUBLIC.base**2 % toy.PUBLIC.modulus))
    with pytest.raises(ValueError, match="another key"):
        OwnPaillier(other, SystemRng(), pool)


def test_closing_wipes_and_ends_the_thread():
    pool = BlindingPool(toy.private_key(), SystemRng(), CAPACITY)
    assert pool.wait_full(LIMIT_S)
    pool.close()
    assert not np.any(pool._held)
    assert len(pool.take(5)) == 0
    assert not pool._thread.is_alive()


def test_nobody_takes_while_it_wipes():
    pool = BlindingPool(toy.private_key(), SystemRng(), CAPACITY)
    assert pool.wait_full(LIMIT_S)
    alone = []

    class Watched(np.ndarray):
        def __setitem__(self, key, value):
            alone.append(pool._changed._is_owned())
            super().__setitem__(key, value)

    pool._held = pool._held.view(Watched)
    pool.close()
    assert alone == [True]


def test_it_stays_in_its_process(pool):
    with pytest.raises(TypeError):
        pickle.dumps(pool)
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()

    def child():
        try:
            pool.take(1)
        except RuntimeError:
            there.send("refused")
        else:
            there.send("taken")

    process = context.Process(target=child)
    process.start()
    assert here.poll(LIMIT_S)
    assert here.recv() == "refused"
    process.join()
