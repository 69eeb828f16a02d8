package io.meltemi.proxy.tls;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import java.util.ArrayList;
import java.util.List;

/// One value of a secret. Immutable; its identity is its version.
sealed interface StoredSecret {
    /// What it was made of: an update that says the same changes nothing.
    Secret source();

    record Certificate(Secret source, CertificateAndKey certificate) implements StoredSecret {}

    record Validation(Secret source, CertificateValidationContext context)
            implements StoredSecret {}

    static StoredSecret of(Secret secret) {
        String at = "secret '" + secret.getName() + "'";
        StoredSecret stored = of(secret, at);
        List<String> problems = new ArrayList<>();
        SupportedFields.addBroken(secret, at, problems);
        if (!problems.isEmpty()) {
            throw new TlsConfigException(problems);
        }
        return stored;
    }

    private static StoredSecret of(Secret secret, String at) {
        return switch (secret.getTypeCase()) {
            case TLS_CERTIFICATE ->
                    new Certificate(
                            secret,
                            CertificateAndKey.of(
                                    secret.getTlsCertificate(), at + ".tls_certificate"));
            case VALIDATION_CONTEXT -> {
                // Compiled once now, so that a bad bundle is refused while the last one stands.
                PeerRules.check(secret.getValidationContext(), at + ".validation_context");
                yield new Validation(secret, secret.getValidationContext());
            }
            case SESSION_TICKET_KEYS ->
                    throw new TlsConfigException(at + ".session_ticket_keys is not supported");
            case GENERIC_SECRET ->
                    throw new TlsConfigException(at + ".generic_secret is not supported");
            case TYPE_NOT_SET -> throw new TlsConfigException(at + " is empty");
        };
    }
}
