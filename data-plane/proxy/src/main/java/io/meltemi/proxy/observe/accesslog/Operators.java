package io.meltemi.proxy.observe.accesslog;

import static io.meltemi.proxy.observe.ExchangeRecord.NEVER;

import io.meltemi.proxy.http.ResponseFlag;
import io.meltemi.proxy.observe.AddressText;
import io.meltemi.proxy.observe.ConnectionRecord;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.HeaderBytes;
import io.meltemi.proxy.observe.ResponseFlags;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// Every command operator without an argument, by name, and where those with one are made.
/// Immutable. Meanings and what is printed when a value is absent: Envoy's "Access logging, command
/// operators", asked of Envoy 1.40 where the page is silent.
final class Operators {
    private static final long MILLI = 1_000_000;
    private static final Map<String, Value> PLAIN = new HashMap<>();

    /// Those that may be cut: `%REQ(X-A):5%`.
    private static final Set<String> CUT =
            Set.of(
                    "REQ",
                    "REQUEST_HEADER",
                    "RESP",
                    "RESPONSE_HEADER",
                    "TRAILER",
                    "RESPONSE_TRAILER",
                    "REQ_WITHOUT_QUERY",
                    "DYNAMIC_METADATA",
                    "CLUSTER_METADATA",
                    "UPSTREAM_METADATA",
                    "METADATA",
                    "FILTER_STATE",
                    "UPSTREAM_FILTER_STATE",
                    "PATH",
                    "QUERY_PARAM",
                    "QUERY_PARAMS",
                    "ENVIRONMENT",
                    "COALESCE");

    static {
        response();
        sizes();
        durations();
        names();
        addresses();
        tls();
        absent();
        attempts();
        CertificateOperators.addTo(PLAIN);
    }

    private final String hostname;
    private final boolean withoutQuery;

    /// @param hostname what `%HOSTNAME%` prints
    /// @param withoutQuery whether the formatter of `%REQ_WITHOUT_QUERY%` is configured
    Operators(String hostname, boolean withoutQuery) {
        this.hostname = hostname;
        this.withoutQuery = withoutQuery;
    }

    /// @param argument what stands in brackets, null without brackets
    /// @param limit the most characters; -1: all
    /// @throws IllegalArgumentException when there is no such operator, or its argument is wrong,
    ///   or it cannot be cut
    Value create(String name, @Nullable String argument, int limit) {
        if (limit >= 0 && !CUT.contains(name)) {
            throw new IllegalArgumentException("%" + name + "% does not allow a length");
        }
        Value value = made(name, argument, limit);
        return limit < 0
                ? value
                : (record, out) -> {
                    out.limit(limit);
                    boolean present = value.write(record, out);
                    out.limit(Integer.MAX_VALUE);
                    return present;
                };
    }

    private Value made(String name, @Nullable String argument, int limit) {
        Value plain = PLAIN.get(name);
        if (plain != null) {
            if (argument != null) {
                throw new IllegalArgumentException("%" + name + "% takes no argument");
            }
            return plain;
        }
        return switch (name) {
            case "HOSTNAME" -> {
                if (argument != null) {
                    throw new IllegalArgumentException("%HOSTNAME% takes no argument");
                }
                yield text(_ -> hostname);
            }
            case "COALESCE" ->
                    CoalesceOperator.create(ArgumentOperators.needed(name, argument), limit, this);
            case "REQ_WITHOUT_QUERY" -> {
                if (!withoutQuery) {
                    throw new IllegalArgumentException(
                            "%REQ_WITHOUT_QUERY% needs its formatter among formatters");
                }
                yield ArgumentOperators.withoutQuery(ArgumentOperators.needed(name, argument));
            }
            default -> ArgumentOperators.create(name, argument);
        };
    }

    private static void response() {
        PLAIN.put("PROTOCOL", text(r -> r.protocol == null ? null : r.protocol.text()));
        PLAIN.put(
                "UPSTREAM_PROTOCOL",
                text(r -> r.upstreamProtocol == null ? null : r.upstreamProtocol.text()));
        number("RESPONSE_CODE", r -> r.responseCode);
        PLAIN.put("CONNECTION_TERMINATION_DETAILS", text(r -> r.connectionTerminationDetails));
        PLAIN.put("LOCAL_REPLY_BODY", localReplyBody());
        PLAIN.put("RESPONSE_FLAGS", shortFlags());
        PLAIN.put("RESPONSE_FLAGS_LONG", longFlags());
        number("UPSTREAM_REQUEST_ATTEMPT_COUNT", r -> r.upstreamAttempts);
        PLAIN.put("UPSTREAM_TRANSPORT_FAILURE_REASON", text(r -> r.upstreamTransportFailureReason));
        PLAIN.put(
                "DOWNSTREAM_TRANSPORT_FAILURE_REASON",
                text(r -> r.downstreamTransportFailureReason));
    }

    /// An empty body is printed as what it is.
    private static Value localReplyBody() {
        return (record, out) -> {
            String body = record.localReplyBody;
            if (body == null) {
                return false;
            }
            out.text(body);
            return true;
        };
    }

    private static void sizes() {
        number("BYTES_RECEIVED", r -> r.bytesReceived);
        number("BYTES_SENT", r -> r.bytesSent);
        number("REQUEST_HEADERS_BYTES", r -> HeaderBytes.of(r.requestHeaders));
        number("RESPONSE_HEADERS_BYTES", r -> HeaderBytes.of(r.responseHeaders));
        number("RESPONSE_TRAILERS_BYTES", r -> HeaderBytes.of(r.responseTrailers));
        // Envoy counts these of QUIC alone.
        number("BYTES_RETRANSMITTED", _ -> 0);
        number("PACKETS_RETRANSMITTED", _ -> 0);
    }

    private static void durations() {
        number("DURATION", r -> millis(r.endNanos));
        number("REQUEST_DURATION", r -> millis(r.requestReceivedNanos));
        number("REQUEST_TX_DURATION", r -> millis(r.upstreamLastSentNanos));
        number("RESPONSE_DURATION", r -> millis(r.upstreamFirstReceivedNanos));
        number(
                "RESPONSE_TX_DURATION",
                r ->
                        r.upstreamFirstReceivedNanos == NEVER || r.downstreamLastSentNanos == NEVER
                                ? NEVER
                                : (r.downstreamLastSentNanos - r.upstreamFirstReceivedNanos)
                                        / MILLI);
    }

    private static void names() {
        PLAIN.put("ROUTE_NAME", text(r -> r.routeName));
        PLAIN.put("FILTER_CHAIN_NAME", text(r -> r.filterChainName));
        PLAIN.put("UPSTREAM_CLUSTER_RAW", text(r -> r.upstreamCluster));
        PLAIN.put(
                "UPSTREAM_CLUSTER",
                text(r ->
                        r.upstreamClusterStatName == null
                                ? r.upstreamCluster
                                : r.upstreamClusterStatName));
        PLAIN.put("TRACE_ID", traceId());
        PLAIN.put("SPAN_ID", spanId());
        PLAIN.put("UNIQUE_ID", RequestOperators.uniqueId());
        PLAIN.put("QUERY_PARAMS", RequestOperators.queryParameters());
        PLAIN.put("STREAM_ID", streamId());
        number("CONNECTION_ID", r -> r.downstream == null ? 0 : r.downstream.id());
        number("UPSTREAM_CONNECTION_ID", r -> r.upstream == null ? 0 : r.upstream.id());
        PLAIN.put("ACCESS_LOG_TYPE", text(r -> r.logType().envoyName()));
    }

    private static void addresses() {
        address("DOWNSTREAM_REMOTE", ExchangeRecord::remoteAddress);
        address(
                "DOWNSTREAM_DIRECT_REMOTE",
                r -> of(r.downstream, ConnectionRecord::directRemoteAddress));
        address("DOWNSTREAM_LOCAL", r -> of(r.downstream, ConnectionRecord::localAddress));
        address(
                "DOWNSTREAM_DIRECT_LOCAL",
                r -> of(r.downstream, ConnectionRecord::directLocalAddress));
        address("UPSTREAM_LOCAL", r -> of(r.upstream, ConnectionRecord::localAddress));
        address("UPSTREAM_REMOTE", r -> of(r.upstream, ConnectionRecord::remoteAddress));
        PLAIN.put(
                "UPSTREAM_HOST", text(r -> r.upstreamHost == null ? null : r.upstreamHost.text()));
        PLAIN.put("UPSTREAM_HOST_NAME", text(Operators::hostName));
        PLAIN.put("UPSTREAM_HOST_NAME_WITHOUT_PORT", text(r -> withoutPort(hostName(r))));
    }

    /// What nothing here ever has: TLS fingerprints no inspector takes, acknowledgements of QUIC,
    /// internal endpoints, and flags that only foreign filters set.
    private static void absent() {
        for (String name :
                List.of("ROUNDTRIP_DURATION", "TLS_JA3_FINGERPRINT", "TLS_JA4_FINGERPRINT")) {
            PLAIN.put(name, (_, _) -> false);
        }
        // Envoy: these are empty then, not absent.
        PLAIN.put("CUSTOM_FLAGS", (_, _) -> true);
        PLAIN.put("DOWNSTREAM_LOCAL_ADDRESS_ENDPOINT_ID", (record, _) -> record.downstream != null);
        PLAIN.put("UPSTREAM_REMOTE_ADDRESS_ENDPOINT_ID", (record, _) -> record.upstream != null);
    }

    /// Envoy: a host counts as tried once there was a connection, and only the last attempt's does.
    private static void attempts() {
        PLAIN.put(
                "UPSTREAM_HOSTS_ATTEMPTED",
                text(r -> r.upstream == null ? null : of(r.upstreamHost, AddressText::text)));
        PLAIN.put(
                "UPSTREAM_HOSTS_ATTEMPTED_WITHOUT_PORT",
                text(r -> r.upstream == null ? null : of(r.upstreamHost, AddressText::ip)));
        PLAIN.put(
                "UPSTREAM_HOST_NAMES_ATTEMPTED",
                text(r -> r.upstream == null ? null : hostName(r)));
        PLAIN.put(
                "UPSTREAM_HOST_NAMES_ATTEMPTED_WITHOUT_PORT",
                text(r -> r.upstream == null ? null : withoutPort(hostName(r))));
        PLAIN.put(
                "UPSTREAM_CONNECTION_IDS_ATTEMPTED",
                text(r -> r.upstream == null ? null : Long.toString(r.upstream.id())));
    }

    private static void tls() {
        PLAIN.put(
                "DOWNSTREAM_LOCAL_SUBJECT",
                text(r -> of(r.downstreamTls(), ConnectionRecord.Tls::localSubject)));
        PLAIN.put(
                "DOWNSTREAM_PEER_SERIAL",
                text(r -> of(r.downstreamTls(), ConnectionRecord.Tls::peerSerial)));
        certificate("DOWNSTREAM", ExchangeRecord::downstreamTls);
        certificate("UPSTREAM", r -> r.upstream == null ? null : r.upstream.tls());
    }

    private static void certificate(
            String side, Function<ExchangeRecord, ConnectionRecord.@Nullable Tls> tls) {
        PLAIN.put(
                side + "_PEER_URI_SAN", text(r -> of(tls.apply(r), ConnectionRecord.Tls::peerUri)));
        PLAIN.put(
                side + "_LOCAL_URI_SAN",
                text(r -> of(tls.apply(r), ConnectionRecord.Tls::localUri)));
        PLAIN.put(
                side + "_PEER_SUBJECT",
                text(r -> of(tls.apply(r), ConnectionRecord.Tls::peerSubject)));
        PLAIN.put(
                side + "_TLS_VERSION", text(r -> of(tls.apply(r), ConnectionRecord.Tls::version)));
        PLAIN.put(side + "_TLS_CIPHER", text(r -> of(tls.apply(r), ConnectionRecord.Tls::cipher)));
    }

    private static <T, V> @Nullable V of(@Nullable T from, Function<T, @Nullable V> what) {
        return from == null ? null : what.apply(from);
    }

    private static void address(
            String lead, Function<ExchangeRecord, @Nullable AddressText> address) {
        PLAIN.put(lead + "_ADDRESS", text(r -> of(address.apply(r), AddressText::text)));
        PLAIN.put(lead + "_ADDRESS_WITHOUT_PORT", text(r -> of(address.apply(r), AddressText::ip)));
        number(
                lead + "_PORT",
                r -> {
                    AddressText known = address.apply(r);
                    return known == null || !known.isIp() ? NEVER : known.port();
                });
    }

    /// Envoy: a host without a name is called by its address.
    private static @Nullable String hostName(ExchangeRecord record) {
        if (record.upstreamHostName != null && !record.upstreamHostName.isEmpty()) {
            return record.upstreamHostName;
        }
        return record.upstreamHost == null ? null : record.upstreamHost.text();
    }

    private static @Nullable String withoutPort(@Nullable String name) {
        int colon = name == null ? -1 : name.lastIndexOf(':');
        return name == null || colon < 0 ? name : name.substring(0, colon);
    }

    private static void number(String name, ToLongFunction<ExchangeRecord> number) {
        PLAIN.put(name, new NumberValue(number));
    }

    static long millis(long nanos) {
        return nanos == NEVER ? NEVER : nanos / MILLI;
    }

    static Value text(Function<ExchangeRecord, @Nullable String> text) {
        return (record, out) -> {
            String value = text.apply(record);
            if (value == null || value.isEmpty()) {
                return false;
            }
            out.text(value);
            return true;
        };
    }

    /// `-` without a flag is the value, also in JSON and with `omit_empty_values`; several stand in
    /// the order in which they came (Envoy 1.40).
    private static Value shortFlags() {
        return flags(ResponseFlag::code);
    }

    private static Value longFlags() {
        Map<ResponseFlag, String> names = ResponseFlagNames.all();
        return flags(flag -> names.getOrDefault(flag, flag.name()));
    }

    private static Value flags(Function<ResponseFlag, String> name) {
        return (record, out) -> {
            ResponseFlag flag = ResponseFlags.nth(record.responseFlagSequence, 0);
            if (flag == null) {
                out.raw('-');
                return true;
            }
            for (int i = 1; flag != null; i++) {
                out.text(i == 1 ? "" : ",");
                out.text(name.apply(flag));
                flag = ResponseFlags.nth(record.responseFlagSequence, i);
            }
            return true;
        };
    }

    private static Value traceId() {
        return (record, out) -> {
            if (!record.trace.isActive()) {
                return false;
            }
            if (record.trace.hasLongId()) {
                out.hex(record.trace.traceIdHigh());
            }
            out.hex(record.trace.traceIdLow());
            return true;
        };
    }

    private static Value spanId() {
        return (record, out) -> {
            if (!record.trace.isActive()) {
                return false;
            }
            out.hex(record.trace.spanId());
            return true;
        };
    }

    /// Envoy: the request id where there is one, else a number.
    private static Value streamId() {
        return (record, out) -> {
            String requestId = record.requestId();
            if (requestId != null) {
                out.header(requestId);
            } else {
                out.number(record.streamId);
            }
            return true;
        };
    }
}
