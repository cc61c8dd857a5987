import socket

import pytest

from bot.web.access import KnownHosts


@pytest.mark.parametrize("host", ["192.168.1.7", "[fe80::1]:8700", "10.0.0.7:80", "127.0.0.1"])
def test_a_server_that_listens_everywhere_is_known_by_any_address(host: str):
    assert KnownHosts("0.0.0.0").knows(host)
    assert KnownHosts("::").knows(host)


def test_a_server_that_listens_everywhere_is_known_by_the_machine_s_own_name():
    name = socket.gethostname()
    assert KnownHosts("0.0.0.0").knows(f"{name}:8700")
    assert KnownHosts("0.0.0.0").knows(f"{name}.local")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8700", "1.2.3.4.evil.example", ""])
@pytest.mark.parametrize("listening", ["0.0.0.0", "127.0.0.1", "", "192.168.1.7"])
def test_another_name_is_never_known(listening: str, host: str):
    assert not KnownHosts(listening).knows(host)


def test_a_server_is_known_by_the_name_it_listens_on():
    assert KnownHosts("desk.home").knows("DESK.home:8700")
    assert KnownHosts("desk.home").knows("desk.home.")
    assert not KnownHosts("192.168.1.7").knows("192.168.1.8")
