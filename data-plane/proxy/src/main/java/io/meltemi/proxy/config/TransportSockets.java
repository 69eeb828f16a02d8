package io.meltemi.proxy.config;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.HealthCheck;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport;
import io.envoyproxy.envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.UpstreamTransport;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.health.HealthCheckSettings;
import io.meltemi.proxy.tls.TlsConfigException;
import io.meltemi.proxy.tls.TlsContexts;
import io.meltemi.proxy.tls.UpstreamTls;
import io.meltemi.xds.message.Anys;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a cluster speaks to its endpoints' sockets: one way for all, or chosen by each endpoint's
/// metadata (Istio's `tlsMode`). Immutable.
public final class TransportSockets {
    private static final String MATCH_METADATA = "envoy.transport_socket_match";

    private final UpstreamTransport usual;
    private final List<Match> matches;

    private TransportSockets(UpstreamTransport usual, List<Match> matches) {
        this.usual = usual;
        this.matches = List.copyOf(matches);
    }

    private record Match(Map<String, Value> wanted, UpstreamTransport transport) {
        boolean fits(Struct metadata) {
            for (Map.Entry<String, Value> entry : wanted.entrySet()) {
                if (!entry.getValue().equals(metadata.getFieldsMap().get(entry.getKey()))) {
                    return false;
                }
            }
            return true;
        }
    }

    static TransportSockets compile(Cluster proto, TlsContexts tls, ConfigPlace at) {
        String owner = owner(ClusterCompiler.statName(proto));
        UpstreamTransport usual = UpstreamTransport.PLAIN;
        if (proto.hasTransportSocket()) {
            usual = one(proto.getTransportSocket(), tls, at.field("transport_socket"), owner);
        }
        List<Match> matches = new ArrayList<>();
        for (int i = 0; i < proto.getTransportSocketMatchesCount(); i++) {
            Cluster.TransportSocketMatch match = proto.getTransportSocketMatches(i);
            matches.add(
                    new Match(
                            match.getMatch().getFieldsMap(),
                            one(
                                    match.getTransportSocket(),
                                    tls,
                                    at.element("transport_socket_matches", i)
                                            .field("transport_socket"),
                                    owner)));
        }
        return new TransportSockets(usual, matches);
    }

    /// What the statistics of a cluster's TLS begin with.
    public static String owner(String clusterStatName) {
        return "cluster." + clusterStatName + '.';
    }

    private static UpstreamTransport one(
            TransportSocket socket, TlsContexts tls, ConfigPlace at, String owner) {
        if (!Anys.is(socket.getTypedConfig(), ProxyProtocolUpstreamTransport.class)) {
            return new UpstreamTransport(encryption(socket, tls, at, owner), null);
        }
        ConfigPlace place = at.field("typed_config");
        ProxyProtocolUpstreamTransport outer =
                UpstreamProxyProtocolCompiler.open(socket.getTypedConfig(), place);
        return outer == null
                ? UpstreamTransport.PLAIN
                : new UpstreamTransport(
                        encryption(
                                outer.getTransportSocket(),
                                tls,
                                place.field("transport_socket"),
                                owner),
                        UpstreamProxyProtocolCompiler.compile(outer, place));
    }

    private static @Nullable UpstreamTls encryption(
            TransportSocket socket, TlsContexts tls, ConfigPlace at, String owner) {
        try {
            if (Anys.is(socket.getTypedConfig(), UpstreamTlsContext.class)) {
                return tls.upstream(
                        Anys.unpack(socket.getTypedConfig(), UpstreamTlsContext.class),
                        at.field("typed_config").path(),
                        owner);
            }
        } catch (InvalidProtocolBufferException e) {
            at.field("typed_config").refuse("cannot be read: " + e.getMessage());
            return null;
        } catch (TlsConfigException e) {
            e.problems().forEach(at::refuse);
            return null;
        }
        boolean plain =
                Anys.is(socket.getTypedConfig(), RawBuffer.class)
                        || socket.getName().equals("envoy.transport_sockets.raw_buffer");
        if (!plain) {
            at.refuse(
                    "'"
                            + socket.getName()
                            + "' is not supported: use envoy.transport_sockets.tls or raw_buffer");
        }
        return null;
    }

    /// How health checks are encrypted: as requests are, or as the check's own criteria say.
    HealthCheckSettings.Transport ofChecks(HealthCheck check) {
        if (!check.hasTransportSocketMatchCriteria()) {
            return Endpoint::transport;
        }
        UpstreamTransport always = of(check.getTransportSocketMatchCriteria());
        return _ -> always;
    }

    /// What stands before an endpoint with this metadata.
    UpstreamTransport of(Struct matchMetadata) {
        for (Match match : matches) {
            if (match.fits(matchMetadata)) {
                return match.transport();
            }
        }
        return usual;
    }

    /// Whether endpoints that say nothing of it are spoken to by TLS.
    boolean isSecureWithoutMetadata() {
        return of(Struct.getDefaultInstance()).tls() != null;
    }

    /// Whether no endpoint is spoken to in plain text, whatever its metadata say.
    boolean areAllSecure() {
        return usual.tls() != null
                && matches.stream().allMatch(match -> match.transport().tls() != null);
    }

    static Struct matchMetadata(Map<String, Struct> metadata) {
        return metadata.getOrDefault(MATCH_METADATA, Struct.getDefaultInstance());
    }

    List<String> secretNames() {
        List<String> names = new ArrayList<>();
        addSecretNames(usual, names);
        matches.forEach(match -> addSecretNames(match.transport(), names));
        return names;
    }

    private static void addSecretNames(UpstreamTransport transport, List<String> names) {
        if (transport.tls() != null) {
            names.addAll(transport.tls().secretNames());
        }
    }
}
