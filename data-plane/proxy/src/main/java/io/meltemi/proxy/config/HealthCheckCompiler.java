package io.meltemi.proxy.config;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.HealthCheck;
import io.envoyproxy.envoy.config.core.v3.HealthCheck.GrpcHealthCheck;
import io.envoyproxy.envoy.config.core.v3.HealthCheck.HttpHealthCheck;
import io.envoyproxy.envoy.config.core.v3.HealthCheck.Payload;
import io.envoyproxy.envoy.config.core.v3.HealthCheck.TcpHealthCheck;
import io.envoyproxy.envoy.config.core.v3.RequestMethod;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.health_check.event_sinks.file.v3.HealthCheckEventFileSink;
import io.envoyproxy.envoy.type.v3.CodecClientType;
import io.envoyproxy.envoy.type.v3.Int64Range;
import io.meltemi.proxy.cluster.ClusterSettings.UpstreamHttp;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.config.match.HeaderMutationCompiler;
import io.meltemi.proxy.config.match.MatchFields;
import io.meltemi.proxy.config.match.StringMatchCompiler;
import io.meltemi.proxy.config.match.Values;
import io.meltemi.proxy.decide.rewrite.HeaderMutations;
import io.meltemi.proxy.health.HealthCheckSettings;
import io.meltemi.proxy.health.Probing;
import io.meltemi.proxy.observe.accesslog.EventLogs;
import io.meltemi.xds.message.Anys;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Compiles `health_checks` of a cluster. Thread-safe.
final class HealthCheckCompiler {
    private static final long DEFAULT_NO_TRAFFIC_MILLIS = 60_000;
    private static final int DEFAULT_BODY_BYTES = 1024;

    /// What a body is looked through for at most, however large the configured buffer is.
    private static final int MOST_BODY_BYTES = 1 << 20;

    private static final List<Probing.StatusRange> OK = List.of(new Probing.StatusRange(200, 201));

    private final EventLogs logs;

    HealthCheckCompiler(EventLogs logs) {
        this.logs = logs;
    }

    static void addFields(SupportedFields.Builder fields) {
        fields.include(MatchFields.FIELDS)
                .supports(
                        HealthCheck.getDescriptor(),
                        "timeout interval initial_jitter interval_jitter interval_jitter_percent"
                                + " unhealthy_threshold healthy_threshold reuse_connection"
                                + " http_health_check tcp_health_check grpc_health_check"
                                + " no_traffic_interval no_traffic_healthy_interval"
                                + " unhealthy_interval unhealthy_edge_interval"
                                + " healthy_edge_interval event_log_path event_logger"
                                + " always_log_health_check_failures"
                                + " always_log_health_check_success"
                                + " transport_socket_match_criteria")
                // Envoy has them without doing anything with them.
                .ignores(HealthCheck.getDescriptor(), "alt_port event_service")
                .supports(
                        HttpHealthCheck.getDescriptor(),
                        "host path send receive response_buffer_size request_headers_to_add"
                                + " request_headers_to_remove expected_statuses retriable_statuses"
                                + " codec_client_type service_name_matcher method")
                .supports(TcpHealthCheck.getDescriptor(), "send receive")
                .supports(
                        GrpcHealthCheck.getDescriptor(), "service_name authority initial_metadata")
                .supports(HealthCheckEventFileSink.getDescriptor(), "event_log_path");
    }

    /// How the cluster's endpoints are checked; null when they are not.
    @Nullable HealthCheckSettings compile(
            Cluster cluster, UpstreamHttp http, TransportSockets transports, ConfigPlace at) {
        if (cluster.getHealthChecksCount() == 0) {
            return null;
        }
        if (cluster.getHealthChecksCount() > 1) {
            at.field("health_checks").refuse("has more than one check, which is not supported");
        }
        if (!cluster.hasClusterType() && cluster.getType() == Cluster.DiscoveryType.ORIGINAL_DST) {
            at.field("health_checks").refuse("are not supported for ORIGINAL_DST yet");
        }
        ConfigPlace place = at.element("health_checks", 0);
        HealthCheck proto = cluster.getHealthChecks(0);
        Probing probing = probing(proto, http, place);
        if (!proto.hasUnhealthyThreshold()) {
            place.field("unhealthy_threshold").refuse("is missing");
        }
        if (!proto.hasHealthyThreshold()) {
            place.field("healthy_threshold").refuse("is missing");
        }
        return new HealthCheckSettings(
                probing,
                times(proto, place),
                proto.getUnhealthyThreshold().getValue(),
                proto.getHealthyThreshold().getValue(),
                !proto.hasReuseConnection() || proto.getReuseConnection().getValue(),
                proto.getAlwaysLogHealthCheckFailures(),
                proto.getAlwaysLogHealthCheckSuccess(),
                logPaths(proto, place),
                transports.ofChecks(proto));
    }

    private Probing probing(HealthCheck proto, UpstreamHttp http, ConfigPlace at) {
        return switch (proto.getHealthCheckerCase()) {
            case HTTP_HEALTH_CHECK ->
                    http(proto.getHttpHealthCheck(), at.field("http_health_check"));
            case TCP_HEALTH_CHECK -> tcp(proto.getTcpHealthCheck(), at.field("tcp_health_check"));
            case GRPC_HEALTH_CHECK -> {
                ConfigPlace place = at.field("grpc_health_check");
                if (http.protocol() == UpstreamHttp.Protocol.HTTP1) {
                    place.refuse("needs a cluster that speaks HTTP/2");
                }
                yield grpc(proto.getGrpcHealthCheck(), place);
            }
            case CUSTOM_HEALTH_CHECK, HEALTHCHECKER_NOT_SET -> {
                at.refuse("needs http_health_check, tcp_health_check or grpc_health_check");
                yield new Probing.Tcp(ByteString.EMPTY, List.of());
            }
        };
    }

    private static Probing http(HttpHealthCheck proto, ConfigPlace at) {
        if (proto.getPath().isEmpty()) {
            at.field("path").refuse("is empty");
        }
        if (proto.getCodecClientType() == CodecClientType.HTTP3
                || proto.getCodecClientType() == CodecClientType.UNRECOGNIZED) {
            at.field("codec_client_type").refuse("must be HTTP1 or HTTP2");
        }
        String method = method(proto.getMethod(), at.field("method"));
        ByteString send =
                proto.hasSend() ? payload(proto.getSend(), at.field("send")) : ByteString.EMPTY;
        if (proto.hasSend() && List.of("GET", "HEAD", "DELETE", "TRACE").contains(method)) {
            at.field("send").refuse("needs a method with a body, which " + method + " is not");
        }
        List<ByteString> receive = payloads(proto.getReceiveList(), at);
        return new Probing.Http(
                proto.getHost(),
                proto.getPath(),
                method,
                send,
                receive,
                bodyBytes(proto, receive, at.field("response_buffer_size")),
                HeaderMutations.of(
                        List.of(
                                HeaderMutationCompiler.compile(
                                        proto.getRequestHeadersToAddList(),
                                        proto.getRequestHeadersToRemoveList(),
                                        at,
                                        "request"))),
                proto.getExpectedStatusesCount() == 0
                        ? OK
                        : ranges(proto.getExpectedStatusesList(), at, "expected_statuses"),
                ranges(proto.getRetriableStatusesList(), at, "retriable_statuses"),
                proto.getCodecClientType() == CodecClientType.HTTP2,
                proto.hasServiceNameMatcher()
                        ? StringMatchCompiler.compile(
                                proto.getServiceNameMatcher(), at.field("service_name_matcher"))
                        : null);
    }

    private static String method(RequestMethod method, ConfigPlace at) {
        return switch (method) {
            case METHOD_UNSPECIFIED -> "GET";
            case CONNECT, UNRECOGNIZED -> {
                at.refuse("must not be " + method);
                yield "GET";
            }
            default -> method.name();
        };
    }

    private static int bodyBytes(HttpHealthCheck proto, List<ByteString> receive, ConfigPlace at) {
        if (!proto.hasResponseBufferSize()) {
            return sized(DEFAULT_BODY_BYTES, receive, at);
        }
        long wanted = proto.getResponseBufferSize().getValue();
        return wanted == 0
                ? MOST_BODY_BYTES
                : sized(
                        wanted < 0 ? MOST_BODY_BYTES : (int) Math.min(wanted, MOST_BODY_BYTES),
                        receive,
                        at);
    }

    private static int sized(int bytes, List<ByteString> receive, ConfigPlace at) {
        long wanted = receive.stream().mapToLong(ByteString::size).sum();
        if (wanted > bytes) {
            at.refuse("is " + bytes + ", less than the " + wanted + " bytes that are expected");
        }
        return bytes;
    }

    private static List<Probing.StatusRange> ranges(
            List<Int64Range> protos, ConfigPlace at, String field) {
        List<Probing.StatusRange> ranges = new ArrayList<>();
        for (int i = 0; i < protos.size(); i++) {
            long from = protos.get(i).getStart();
            long to = protos.get(i).getEnd();
            if (from >= to || from < 100 || to > 600) {
                at.element(field, i).refuse(from + " to " + to + " is no range within 100 to 600");
            } else {
                ranges.add(new Probing.StatusRange((int) from, (int) to));
            }
        }
        return ranges;
    }

    private static Probing tcp(TcpHealthCheck proto, ConfigPlace at) {
        return new Probing.Tcp(
                proto.hasSend() ? payload(proto.getSend(), at.field("send")) : ByteString.EMPTY,
                payloads(proto.getReceiveList(), at));
    }

    private static Probing grpc(GrpcHealthCheck proto, ConfigPlace at) {
        return new Probing.Grpc(
                proto.getServiceName(),
                proto.getAuthority(),
                HeaderMutations.of(
                        List.of(
                                new HeaderMutations.Level(
                                        List.of(),
                                        HeaderMutationCompiler.compileAdds(
                                                proto.getInitialMetadataList(),
                                                at,
                                                "initial_metadata")))));
    }

    private static List<ByteString> payloads(List<Payload> protos, ConfigPlace at) {
        List<ByteString> payloads = new ArrayList<>();
        for (int i = 0; i < protos.size(); i++) {
            payloads.add(payload(protos.get(i), at.element("receive", i)));
        }
        return payloads;
    }

    private static ByteString payload(Payload proto, ConfigPlace at) {
        return switch (proto.getPayloadCase()) {
            case TEXT -> {
                try {
                    byte[] bytes =
                            HexFormat.of().parseHex(proto.getText().toLowerCase(Locale.ROOT));
                    if (bytes.length == 0) {
                        at.field("text").refuse("is empty");
                    }
                    yield ByteString.copyFrom(bytes);
                } catch (IllegalArgumentException _) {
                    at.field("text").refuse("'" + proto.getText() + "' is not hexadecimal");
                    yield ByteString.EMPTY;
                }
            }
            case BINARY -> proto.getBinary();
            case PAYLOAD_NOT_SET -> {
                at.refuse("needs text or binary");
                yield ByteString.EMPTY;
            }
        };
    }

    private static HealthCheckSettings.Times times(HealthCheck proto, ConfigPlace at) {
        long timeout = required(proto.hasTimeout(), proto.getTimeout(), at.field("timeout"));
        long interval = required(proto.hasInterval(), proto.getInterval(), at.field("interval"));
        long noTraffic =
                positive(
                        proto.hasNoTrafficInterval(),
                        proto.getNoTrafficInterval(),
                        DEFAULT_NO_TRAFFIC_MILLIS,
                        at.field("no_traffic_interval"));
        long unhealthy =
                positive(
                        proto.hasUnhealthyInterval(),
                        proto.getUnhealthyInterval(),
                        interval,
                        at.field("unhealthy_interval"));
        return new HealthCheckSettings.Times(
                timeout,
                interval,
                noTraffic,
                positive(
                        proto.hasNoTrafficHealthyInterval(),
                        proto.getNoTrafficHealthyInterval(),
                        noTraffic,
                        at.field("no_traffic_healthy_interval")),
                unhealthy,
                positive(
                        proto.hasUnhealthyEdgeInterval(),
                        proto.getUnhealthyEdgeInterval(),
                        unhealthy,
                        at.field("unhealthy_edge_interval")),
                positive(
                        proto.hasHealthyEdgeInterval(),
                        proto.getHealthyEdgeInterval(),
                        interval,
                        at.field("healthy_edge_interval")),
                millis(proto.getInitialJitter(), at.field("initial_jitter")),
                millis(proto.getIntervalJitter(), at.field("interval_jitter")),
                Math.max(0, proto.getIntervalJitterPercent()));
    }

    private static long required(boolean isSet, Duration duration, ConfigPlace at) {
        if (!isSet) {
            at.refuse("is missing");
        }
        return positive(isSet, duration, 1, at);
    }

    private static long positive(boolean isSet, Duration duration, long usual, ConfigPlace at) {
        if (!isSet) {
            return usual;
        }
        if (Values.nanos(duration, at) == 0) {
            at.refuse("must be greater than 0");
        }
        return Math.max(1, millis(duration, at));
    }

    private static long millis(Duration duration, ConfigPlace at) {
        return Values.nanos(duration, at) / 1_000_000;
    }

    @SuppressWarnings("deprecation") // `event_log_path`: what older files have
    private List<String> logPaths(HealthCheck proto, ConfigPlace at) {
        List<String> paths = new ArrayList<>();
        for (int i = 0; i < proto.getEventLoggerCount(); i++) {
            TypedExtensionConfig logger = proto.getEventLogger(i);
            ConfigPlace place = at.element("event_logger", i).field("typed_config");
            try {
                if (!Anys.is(logger.getTypedConfig(), HealthCheckEventFileSink.class)) {
                    place.refuse("'" + logger.getName() + "' is not supported: use the file sink");
                    continue;
                }
                HealthCheckEventFileSink sink =
                        Anys.unpack(logger.getTypedConfig(), HealthCheckEventFileSink.class);
                ProxyFields.all().check(sink, place);
                add(sink.getEventLogPath(), paths, place.field("event_log_path"));
            } catch (InvalidProtocolBufferException e) {
                place.refuse("cannot be read: " + e.getMessage());
            }
        }
        if (!proto.getEventLogPath().isEmpty()) {
            add(proto.getEventLogPath(), paths, at.field("event_log_path"));
        }
        return paths;
    }

    /// A file that cannot be opened is refused with its configuration.
    private void add(String path, List<String> paths, ConfigPlace at) {
        if (path.isEmpty()) {
            at.refuse("is empty");
            return;
        }
        try {
            logs.open(path).close();
            paths.add(path);
        } catch (IllegalArgumentException e) {
            at.refuse(String.valueOf(e.getMessage()));
        }
    }
}
