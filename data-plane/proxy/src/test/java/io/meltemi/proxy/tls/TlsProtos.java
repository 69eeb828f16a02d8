package io.meltemi.proxy.tls;

import com.google.protobuf.BoolValue;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext.CombinedCertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher.SanType;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.List;

/// The configurations the tests use, as Istio writes them. Pure.
final class TlsProtos {
    private TlsProtos() {}

    static DataSource inline(String text) {
        return DataSource.newBuilder().setInlineString(text).build();
    }

    static TlsCertificate certificate(TestAuthority.Issued issued) {
        return TlsCertificate.newBuilder()
                .setCertificateChain(inline(issued.chain()))
                .setPrivateKey(inline(issued.key()))
                .build();
    }

    static Secret secret(String name, TestAuthority.Issued issued) {
        return Secret.newBuilder().setName(name).setTlsCertificate(certificate(issued)).build();
    }

    static Secret bundle(String name, String pem) {
        return Secret.newBuilder()
                .setName(name)
                .setValidationContext(
                        CertificateValidationContext.newBuilder().setTrustedCa(inline(pem)))
                .build();
    }

    static SubjectAltNameMatcher uri(String exact) {
        return SubjectAltNameMatcher.newBuilder()
                .setSanType(SanType.URI)
                .setMatcher(StringMatcher.newBuilder().setExact(exact))
                .build();
    }

    /// `default` and `ROOTCA` by SDS, names beside them, as in a sidecar.
    static CommonTlsContext meshTls(List<SubjectAltNameMatcher> names, String... alpn) {
        return CommonTlsContext.newBuilder()
                // As Pilot writes it; a client's own default is 1.2.
                .setTlsParams(
                        TlsParameters.newBuilder()
                                .setTlsMaximumProtocolVersion(TlsParameters.TlsProtocol.TLSv1_3))
                .addTlsCertificateSdsSecretConfigs(SdsSecretConfig.newBuilder().setName("default"))
                .setCombinedValidationContext(
                        CombinedCertificateValidationContext.newBuilder()
                                .setDefaultValidationContext(
                                        CertificateValidationContext.newBuilder()
                                                .addAllMatchTypedSubjectAltNames(names))
                                .setValidationContextSdsSecretConfig(
                                        SdsSecretConfig.newBuilder().setName("ROOTCA")))
                .addAllAlpnProtocols(List.of(alpn))
                .build();
    }

    static DownstreamTlsContext server(CommonTlsContext common) {
        return DownstreamTlsContext.newBuilder()
                .setCommonTlsContext(common)
                .setRequireClientCertificate(BoolValue.of(true))
                .build();
    }

    static UpstreamTlsContext client(CommonTlsContext common, String sni) {
        return UpstreamTlsContext.newBuilder().setCommonTlsContext(common).setSni(sni).build();
    }
}
