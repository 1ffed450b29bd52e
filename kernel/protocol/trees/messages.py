"""The messages of vertical tree training. A provider talks to the promoter only."""

from kernel.core.message import Carries, Message
from kernel.core.party import Role

_DOWN, _UP = (Role.PROMOTER, Role.PROVIDER), (Role.PROVIDER, Role.PROMOTER)

KEY = Message(
    "key", *_DOWN, Carries.SIZES, "public key, numbers of rows, outputs and the hash of the order of training rows"
)
OFFER = Message(
    "offer", *_UP, Carries.SIZES, "numbers of rows and candidates, hash of the order of rows, kept checkpoints"
)
START = Message("start", *_DOWN, Carries.SIZES, "which members have candidates, and the checkpoint to go on from")
TREE = Message(
    "tree", *_DOWN, Carries.OPEN, "that a further tree begins, and the bitmap of its sampled rows; or the end"
)
GRADIENTS = Message(
    "gradients_ct", *_DOWN, Carries.CIPHERTEXT, "gradient and curvature of sampled rows under the sender's key"
)
SUMS = Message(
    "candidate_sums_ct",
    *_UP,
    Carries.CIPHERTEXT,
    "sums over the left side of each candidate split in a fresh order, blinded anew, under the receiver's key",
)
CHOICE = Message(
    "choice", *_DOWN, Carries.OPEN, "which nodes go on, and the positions of the receiver's candidates that won"
)
SIDES = Message(
    "sides", *_UP, Carries.OPEN, "left or right of the rows of each node that the sender's candidate splits"
)
ROUTES = Message("routes", *_DOWN, Carries.OPEN, "left or right of the rows of each node that others' candidates split")
NOISY = Message(
    "noised_bins",
    *_UP,
    Carries.OPEN,
    "with privacy by noise: the bin of every row in every column, each value randomised",
)
USED = Message(
    "used_splits", *_DOWN, Carries.OPEN, "with privacy by noise: which of the receiver's splits the trees use"
)
COUNTING = Message(
    "counting_splits",
    *_DOWN,
    Carries.SIZES,
    "with early_stop: how many of the receiver's first splits the trees ask for",
)
MESSAGES = (KEY, OFFER, START, TREE, GRADIENTS, SUMS, CHOICE, SIDES, ROUTES, NOISY, USED, COUNTING)
