package io.meltemi.pilot.translate.security;

import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext.TrustChainVerification;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext.CombinedCertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters.TlsProtocol;
import io.meltemi.model.config.CredentialName;
import io.meltemi.model.config.ServerTls;
import io.meltemi.model.config.ServerTls.CertificateFile;
import io.meltemi.model.config.ServerTls.ClientCheck;
import io.meltemi.model.config.ServerTls.Mode;
import io.meltemi.model.config.ServerTls.Parameters;
import io.meltemi.model.config.ServerTls.ServerCertificates;
import io.meltemi.model.config.ServerTls.TlsVersion;
import io.meltemi.pilot.scope.TrustDomains.Roots;
import io.meltemi.pilot.translate.Protos;
import java.util.List;

/// How a gateway ends the TLS of its clients. Thread-safe: stateless.
public final class ServerTlsContexts {
    private static final List<String> HTTP = List.of("h2", "http/1.1");

    private ServerTlsContexts() {}

    /// For requests.
    public static TransportSocket ofHttp(ServerTls tls, Roots roots) {
        return context(tls, HTTP, roots);
    }

    /// For connections that are not looked into. Istio: those of the mesh may tell who they are;
    /// any other is offered what a server of HTTP offers.
    public static TransportSocket ofConnections(ServerTls tls, Roots roots) {
        return context(
                tls,
                tls.mode() == Mode.ISTIO_MUTUAL
                        ? List.of("istio-peer-exchange", "h2", "http/1.1")
                        : HTTP,
                roots);
    }

    private static TransportSocket context(ServerTls tls, List<String> alpn, Roots roots) {
        CommonTlsContext.Builder common = CommonTlsContext.newBuilder().addAllAlpnProtocols(alpn);
        if (tls.mode() == Mode.ISTIO_MUTUAL) {
            common.addTlsCertificateSdsSecretConfigs(TlsContexts.certificateOfMesh())
                    .setCombinedValidationContext(
                            CombinedCertificateValidationContext.newBuilder()
                                    .setDefaultValidationContext(clients(tls.clients()))
                                    .setValidationContextSdsSecretConfig(
                                            TlsContexts.rootsOfMesh(roots)));
        } else {
            parameters(common, tls.parameters());
            certificates(common, tls);
            tls.authorities()
                    .ifPresent(name ->
                            common.setCombinedValidationContext(
                                    CombinedCertificateValidationContext.newBuilder()
                                            .setDefaultValidationContext(clients(tls.clients()))
                                            .setValidationContextSdsSecretConfig(
                                                    TlsContexts.ofControlPlane(
                                                            name.authoritiesResource()))));
        }
        return TlsContexts.socket(
                DownstreamTlsContext.newBuilder()
                        .setCommonTlsContext(common)
                        .setRequireClientCertificate(
                                tls.mode().requiresClients() ? Protos.TRUE : Protos.FALSE)
                        .build());
    }

    private static void certificates(CommonTlsContext.Builder common, ServerTls tls) {
        switch (tls.certificates()) {
            case ServerCertificates.None _ -> {}
            case ServerCertificates.Files(List<CertificateFile> files) -> {
                files.forEach(file ->
                        common.addTlsCertificates(
                                TlsFiles.certificate(file.serverCertificate(), file.privateKey())));
                if (tls.mode().checksClients()) {
                    common.setValidationContext(
                            clients(tls.clients())
                                    .setTrustedCa(TlsFiles.file(tls.clients().caCertificates())));
                }
            }
            case ServerCertificates.Credentials(List<CredentialName> names) ->
                    names.forEach(name ->
                            common.addTlsCertificateSdsSecretConfigs(
                                    TlsContexts.ofControlPlane(name.resource())));
        }
    }

    private static CertificateValidationContext.Builder clients(ClientCheck check) {
        CertificateValidationContext.Builder out =
                CertificateValidationContext.newBuilder()
                        .addAllVerifyCertificateSpki(check.verifyCertificateSpki())
                        .addAllVerifyCertificateHash(check.verifyCertificateHash());
        check.subjectAltNames().stream()
                .flatMap(TlsFiles::ofAnyKind)
                .forEach(out::addMatchTypedSubjectAltNames);
        if (!check.caCrl().isEmpty()) {
            out.setCrl(TlsFiles.file(check.caCrl()));
        }
        if (check.insecureSkipVerify()) {
            out.setTrustChainVerification(TrustChainVerification.ACCEPT_UNTRUSTED);
        }
        return out;
    }

    private static void parameters(CommonTlsContext.Builder common, Parameters parameters) {
        TlsParameters.Builder out =
                TlsParameters.newBuilder()
                        .setTlsMinimumProtocolVersion(version(parameters.minProtocolVersion()))
                        .setTlsMaximumProtocolVersion(version(parameters.maxProtocolVersion()))
                        .addAllCipherSuites(parameters.usableCipherSuites())
                        .addAllEcdhCurves(parameters.ecdhCurves());
        if (!out.build().equals(TlsParameters.getDefaultInstance())) {
            common.setTlsParams(out);
        }
    }

    private static TlsProtocol version(TlsVersion version) {
        return switch (version) {
            case TLS_AUTO -> TlsProtocol.TLS_AUTO;
            case TLSV1_0 -> TlsProtocol.TLSv1_0;
            case TLSV1_1 -> TlsProtocol.TLSv1_1;
            case TLSV1_2 -> TlsProtocol.TLSv1_2;
            case TLSV1_3 -> TlsProtocol.TLSv1_3;
        };
    }
}
