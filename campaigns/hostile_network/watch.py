"""A log of the first packet of each TCP connection (SYN), and of UDP, on every interface of the namespace.

A packet socket (``man 7 packet``) with a filter in the kernel, so that gigabytes of answers cost nothing. The kernel
queues a packet before ``connect`` returns, so that what a process did is in the queue when that process has ended.
"""

from __future__ import annotations

import ctypes
import socket
import struct
from ipaddress import IPv6Address
from typing import NamedTuple

from campaigns.hostile_network.places import RESOLVER

_ATTACH_FILTER = 26  # SO_ATTACH_FILTER, asm-generic/socket.h
_FORCE_BUFFER = 33  # SO_RCVBUFFORCE
_STATISTICS = 6  # PACKET_STATISTICS, linux/if_packet.h
_SOL_PACKET = 263
_ALL = 3  # ETH_P_ALL
_OUTGOING = 4  # PACKET_OUTGOING
_BUFFER = 256 << 20
_TCP, _UDP = 6, 17

# Of TCP what has SYN and not ACK; of all else everything. Classic BPF (linux/filter.h): code, jumps, operand.
_FILTER = (
    (0x30, 0, 0, 0),  # ldb [0]
    (0x74, 0, 0, 4),  # rsh 4
    (0x15, 0, 5, 4),  # IPv4?
    (0x30, 0, 0, 9),  # ldb [9]
    (0x15, 0, 9, _TCP),
    (0xB1, 0, 0, 0),  # ldx 4 * ([0] & 0xf)
    (0x50, 0, 0, 13),  # ldb [x + 13]
    (0x05, 0, 0, 4),  # to the flags
    (0x15, 0, 5, 6),  # IPv6?
    (0x30, 0, 0, 6),  # ldb [6]
    (0x15, 0, 3, _TCP),
    (0x30, 0, 0, 53),  # ldb [53]
    (0x54, 0, 0, 0x12),  # and SYN | ACK
    (0x15, 0, 1, 0x02),
    (0x06, 0, 0, 128),  # take 128 bytes
    (0x06, 0, 0, 0),
)


class Packet(NamedTuple):
    """The first packet of a connection."""

    protocol: str
    """``tcp``, ``udp`` or a number."""
    address: str
    """Where to."""
    port: int


class Watch:
    """Sees everything from when it is made."""

    def __init__(self) -> None:
        self._sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(_ALL))
        program = b"".join(struct.pack("HBBI", *each) for each in _FILTER)
        kept = ctypes.create_string_buffer(program)
        self._sock.setsockopt(
            socket.SOL_SOCKET, _ATTACH_FILTER, struct.pack("HL", len(_FILTER), ctypes.addressof(kept))
        )
        try:
            self._sock.setsockopt(socket.SOL_SOCKET, _FORCE_BUFFER, _BUFFER)
        except PermissionError:
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        self._sock.settimeout(0)
        self.dropped = 0
        """Packets that were lost: then nothing is shown."""
        # What came before the filter.
        self.take()

    def take(self) -> set[Packet]:
        """Return the packets since the last call, without the resolver's answers."""
        found: set[Packet] = set()
        while True:
            try:
                data, (_, _, kind, *_) = self._sock.recvfrom(128)
            except BlockingIOError:
                break
            if kind == _OUTGOING and (packet := _parsed(data)) is not None:
                found.add(packet)
        _, dropped = struct.unpack("II", self._sock.getsockopt(_SOL_PACKET, _STATISTICS, 8))
        self.dropped += dropped
        return found

    def close(self) -> None:
        """See nothing more."""
        self._sock.close()


def _parsed(data: bytes) -> Packet | None:
    """Return the target of the packet; None for an answer of the resolver, and for the kernel's own ICMP."""
    if data[0] >> 4 == 4:
        protocol, ports = data[9], 4 * (data[0] & 0xF)
        source, target = (socket.inet_ntoa(data[at : at + 4]) for at in (12, 16))
    else:
        protocol, ports = data[6], 40
        source, target = (str(IPv6Address(data[at : at + 16])) for at in (8, 24))
    if protocol in (1, 58):
        return None
    from_port, port = struct.unpack_from("!HH", data, ports)
    if (protocol, source, from_port) == (_UDP, RESOLVER, 53):
        return None
    return Packet({_TCP: "tcp", _UDP: "udp"}.get(protocol, str(protocol)), target, port)
