package io.meltemi.citadel.sender;

/// Believes a certificate of the mesh, which the handshake has verified. Thread-safe: without
/// state.
public final class CertificateAuthenticator implements Authenticator {
    @Override
    public String name() {
        return "certificate";
    }

    @Override
    public Verdict authenticate(Credentials credentials) {
        return credentials
                .certificate()
                .<Verdict>map(id -> new Verdict.Proven(id, Proof.CERTIFICATE))
                .orElseGet(Verdict.NothingShown::new);
    }
}
