"""Who may call which method of the kernel: one that nobody may call serves no one."""

from kernel.app import FOR_BOARD, FOR_FLOW
from proto.kernel.v1 import kernel_pb2 as pb


def test_every_method_of_the_service_is_open_to_somebody() -> None:
    methods = {method.name for method in pb.DESCRIPTOR.services_by_name["KernelService"].methods}
    assert methods == {*FOR_BOARD, *FOR_FLOW}
