"""Digests of bytes and files as Google writes them: MD5 and CRC32C in base64, SHA-256 in hex."""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import google_crc32c

BLOCK_BYTES = 1 << 20


@dataclass(frozen=True)
class Digests:
    """The size in bytes and the digests of one content.

    CRC32C (Castagnoli, RFC 3720 appendix B.4) stands in base64 of its big-endian bytes.
    """

    size: int
    md5_base64: str
    crc32c_base64: str
    sha256: str

    @property
    def x_goog_hash(self) -> str:
        """The value of an X-Goog-Hash header."""
        return f"crc32c={self.crc32c_base64},md5={self.md5_base64}"


def digest(content: bytes | Path) -> Digests:
    """Read the content once and take all digests.

    Raises:
        OSError: The file cannot be read.
    """
    size = 0
    md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    crc32c = google_crc32c.Checksum()
    for block in _blocks(content):
        size += len(block)
        md5.update(block)
        sha256.update(block)
        crc32c.update(block)
    return Digests(size, _base64(md5.digest()), _base64(crc32c.digest()), sha256.hexdigest())


def _blocks(content: bytes | Path) -> Iterable[bytes]:
    return [content] if isinstance(content, bytes) else _file_blocks(content)


def _file_blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as source:
        while block := source.read(BLOCK_BYTES):
            yield block


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
