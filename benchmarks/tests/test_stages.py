"""Stages are read from Spark's own log, with what was said before each and what they shuffled."""

from benchmarks import stages


def test_stages_are_told_apart_and_shuffles_seen(tmp_path):
    with stages.recorded(tmp_path, "local[1]") as context:
        stages.say(context, "adding")
        assert context.parallelize(range(10), 2).sum() == 45
        stages.say(context, "shuffling")
        assert context.parallelize([(n % 3, n) for n in range(30)], 2).groupByKey().count() == 3
    found = stages.stages(tmp_path)
    adding, *shuffling = found
    assert (adding.doing, adding.n_tasks, adding.shuffle_bytes) == ("adding", 2, 0)
    assert [one.doing for one in shuffling] == ["shuffling"] * 2
    assert sum(one.shuffle_bytes for one in shuffling) > 0
