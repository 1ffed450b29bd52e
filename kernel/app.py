"""Puts the kernel together; the only file that names concrete classes."""

from common.health import HealthServer
from common.identity import load_service, load_trust
from common.rpc import Server, SqlNonceStore
from kernel.api.rpc.kernel import KernelServicer
from kernel.core.registry import components
from kernel.service.data_sets import DataSets
from kernel.service.folders import Folders
from kernel.service.pool import ExecutorPool
from kernel.service.results import Results
from kernel.service.tasks import Tasks
from kernel.service.uploads import Uploads
from kernel.settings import KernelSettings
from kernel.store.layout import Layout
from proto.kernel.v1 import kernel_pb2_grpc as rpc

_SERVICE = "/hanse.kernel.v1.KernelService/"
FOR_FLOW = ("StartTask", "StopTask", "GetTask", "WatchTasks", "ReleaseJob", "ListComponents")
FOR_BOARD = (
    "ListComponents",
    "Import",
    "BeginUpload",
    "PutUpload",
    "GetUpload",
    "DropUpload",
    "ListFolder",
    "StagePath",
    "StageQuery",
    "Detect",
    "ImportUpload",
    "GetStatistics",
    "GetDataSet",
    "Preview",
    "DeleteDataSet",
    "GetTask",
    "GetReport",
    "ReadOutput",
    "ReadLogs",
    "GetDisk",
)


class KernelApp:
    """A running kernel."""

    def __init__(self, settings: KernelSettings) -> None:
        self.settings = settings
        identity = load_service(settings.home, "kernel", settings.passphrase())
        trust = load_trust(settings.home)
        layout = Layout(settings.data)
        components()  # a broken component shows here, not in the first job
        self._tasks = Tasks(layout, identity.id.partition("@")[2])
        self._pool = ExecutorPool(
            settings.model_dump_json(),
            settings.data / "logs",
            settings.warm_executors,
            settings.max_executors,
            self._tasks.on_event,
        )
        self._tasks.attach(self._pool)
        access = {f"{_SERVICE}{method}": {"flow@self"} for method in FOR_FLOW}
        for method in FOR_BOARD:
            access.setdefault(f"{_SERVICE}{method}", set()).add("board@self")
        self._server = Server(settings.listen, identity, trust, access, SqlNonceStore(settings.data / "nonces.db"))
        data_sets = DataSets(layout, settings.n_partitions, settings.max_import_bytes)
        uploads = Uploads(layout, settings.max_import_bytes, settings.upload_quota_bytes)
        servicer = KernelServicer(
            data_sets,
            uploads,
            Folders(settings.import_folders),
            settings.databases,
            self._tasks,
            Results(layout),
            layout,
        )
        self._server.add(rpc.add_KernelServiceServicer_to_server, servicer)
        self._health = HealthServer(settings.health_port, {"data_folder": layout.check})

    def start(self) -> None:
        """Open the doors and warm the executors."""
        self._server.start()
        self._health.start()
        self._pool.fill()

    def stop(self) -> None:
        """Close the doors and end the executors."""
        self._server.stop(1.0)
        self._pool.close()
        self._health.stop()
