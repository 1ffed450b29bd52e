"""What every component is made of: roles, parties, messages, channel, context, manifest. Pure: no numpy, no I/O."""

from kernel.core.channel import Channel, MessageKey
from kernel.core.component import Component, Cost, Disclosure, Model, Outputs, Port
from kernel.core.context import Checkpoint, Context, Rng, Tracker
from kernel.core.message import Carries, Message
from kernel.core.party import Party, Role

__all__ = [
    "Carries",
    "Channel",
    "Checkpoint",
    "Component",
    "Context",
    "Cost",
    "Disclosure",
    "Message",
    "MessageKey",
    "Model",
    "Outputs",
    "Party",
    "Port",
    "Rng",
    "Role",
    "Tracker",
]
