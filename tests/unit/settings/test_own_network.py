"""What the way out counts as the office's own network."""

import ipaddress
import re
from pathlib import Path

import pytest

from knowledge.addresses import is_public

SQUID = (Path(__file__).parents[3] / "deploy/squid.conf").read_text(encoding="utf-8")
OWN = [
    ipaddress.ip_network(network)
    for line in re.findall(r"^acl own dst (.+)$", SQUID, re.MULTILINE)
    for network in line.split()
]


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "168.63.129.16", "169.254.169.254",
        "172.16.0.1", "192.0.0.192", "192.168.1.1", "198.18.0.1", "224.0.0.1", "255.255.255.255",
        "::", "::1", "::10.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::a00:1", "2001:0:a00:1::",
        "2002:a00:1::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1",
    ],
)  # fmt: skip
def test_what_is_nobody_s_on_the_web_is_refused_by_both(address: str):
    assert not is_public(address)
    assert any(ipaddress.ip_address(address) in network for network in OWN)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:2800:21f:cb07::1"])
def test_what_is_on_the_web_is_refused_by_neither(address: str):
    assert is_public(address)
    assert not any(ipaddress.ip_address(address) in network for network in OWN)
