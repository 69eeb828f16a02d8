package io.meltemi.pilot.translate.cluster;

import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.TransportSocketMatch;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.core.v3.UpstreamHttpProtocolOptions;
import io.envoyproxy.envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer;
import io.meltemi.model.config.ClientTls;
import io.meltemi.model.config.ClientTls.Mode;
import io.meltemi.pilot.translate.Protos;
import io.meltemi.pilot.translate.security.ClientTlsContexts;
import io.meltemi.pilot.translate.security.TlsContexts;
import java.util.List;
import java.util.Optional;

/// How connections of a cluster are protected. Thread-safe: pure.
///
/// Istio: what is written holds for all endpoints; otherwise each is called as it takes it.
final class UpstreamTls {
    private static final List<String> HTTP2 = List.of("h2");

    private UpstreamTls() {}

    static void apply(Cluster.Builder cluster, ClusterInput input) {
        Optional<ClientTls> written = input.policy().tls();
        if (written.isEmpty()) {
            automatic(cluster, input);
            return;
        }
        ClientTls tls = written.get();
        switch (tls.mode()) {
            case DISABLE -> {}
            case ISTIO_MUTUAL ->
                    cluster.setTransportSocket(
                            ofMesh(
                                    input,
                                    tls.sni().isEmpty() ? input.sni() : tls.sni(),
                                    names(tls, input)));
            case SIMPLE, MUTUAL ->
                    cluster.setTransportSocket(
                            ClientTlsContexts.of(tls, names(tls, input), alpn(input)));
        }
    }

    private static List<String> names(ClientTls tls, ClusterInput input) {
        return tls.subjectAltNames().isEmpty() ? input.identities() : tls.subjectAltNames();
    }

    /// Istio: nothing is offered for HTTP/1.1, as many servers do not know ALPN.
    private static List<String> alpn(ClusterInput input) {
        return input.policy().spoken(input.port().protocol()) == SpokenProtocol.HTTP2
                ? HTTP2
                : List.of();
    }

    private static void automatic(Cluster.Builder cluster, ClusterInput input) {
        switch (input.mutualTls()) {
            case NONE -> {}
            case ALL -> cluster.setTransportSocket(ofMesh(input, input.sni(), input.identities()));
            case SOME ->
                    cluster.addTransportSocketMatches(
                                    TransportSocketMatch.newBuilder()
                                            .setName("tlsMode-istio")
                                            .setMatch(
                                                    Struct.newBuilder()
                                                            .putFields(
                                                                    ClusterTranslation.TLS_MODE,
                                                                    Protos.text("istio")))
                                            .setTransportSocket(
                                                    ofMesh(input, input.sni(), input.identities())))
                            .addTransportSocketMatches(
                                    TransportSocketMatch.newBuilder()
                                            .setName("tlsMode-disabled")
                                            .setMatch(Struct.getDefaultInstance())
                                            .setTransportSocket(plain()));
        }
    }

    private static TransportSocket ofMesh(ClusterInput input, String sni, List<String> names) {
        return TlsContexts.upstream(
                input.policy().spoken(input.port().protocol()).meshAlpn(),
                sni,
                names,
                input.roots());
    }

    static TransportSocket plain() {
        return TransportSocket.newBuilder()
                .setName("envoy.transport_sockets.raw_buffer")
                .setTypedConfig(Protos.any(RawBuffer.getDefaultInstance()))
                .build();
    }

    /// Which name each request asks for and verifies, where the handshake's is not written.
    ///
    /// Istio: with a name of its own, or with names that the certificate may have, nothing more is
    /// verified.
    static Optional<UpstreamHttpProtocolOptions> ofRequests(TrafficSettings policy) {
        return policy.tls()
                .filter(tls -> tls.mode() == Mode.SIMPLE || tls.mode() == Mode.MUTUAL)
                .filter(tls -> tls.sni().isEmpty())
                .map(tls ->
                        UpstreamHttpProtocolOptions.newBuilder()
                                .setAutoSni(true)
                                .setAutoSanValidation(
                                        tls.subjectAltNames().isEmpty()
                                                && !tls.insecureSkipVerify())
                                .build());
    }
}
