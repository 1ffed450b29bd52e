"""Fusion: sample alignment between two organisations by private set intersection, as a small product of its own.

It runs alone: people and programs speak HTTP to it, and it speaks signed gRPC over mutual TLS to the fusion nodes of
partners whose identities its operator has added. It owns the files given to it, the alignments and their results.

Who learns what is agreed on: the receiver which of its ids are common, or each side, or the receiver how many only;
both learn the size of the other set. The protocols are those of `kernel/protocol/psi`; `proto/fusion/v1` says how nodes
speak.
"""
