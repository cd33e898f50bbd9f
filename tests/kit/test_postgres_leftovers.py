"""What a killed server leaves behind: a process that nobody has buried is not alive."""

import os
import subprocess
import time

from coterie.kit.postgres.folder import is_alive


def test_a_process_that_ended_is_not_alive_even_where_nobody_takes_leave_of_it() -> None:
    child = subprocess.Popen(["sleep", "60"])
    assert is_alive(child.pid)
    child.kill()
    give_up = time.monotonic() + 5
    while is_alive(child.pid) and time.monotonic() < give_up:
        time.sleep(0.01)
    assert not is_alive(child.pid)
    os.kill(child.pid, 0)  # it is still in the table of processes
    child.wait()
    assert not is_alive(child.pid)
