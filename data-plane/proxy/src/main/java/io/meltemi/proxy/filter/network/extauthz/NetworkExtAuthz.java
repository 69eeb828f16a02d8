package io.meltemi.proxy.filter.network.extauthz;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.extensions.filters.network.ext_authz.v3.ExtAuthz;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.config.match.Values;
import io.meltemi.proxy.filter.TypedConfig;
import io.meltemi.proxy.filter.UpstreamCall;
import io.meltemi.proxy.filter.network.NetworkConnection;
import io.meltemi.proxy.filter.network.NetworkFilter;
import io.meltemi.proxy.filter.network.NetworkFilterContext;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import io.meltemi.proxy.http.ResponseFlag;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Asks a service whether a connection may stay, with the client's first bytes. Immutable.
///
/// Envoy: bytes wait until the service has answered; one that cannot be asked means no, unless
/// `failure_mode_allow`.
public final class NetworkExtAuthz implements NetworkFilter {
    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .supports(
                            ExtAuthz.getDescriptor(),
                            "stat_prefix grpc_service failure_mode_allow transport_api_version"
                                    + " include_tls_session")
                    .supports(GrpcService.getDescriptor(), "envoy_grpc timeout")
                    .supports(GrpcService.EnvoyGrpc.getDescriptor(), "cluster_name authority")
                    .build();

    /// Before a message of gRPC: whether it is compressed, and its length.
    private static final int HEAD = 5;

    /// Envoy's, when `grpc_service` has none.
    private static final long DEFAULT_TIMEOUT_NANOS = 200_000_000L;

    private final String cluster;
    private final String authority;
    private final long timeoutNanos;
    private final boolean allowsOnFailure;
    private final boolean tlsSession;
    private final AuthzCounts counts;

    private NetworkExtAuthz(
            ExtAuthz proto,
            String cluster,
            String authority,
            long timeoutNanos,
            AuthzCounts counts) {
        this.cluster = cluster;
        this.authority = authority;
        this.timeoutNanos = timeoutNanos;
        this.allowsOnFailure = proto.getFailureModeAllow();
        this.tlsSession = proto.getIncludeTlsSession();
        this.counts = counts;
    }

    /// @return null when the configuration was refused at `at`
    public static @Nullable NetworkFilter compile(
            Any config, ConfigPlace at, NetworkFilterContext context) {
        ExtAuthz proto = TypedConfig.open(config, ExtAuthz.getDefaultInstance(), FIELDS, at);
        if (proto == null) {
            return null;
        }
        if (proto.getStatPrefix().isEmpty()) {
            at.field("stat_prefix").refuse("is empty");
        }
        if (proto.getTransportApiVersion() != ApiVersion.V3) {
            at.field("transport_api_version").refuse("must be V3");
        }
        ConfigPlace place = at.field("grpc_service");
        GrpcService service = proto.getGrpcService();
        String cluster = service.getEnvoyGrpc().getClusterName();
        if (cluster.isEmpty()) {
            place.refuse("must have envoy_grpc with a cluster_name");
        }
        long timeout =
                service.hasTimeout()
                        ? Values.nanos(service.getTimeout(), place.field("timeout"))
                        : DEFAULT_TIMEOUT_NANOS;
        if (!at.isClean()) {
            return null;
        }
        String authority = service.getEnvoyGrpc().getAuthority();
        return new NetworkExtAuthz(
                proto,
                cluster,
                authority.isEmpty() ? cluster : authority,
                timeout,
                new AuthzCounts(context.stats(), proto.getStatPrefix()));
    }

    @Override
    public boolean readsBytes() {
        return true;
    }

    @Override
    public boolean onFirstBytes(NetworkConnection connection) {
        Question question = new Question(connection);
        question.ask();
        return question.goesOn();
    }

    /// One connection's question. Confined to its event loop.
    private final class Question implements UpstreamCall.Callback {
        private final NetworkConnection connection;
        private final int worker;
        private @Nullable UpstreamCall call;
        private boolean asking = true;
        private boolean answered;
        private boolean allowed;

        Question(NetworkConnection connection) {
            this.connection = connection;
            this.worker = connection.loop().index();
        }

        void ask() {
            counts.total.increment(worker);
            counts.active.add(worker, 1);
            byte[] message = ConnectionFacts.of(connection.facts(), tlsSession).toByteArray();
            byte[] frame =
                    ByteBuffer.allocate(HEAD + message.length)
                            .put((byte) 0)
                            .putInt(message.length)
                            .put(message)
                            .array();
            call = connection.call(cluster, headers(), frame, timeoutNanos, this);
            if (call == null && !answered) {
                onFailure();
            }
            asking = false;
            connection.onClosed(() -> {
                if (!answered) {
                    answered = true;
                    counts.active.add(worker, -1);
                    if (call != null) {
                        call.cancel();
                    }
                }
            });
        }

        boolean goesOn() {
            return answered && allowed;
        }

        private HeaderMap headers() {
            HeaderMap headers = new HeaderMap();
            headers.add(HeaderNames.METHOD, "POST");
            headers.add(HeaderNames.SCHEME, "http");
            headers.add(HeaderNames.PATH, "/envoy.service.auth.v3.Authorization/Check");
            headers.add(HeaderNames.AUTHORITY, authority);
            headers.add(HeaderNames.TE, "trailers");
            headers.add(HeaderNames.CONTENT_TYPE, "application/grpc");
            if (timeoutNanos > 0) {
                headers.add("grpc-timeout", timeoutNanos / 1_000_000 + "m");
            }
            return headers;
        }

        @Override
        public void onResponse(HeaderMap headers, byte[] body, @Nullable HeaderMap trailers) {
            String status = (trailers == null ? headers : trailers).get(HeaderNames.GRPC_STATUS);
            // A compressed message was not asked for.
            if (!"0".equals(status) || body.length < HEAD || body[0] != 0) {
                onFailure();
                return;
            }
            try {
                ByteBuffer message = ByteBuffer.wrap(body, HEAD, body.length - HEAD);
                if (CheckResponse.parseFrom(message).getStatus().getCode() == 0) {
                    counts.ok.increment(worker);
                    decided(true);
                } else {
                    counts.denied.increment(worker);
                    decided(false);
                }
            } catch (InvalidProtocolBufferException _) {
                onFailure();
            }
        }

        @Override
        public void onFailure() {
            counts.error.increment(worker);
            if (allowsOnFailure) {
                counts.failureModeAllowed.increment(worker);
            }
            decided(allowsOnFailure);
        }

        private void decided(boolean may) {
            if (answered) {
                return;
            }
            answered = true;
            allowed = may;
            counts.active.add(worker, -1);
            if (!may) {
                counts.connectionsClosed.increment(worker);
                connection.close(null, ResponseFlag.UNAUTHORIZED_EXTERNAL_SERVICE);
            } else if (!asking) {
                connection.proceed();
            }
        }
    }
}
