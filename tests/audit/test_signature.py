"""Signed packages: OpenSSH and riskbook agree, and whoever has no key cannot sign."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from riskbook.audit.manifest import opened, sealed
from tests.support.commands import invoke
from tests.support.keys import made_key
from tests.support.packages import verified

MONTH = "2026-10"


@pytest.fixture
def signed(clients: Path, tmp_path: Path) -> Path:
    """A folder with a signed package, the key, and the file of signers."""
    public = made_key(tmp_path / "key")
    (tmp_path / "signers").write_text(f"# auditors\nyamada@example.jp {public} 山田\n", encoding="utf-8")
    invoke("audit", clients, "--month", MONTH, "-o", tmp_path / "out", "--sign", tmp_path / "key", code=0)
    return tmp_path


@pytest.mark.slow
def test_a_signed_package_names_its_signer(signed: Path) -> None:
    shown = invoke("verify", signed / "out", "--signers", signed / "signers", code=0).stdout
    assert "yamada@example.jp" in shown
    assert "署名" in invoke("verify", signed / "out", code=0).stdout  # that it was not checked


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="needs OpenSSH")
def test_openssh_checks_the_signature_too(signed: Path, tmp_path: Path) -> None:
    package = signed / "out" / f"audit-{MONTH}"
    command = ["ssh-keygen", "-Y", "verify", "-f", signed / "signers", "-I", "yamada@example.jp", "-n", "riskbook"]
    command += ["-s", package / "manifest.json.sig"]
    content = (package / "manifest.json").read_bytes()
    subprocess.run(command, input=content, check=True, capture_output=True)
    assert subprocess.run(command, input=content + b" ", check=False, capture_output=True).returncode != 0
    # And the other way round: a signature by OpenSSH counts.
    (package / "manifest.json.sig").unlink()
    (signed / "key").chmod(0o600)
    sign = ["ssh-keygen", "-Y", "sign", "-f", signed / "key", "-n", "riskbook", package / "manifest.json"]
    subprocess.run(sign, check=True, capture_output=True)
    assert verified(signed / "out", "--signers", signed / "signers", code=0) == []


@pytest.mark.slow
def test_what_was_changed_or_signed_by_others_is_named(signed: Path, clients: Path, tmp_path: Path) -> None:
    package, signers = signed / "out" / f"audit-{MONTH}", signed / "signers"
    path = package / "manifest.json"
    content = path.read_bytes()
    path.write_bytes(sealed({**opened(content), "recorded_at": "2026-10-11T00:00:00+00:00"}))
    assert "signature-wrong" in {kind for kind, _ in verified(signed / "out", "--signers", signers)}
    path.write_bytes(content)
    other = made_key(tmp_path / "other")
    (package / "manifest.json.sig").unlink()
    assert [kind for kind, _ in verified(signed / "out", "--signers", signers)] == ["signature-missing"]
    invoke("audit", clients, "--month", MONTH, "-o", signed / "out", "--sign", tmp_path / "other", code=0)
    assert [kind for kind, _ in verified(signed / "out", "--signers", signers)] == ["signature-wrong"]
    (tmp_path / "others").write_text(f"x {other}\n")
    assert verified(signed / "out", "--signers", tmp_path / "others", code=0) == []
    for damaged in (b"", b"-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n", b"\xff"):
        (package / "manifest.json.sig").write_bytes(damaged)
        assert [kind for kind, _ in verified(signed / "out", "--signers", signers)] == ["signature-wrong"]


@pytest.mark.slow
def test_keys_that_cannot_be_used_are_said(clients: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rsa = generate_private_key(65537, 2048)
    (tmp_path / "rsa").write_bytes(rsa.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    made_key(tmp_path / "locked", "secret")
    call = ("audit", clients, "--month", MONTH, "-o", tmp_path / "out", "--sign")
    for name in ("rsa", "locked", "nothere"):
        assert "ssh-keygen" in invoke(*call, tmp_path / name, code=3).stderr
    assert not list((tmp_path / "out").iterdir())
    monkeypatch.setenv("RISKBOOK_SIGN_PASSPHRASE", "secret")
    invoke(*call, tmp_path / "locked", code=0)
    (tmp_path / "signers").write_text("nobody\n")
    invoke("verify", tmp_path / "out", "--signers", tmp_path / "signers", code=3)
