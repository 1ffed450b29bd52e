"""What repeats at a fusion node, from Python: its own schedules, and partners' ones whose later runs are accepted."""

from hanse.fusion_calls import FusionCalls, Json


class FusionSchedules(FusionCalls):
    """The part of the client that concerns schedules."""

    def schedules(self) -> list[Json]:
        """List what repeats."""
        return self._items("/schedules")

    def schedule(self, schedule: str) -> Json:
        """Describe one, with its next and last runs."""
        return self._call("GET", f"/schedules/{schedule}")

    def pause_schedule(self, schedule: str) -> Json:
        """Let it rest; of a partner's schedule it is one's own consent that rests."""
        return self._call("POST", f"/schedules/{schedule}/pause")

    def resume_schedule(self, schedule: str) -> Json:
        """Let it go on."""
        return self._call("POST", f"/schedules/{schedule}/resume")

    def run_schedule(self, schedule: str) -> Json:
        """Run it now; `task` is the alignment, or `problem` says why there is none."""
        return self._call("POST", f"/schedules/{schedule}/run")

    def delete_schedule(self, schedule: str) -> None:
        """Repeat no more; a partner's later runs are asked for again. Alignments that were proposed go on."""
        self._call("DELETE", f"/schedules/{schedule}")
