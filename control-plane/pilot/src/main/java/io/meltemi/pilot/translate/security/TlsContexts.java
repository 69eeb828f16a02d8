package io.meltemi.pilot.translate.security;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext.CombinedCertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher.SanType;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters.TlsProtocol;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.meltemi.model.service.Protocol;
import io.meltemi.pilot.scope.TrustDomains;
import io.meltemi.pilot.scope.TrustDomains.Roots;
import io.meltemi.pilot.translate.ClusterNames;
import io.meltemi.pilot.translate.Protos;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/// The mesh's mutual TLS at both ends. Thread-safe: stateless.
///
/// Keys and roots are asked of the agent beside the proxy, which alone has them.
public final class TlsContexts {
    /// Says that the peer is of the mesh, and no more of what it speaks inside.
    public static final List<String> MESH_ALPN_OF_CONNECTIONS =
            List.of("istio-peer-exchange", "istio");

    /// Says that the peer is of the mesh and sends requests: as Istio's filter says it, and as
    /// [io.meltemi.pilot.translate.route.SpokenMark] does.
    public static final List<String> MESH_ALPN_OF_REQUESTS =
            List.of(
                    "istio-http/1.0",
                    "istio-http/1.1",
                    "istio-h2",
                    "istio-HTTP/1.0",
                    "istio-HTTP/1.1",
                    "istio-HTTP/2");

    /// Says that the peer is of the mesh, and may say what it speaks inside. Whoever marks its
    /// requests offers `istio` too.
    public static final List<String> MESH_ALPN =
            List.of("istio-peer-exchange", "istio", "istio-http/1.0", "istio-http/1.1", "istio-h2");

    /// The secret that says whose authorities count for which trust domain.
    public static final String BUNDLES = "trust-bundles";

    private static final String NAME = "envoy.transport_sockets.tls";

    private TlsContexts() {}

    /// @param alpn what is offered to be spoken inside
    /// @param identities who may answer; nobody is refused when empty, as long as the mesh's roots
    ///   have signed
    public static TransportSocket upstream(
            List<String> alpn, String sni, Collection<String> identities, Roots roots) {
        CertificateValidationContext.Builder validation = CertificateValidationContext.newBuilder();
        identities.forEach(
                identity -> validation.addAllMatchTypedSubjectAltNames(exactly(identity)));
        UpstreamTlsContext context =
                UpstreamTlsContext.newBuilder()
                        .setCommonTlsContext(common(validation, roots).addAllAlpnProtocols(alpn))
                        .setSni(sni)
                        .build();
        return socket(context);
    }

    /// Takes only callers with a certificate of the mesh, or of somebody else it believes.
    public static TransportSocket downstream(Protocol protocol, TrustDomains trustDomains) {
        CertificateValidationContext.Builder validation = CertificateValidationContext.newBuilder();
        Stream.concat(trustDomains.all().stream(), trustDomains.others().stream())
                .forEach(domain ->
                        validation.addMatchTypedSubjectAltNames(
                                uri(
                                        StringMatcher.newBuilder()
                                                .setPrefix("spiffe://" + domain + "/"))));
        CommonTlsContext.Builder common = common(validation, trustDomains.roots());
        if (!protocol.isHttp()) {
            common.addAlpnProtocols("istio-peer-exchange");
        }
        common.addAlpnProtocols("h2").addAlpnProtocols("http/1.1");
        DownstreamTlsContext context =
                DownstreamTlsContext.newBuilder()
                        .setCommonTlsContext(common)
                        .setRequireClientCertificate(Protos.TRUE)
                        .build();
        return socket(context);
    }

    static TransportSocket socket(Message context) {
        return TransportSocket.newBuilder()
                .setName(NAME)
                .setTypedConfig(Protos.any(context))
                .build();
    }

    /// What the mesh has given the proxy to prove itself with.
    static SdsSecretConfig certificateOfMesh() {
        return secret("default");
    }

    /// Whose certificates the mesh believes.
    static SdsSecretConfig rootsOfMesh(Roots roots) {
        return switch (roots) {
            case OF_AGENT -> secret("ROOTCA");
            case OF_CONTROL_PLANE -> ofControlPlane(BUNDLES);
        };
    }

    /// Whose certificates the proxy's machine believes, under Istio's name for them.
    static SdsSecretConfig rootsOfMachine() {
        return secret("file-root:system");
    }

    /// What the control plane gives to proxies that may have it.
    static SdsSecretConfig ofControlPlane(String name) {
        return SdsSecretConfig.newBuilder()
                .setName(name)
                .setSdsConfig(
                        ConfigSource.newBuilder()
                                .setAds(AggregatedConfigSource.getDefaultInstance())
                                .setResourceApiVersion(ApiVersion.V3))
                .build();
    }

    static TlsParameters versions() {
        return TlsParameters.newBuilder()
                .setTlsMinimumProtocolVersion(TlsProtocol.TLSv1_2)
                .setTlsMaximumProtocolVersion(TlsProtocol.TLSv1_3)
                .build();
    }

    private static CommonTlsContext.Builder common(
            CertificateValidationContext.Builder check, Roots roots) {
        return CommonTlsContext.newBuilder()
                .setTlsParams(versions())
                .addTlsCertificateSdsSecretConfigs(certificateOfMesh())
                .setCombinedValidationContext(
                        CombinedCertificateValidationContext.newBuilder()
                                .setDefaultValidationContext(check)
                                .setValidationContextSdsSecretConfig(rootsOfMesh(roots)));
    }

    /// A name of the mesh is a URI; of any other that somebody wrote down nobody says what it is.
    private static List<SubjectAltNameMatcher> exactly(String name) {
        List<SanType> types =
                name.contains("://")
                        ? List.of(SanType.URI)
                        : List.of(SanType.DNS, SanType.IP_ADDRESS);
        return types.stream()
                .map(type ->
                        SubjectAltNameMatcher.newBuilder()
                                .setSanType(type)
                                .setMatcher(StringMatcher.newBuilder().setExact(name))
                                .build())
                .toList();
    }

    private static SubjectAltNameMatcher uri(StringMatcher.Builder matcher) {
        return SubjectAltNameMatcher.newBuilder()
                .setSanType(SanType.URI)
                .setMatcher(matcher)
                .build();
    }

    private static SdsSecretConfig secret(String name) {
        ApiConfigSource source =
                ApiConfigSource.newBuilder()
                        .setApiType(ApiConfigSource.ApiType.GRPC)
                        .setTransportApiVersion(ApiVersion.V3)
                        .setSetNodeOnFirstMessageOnly(true)
                        .addGrpcServices(Protos.grpc(ClusterNames.SDS))
                        .build();
        return SdsSecretConfig.newBuilder()
                .setName(name)
                .setSdsConfig(
                        ConfigSource.newBuilder()
                                .setApiConfigSource(source)
                                .setInitialFetchTimeout(Protos.ZERO)
                                .setResourceApiVersion(ApiVersion.V3))
                .build();
    }
}
