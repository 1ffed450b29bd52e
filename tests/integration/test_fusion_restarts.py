"""Two fusion nodes that are stopped, killed or away in the middle: they go on where they were, or end in time."""

from fusion.tests.nodes import Node, Process, until

MANY = [f"{number:05d}" for number in range(40_000)]  # two batches: there is a middle


def test_both_go_on_after_a_stop_in_the_middle(tmp_path):
    alpha, beta = (Node(tmp_path, name, threads=1).start() for name in ("alpha", "beta"))
    try:
        alpha.trust(beta)
        beta.trust(alpha)
        mine, theirs = alpha.upload(MANY), beta.upload(MANY[15_000:])
        task = alpha.propose("beta", mine)
        beta.restart()
        beta.accept(task, theirs)
        until(lambda: 0.1 < alpha.task(task)["progress"] < 1)
        alpha.restart()
        beta.restart()
        assert alpha.wait(task, "succeeded")["intersection"] == 25_000
        beta.wait(task, "succeeded")
        until(lambda: not alpha.secrets() and not beta.secrets())
    finally:
        alpha.stop()
        beta.stop()


def test_both_go_on_after_kill_9_in_the_middle(tmp_path):
    alpha, beta = (Process(tmp_path, name, threads=1).start() for name in ("alpha", "beta"))
    try:
        alpha.trust(beta)
        beta.trust(alpha)
        task = alpha.propose("beta", alpha.upload(MANY))
        beta.accept(task, beta.upload(MANY[15_000:]))
        until(lambda: 0.1 < alpha.task(task)["progress"] < 1, 60)
        alpha.kill()
        beta.kill()
        beta.start()
        alpha.start()
        assert alpha.wait(task, "succeeded", 180)["intersection"] == 25_000
        assert len(alpha.result(task)) == 25_001
        beta.wait(task, "succeeded")
    finally:
        alpha.stop()
        beta.stop()


def test_a_partner_that_is_away_is_waited_for_and_deadlines_hold(tmp_path):
    alpha, beta = (Node(tmp_path, name, task_timeout_s=8).start() for name in ("alpha", "beta"))
    beta_runs = True
    try:
        alpha.trust(beta)
        beta.trust(alpha)
        mine = alpha.upload(["a"])
        beta.stop()
        beta_runs = False
        task = alpha.propose("beta", mine)
        assert alpha.task(task)["state"] == "created"
        assert alpha.task(task)["waiting_for"] == "beta"
        assert alpha.wait(task, "timed_out", 40)["failure"]["code"] == "HAN-8020"
    finally:
        alpha.stop()
        if beta_runs:
            beta.stop()


def test_a_table_is_prepared_and_used_across_kill_9_at_either_side(tmp_path):
    alpha, beta = (Process(tmp_path, name, threads=1).start() for name in ("alpha", "beta"))
    try:
        alpha.trust(beta)
        beta.trust(alpha)
        large, small = alpha.upload([f"{number:05d}" for number in range(300_000)]), beta.upload(MANY)
        body = {"partner": "beta", "data_set": large, "columns": ["id"]}
        table = alpha.call("POST", "/tables", 202, json=body)["table"]

        def told():
            return alpha.call("GET", f"/tables/{table}")

        until(lambda: 0.1 < told()["progress"] < 1, 60)
        alpha.kill()
        alpha.start()
        assert told()["state"] == "preparing", "it was killed in the middle"
        until(lambda: told()["state"] == "ready", 120, lambda: str(told()))
        for expected in ("sent", "kept"):
            task = alpha.propose("beta", large, role="sender", protocol="unbalanced")
            beta.accept(task, small)
            until(lambda task=task: 0.02 < beta.task(task)["progress"] < 1, 60)
            beta.kill()
            alpha.kill()
            alpha.start()
            beta.start()
            assert beta.wait(task, "succeeded", 180)["table"] == expected
            assert alpha.wait(task, "succeeded")["table"] == expected
        assert [one["uses"] for one in beta.call("GET", "/tables")["items"]] == [2]
    finally:
        alpha.stop()
        beta.stop()
