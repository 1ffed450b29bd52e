"""Fusion: sample alignment between two organisations by RSA blind signatures, as a small product of its own.

It runs alone: people and programs speak HTTP to it, and it speaks signed gRPC over mutual TLS to the fusion nodes of
partners whose identities its operator has added. It owns the files given to it, the alignments and their results.

What is learnt: the receiver learns which of its ids the sender has too, and the number of the sender's ids; the sender
learns the number of the receiver's ids and, with `share_result`, the common ones. An id is missed or matched wrongly
only when two of the tags of 128 bits collide: for a million ids on both sides with probability below 2^-87.
"""
