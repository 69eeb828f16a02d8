package io.meltemi.proxy.cluster;

import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.meltemi.proxy.dns.DnsCacheSettings;
import io.meltemi.proxy.dns.FailureBackoff;
import io.meltemi.proxy.dns.Resolver;
import io.meltemi.proxy.http.h1.Http1Options;
import io.meltemi.proxy.http.h2.Http2Options;
import io.meltemi.proxy.loop.SocketOption;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One cluster's configuration, compiled. Immutable.
///
/// @param statName what its statistics are named by: `alt_stat_name`, or the name
/// @param bindAddress the source of its connections, or null for any
/// @param metadata for logs; null without any
/// @param checks what active health checks mean for its endpoints; null: they are not checked
/// @param closesOnFailure whether TCP connections to an endpoint end when its health fails (Envoy's
///   `close_connections_on_host_health_failure`)
/// @param filters what stands between this proxy and its endpoints, in order
/// @param preconnectRatio how many connections an endpoint gets for each request under way; 1 or
///   more
public record ClusterSettings(
        String name,
        String statName,
        Discovery discovery,
        LbSettings lb,
        long connectTimeoutNanos,
        CircuitBreakers.Limits defaultLimits,
        CircuitBreakers.Limits highLimits,
        @Nullable OutlierSettings outlier,
        UpstreamHttp http,
        @Nullable InetSocketAddress bindAddress,
        SocketSettings socket,
        @Nullable Metadata metadata,
        @Nullable ActiveChecks checks,
        boolean closesOnFailure,
        List<UpstreamFilter> filters,
        double preconnectRatio) {
    public ClusterSettings {
        filters = List.copyOf(filters);
    }

    /// Where a cluster's endpoints come from.
    public sealed interface Discovery {
        /// Names them itself.
        record Static() implements Discovery {}

        /// Gets them from EDS under this name.
        record Eds(String serviceName) implements Discovery {}

        /// Goes where the client wanted to go.
        ///
        /// @param headerName the header whose address wins over the connection's, or null
        /// @param port called instead of the one that was wanted; 0: that one
        record OriginalDestination(@Nullable String headerName, int port) implements Discovery {}

        /// Resolves names.
        ///
        /// @param strict whether each address is an endpoint of its own
        record Dns(
                List<Name> names, boolean strict, Family family, Refresh refresh, Resolver resolver)
                implements Discovery {
            public Dns {
                names = List.copyOf(names);
            }
        }

        /// Uses the endpoints of other clusters, the first ones first.
        ///
        /// @param clusters their names; one that is not there has no endpoints
        record Aggregate(List<String> clusters) implements Discovery {
            public Aggregate {
                clusters = List.copyOf(clusters);
            }
        }

        /// Goes to the host that the request names, as a DNS cache has it.
        ///
        /// @param defaultPort of hosts that come without
        record DynamicForward(DnsCacheSettings cache, int defaultPort) implements Discovery {}

        /// When names are asked for again. Immutable.
        ///
        /// @param respectsTtl whether what the answer says goes before `nanos`
        /// @param jitterNanos up to which time is added by chance; 0 for none
        record Refresh(long nanos, boolean respectsTtl, long jitterNanos, OnFailure onFailure) {}

        /// When they are asked for again after nobody answered. Immutable.
        ///
        /// @param backoff null: as after an answer
        record OnFailure(long usualNanos, @Nullable FailureBackoff backoff) {
            /// @param failures in a row
            public long nanos(int failures) {
                return backoff == null ? usualNanos : backoff.nanos(failures);
            }
        }

        /// A name to resolve, and what its addresses have in common.
        ///
        /// @param weight of its locality
        record Name(String host, int port, int weight, Endpoint.Definition template) {}

        /// Which kinds of addresses are taken, in the words of Envoy's `dns_lookup_family`.
        enum Family {
            V4_ONLY,
            V6_ONLY,
            /// IPv4 if there is any.
            V4_PREFERRED,
            /// IPv6 if there is any.
            V6_PREFERRED,
            ALL
        }
    }

    /// How HTTP is spoken to its endpoints. Immutable.
    ///
    /// @param maxRequestsPerConnection 0 for any number
    /// @param idleNanos how long an unused connection is kept; 0 for ever
    /// @param maxConnectionNanos how long any connection is used; 0 for ever
    /// @param requestedName how TLS finds the name to ask for in a request; null when it does not
    public record UpstreamHttp(
            Protocol protocol,
            int maxRequestsPerConnection,
            long idleNanos,
            long maxConnectionNanos,
            Http1Options http1,
            Http2Options http2,
            @Nullable RequestedName requestedName) {
        /// Whether an endpoint has to have the name a request asks for.
        public boolean verifiesRequestedName() {
            return requestedName != null && requestedName.verified();
        }

        public static final long DEFAULT_IDLE_NANOS = 3_600_000_000_000L;

        /// The version to speak.
        public enum Protocol {
            HTTP1,
            HTTP2,
            /// The version the client spoke.
            DOWNSTREAM,
            /// What the server chose by ALPN.
            AUTO;

            /// The same, where it depends on it, for what the client spoke.
            public Protocol after(boolean clientSpeaksHttp2) {
                if (this != DOWNSTREAM) {
                    return this;
                }
                return clientSpeaksHttp2 ? HTTP2 : HTTP1;
            }
        }
    }

    /// Socket options of its connections. Immutable.
    ///
    /// @param keepAlive TCP keep-alive settings in seconds, 0 for the system's; null when off
    /// @param options set before a connection is made, which fails when the system refuses one
    /// @param order of the addresses of an endpoint that has several
    public record SocketSettings(
            @Nullable KeepAlive keepAlive, List<SocketOption> options, AddressOrder order) {
        public SocketSettings {
            options = List.copyOf(options);
        }

        /// TCP keep-alive. Immutable.
        public record KeepAlive(int idleSeconds, int intervalSeconds, int probes) {}
    }
}
