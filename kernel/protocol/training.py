"""The id of a training: the same in the parts of all its members, and in no part of another one.

It hashes the job, the task and the attempt. All parties of an attempt share them: the promoter's flow numbers attempts
for all, and messages of another attempt are dropped. A job that starts anew, or resumes, is another attempt, so that
parts of two attempts are not taken for one model, although their checkpoints may be common. A node that is reused
brings its parts along as they are, at all members alike.

What it reveals: whoever knows the job, the task and the attempt, as its members do, can tell that a part is of it. To
anybody else it is a random number: a job's name has 64 random bits.
"""

import hashlib

from kernel.core.context import Context
from kernel.core.errors import BadPayload

ID_BYTES = 16


def training_id(ctx: Context) -> str:
    """Name this attempt's training; 32 hexadecimal digits."""
    digest = hashlib.blake2b(digest_size=ID_BYTES, person=b"hanse-training")
    for text in (ctx.job, ctx.task, str(ctx.attempt)):
        data = text.encode()
        digest.update(len(data).to_bytes(4, "big") + data)
    return digest.hexdigest()


def checked_id(training: object) -> str:
    """Return the id of a training as a model's content has it; "" where a model is from before there were any.

    Raises
    ------
    BadPayload
        It is none.
    """
    text = "" if training is None else training
    if not isinstance(text, str) or (text and (len(text) != 2 * ID_BYTES or set(text) - set("0123456789abcdef"))):
        raise BadPayload("the id of the training is none")
    return text
