package io.meltemi.pilot.translate.security;

import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext.CombinedCertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.meltemi.model.config.ClientTls;
import io.meltemi.model.config.ClientTls.Mode;
import java.util.Collection;
import java.util.List;

/// TLS to servers that are not of the mesh. Thread-safe: stateless.
public final class ClientTlsContexts {
    private ClientTlsContexts() {}

    /// @param tls of mode SIMPLE or MUTUAL
    /// @param names one of which the certificate must have; empty: any
    /// @param alpn what is offered to be spoken inside
    public static TransportSocket of(ClientTls tls, Collection<String> names, List<String> alpn) {
        CommonTlsContext.Builder common =
                CommonTlsContext.newBuilder()
                        .setTlsParams(TlsContexts.versions())
                        .addAllAlpnProtocols(alpn);
        if (tls.mode() == Mode.MUTUAL) {
            common.addTlsCertificates(
                    TlsFiles.certificate(tls.clientCertificate(), tls.privateKey()));
        }
        check(common, tls, names);
        return TlsContexts.socket(
                UpstreamTlsContext.newBuilder()
                        .setCommonTlsContext(common)
                        .setSni(tls.sni())
                        .build());
    }

    private static void check(
            CommonTlsContext.Builder common, ClientTls tls, Collection<String> names) {
        if (tls.insecureSkipVerify()) {
            common.setValidationContext(CertificateValidationContext.getDefaultInstance());
            return;
        }
        CertificateValidationContext.Builder check = CertificateValidationContext.newBuilder();
        names.stream().flatMap(TlsFiles::ofAnyKind).forEach(check::addMatchTypedSubjectAltNames);
        if (!tls.caCrl().isEmpty()) {
            check.setCrl(TlsFiles.file(tls.caCrl()));
        }
        if (tls.caCertificates().isEmpty()) {
            // Only the agent beside the proxy knows where its machine keeps them.
            common.setCombinedValidationContext(
                    CombinedCertificateValidationContext.newBuilder()
                            .setDefaultValidationContext(check)
                            .setValidationContextSdsSecretConfig(TlsContexts.rootsOfMachine()));
        } else {
            common.setValidationContext(check.setTrustedCa(TlsFiles.file(tls.caCertificates())));
        }
    }
}
