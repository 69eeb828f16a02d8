package io.meltemi.galley.decode;

import io.meltemi.model.config.ClientTls;
import io.meltemi.model.config.ClientTls.Mode;

/// Reads the TLS of a destination. Immutable.
final class ClientTlsDecoder {
    private ClientTlsDecoder() {}

    static ClientTls decode(ObjectReader tls) {
        tls.notYet("credentialName");
        return new ClientTls(
                tls.choice("mode", Mode.class).orElse(Mode.DISABLE),
                tls.string("clientCertificate").orElse(""),
                tls.string("privateKey").orElse(""),
                tls.string("caCertificates").orElse(""),
                tls.string("caCrl").orElse(""),
                tls.strings("subjectAltNames"),
                tls.string("sni").orElse(""),
                tls.bool("insecureSkipVerify").orElse(false));
    }
}
