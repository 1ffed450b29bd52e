"""The mock that encrypts nothing stays out of jobs, and so do the two libraries that are there to compare with."""

import os
import subprocess
import sys

import pytest

from kernel.crypto.paillier.plain import Plain
from kernel.crypto.tests import toy


def test_it_must_be_asked_for_by_name():
    for arguments in ({}, {"without_any_protection": False}, {"without_any_protection": 1}):
        with pytest.raises(ValueError, match="encrypts nothing"):
            Plain(toy.PUBLIC, **arguments)


def test_nothing_that_a_job_loads_knows_them():
    """The executor and every component, in a process of their own."""
    program = (
        "import importlib, pkgutil, sys, kernel.components, kernel.executor\n"
        "for package in (kernel.components, kernel.executor):\n"
        "    for module in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
        "        if '.tests' not in module.name and not module.name.endswith('__main__'):\n"
        "            importlib.import_module(module.name)\n"
        "print(*sorted(sys.modules))\n"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=os.environ)
    loaded = set(found.stdout.split())
    assert {"kernel.crypto.paillier", "kernel.crypto.ou"} <= loaded
    assert (
        not {"kernel.crypto.paillier.plain", "kernel.crypto.paillier.reference", "kernel.crypto.paillier.heu"} & loaded
    )
    assert not {"kernel.crypto.ou.heu", "phe", "heu"} & loaded
