package io.meltemi.proxy.observe;

import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.ResponseFlag;
import io.meltemi.proxy.observe.tracing.ExchangeTrace;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Everything logs, statistics and traces say about one HTTP exchange or one TCP connection.
/// Confined to its event loop: the data path fills it, hands it to the observers at the end, and
/// uses it again.
///
/// A plain struct with public fields: some fifty facts, each written in one place and read in one
/// place, whose setters would say nothing. Moments are nanoseconds since [#startNanos], or
/// [#NEVER].
public final class ExchangeRecord {
    /// A moment that has not come.
    public static final long NEVER = -1;

    /// Which worker's cells and buffers this record's owner writes to.
    public final int worker;

    /// True for a TCP connection: no headers, no response code.
    public boolean isTcp;

    /// Why it is logged now, while it is not over; null at its end.
    public @Nullable LogType logsBeforeEnd;

    /// Wall clock at the first byte, nanoseconds since 1970.
    public long startEpochNanos;

    /// [io.meltemi.base.time.Ticker] reading at the first byte.
    public long startNanos;

    /// The last byte of the request came in.
    public long requestReceivedNanos;

    public long upstreamFirstSentNanos;
    public long upstreamLastSentNanos;
    public long upstreamFirstReceivedNanos;
    public long upstreamLastReceivedNanos;
    public long downstreamFirstSentNanos;
    public long downstreamLastSentNanos;

    /// The exchange was over.
    public long endNanos;

    public @Nullable WireProtocol protocol;
    public @Nullable WireProtocol upstreamProtocol;

    /// Method, path and authority are read from here; null for TCP.
    public @Nullable HeaderMap requestHeaders;

    public @Nullable HeaderMap responseHeaders;
    public @Nullable HeaderMap responseTrailers;

    /// The downstream connection.
    public @Nullable ConnectionRecord downstream;

    /// The client's address as `x-forwarded-for` and the proxy protocol tell; null means the
    /// connection's.
    public @Nullable AddressText downstreamRemoteAddress;

    /// The server name an inspector read, or null.
    public @Nullable String requestedServerName;

    public @Nullable String filterChainName;
    public @Nullable String virtualHostName;
    public @Nullable String routeName;

    /// Trees of maps by namespace, as the route carries them.
    public @Nullable Map<String, Object> routeMetadata;

    public @Nullable String upstreamCluster;

    /// The cluster's `alt_stat_name` where it has one; null means [#upstreamCluster].
    public @Nullable String upstreamClusterStatName;

    public @Nullable Metadata clusterMetadata;

    /// The chosen endpoint, set also when it could not be reached.
    public @Nullable AddressText upstreamHost;

    public @Nullable String upstreamHostName;

    /// The chosen endpoint's `filter_metadata` by name.
    public @Nullable Map<String, Struct> upstreamMetadata;

    /// The upstream connection, once there was one.
    public @Nullable ConnectionRecord upstream;

    public @Nullable String upstreamTransportFailureReason;
    public @Nullable String downstreamTransportFailureReason;
    public @Nullable String connectionTerminationDetails;

    /// Whether a network filter ended the connection, and not the client.
    public boolean isClosedByFilter;

    /// 0 while there is none.
    public int responseCode;

    public @Nullable String responseCodeDetails;

    /// While the body of an answer of the proxy's own is made.
    public @Nullable String localReplyBody;

    /// A set of [ResponseFlag], see [ResponseFlags].
    public long responseFlags;

    /// The same flags in the order in which they came, see [ResponseFlags#nth].
    public long responseFlagSequence;

    /// Body bytes, for TCP all payload.
    public long bytesReceived;

    public long bytesSent;
    public long downstreamWireBytesReceived;
    public long downstreamWireBytesSent;
    public long upstreamWireBytesReceived;
    public long upstreamWireBytesSent;

    /// Messages of a gRPC call so far, where a filter counts them; else [#NEVER].
    public long grpcRequestMessages;

    public long grpcResponseMessages;

    /// How many times an upstream was tried.
    public int upstreamAttempts;

    /// Answered by a health check filter.
    public boolean isHealthCheck;

    /// Unique in this process (`%STREAM_ID%` prints the request id where there is one).
    public long streamId;

    public DynamicMetadata dynamicMetadata;

    /// The workload that calls, as a filter found out; or null.
    public @Nullable PeerMetadata downstreamPeer;

    /// The workload that is called, as a filter found out; or null.
    public @Nullable PeerMetadata upstreamPeer;

    /// Whether the client of a TCP connection is known, or will not be.
    public boolean isDownstreamPeerSettled;

    /// The same for who is called.
    public boolean isUpstreamPeerSettled;

    /// The trace this exchange belongs to; lives as long as the record and is used again.
    public final ExchangeTrace trace;

    public ExchangeRecord(int worker) {
        this.worker = worker;
        this.dynamicMetadata = DynamicMetadata.NONE;
        this.trace = new ExchangeTrace();
        reset();
    }

    /// Forgets the last exchange and starts another.
    ///
    /// @param epochNanos wall clock
    /// @param tickerNanos ticker
    public void begin(long epochNanos, long tickerNanos) {
        reset();
        startEpochNanos = epochNanos;
        startNanos = tickerNanos;
    }

    /// Lets go of everything referred to, so that an idle connection keeps no request alive.
    public void reset() {
        isTcp = false;
        logsBeforeEnd = null;
        startEpochNanos = 0;
        startNanos = 0;
        resetMoments();
        protocol = null;
        upstreamProtocol = null;
        requestHeaders = null;
        responseHeaders = null;
        responseTrailers = null;
        downstream = null;
        downstreamRemoteAddress = null;
        requestedServerName = null;
        filterChainName = null;
        virtualHostName = null;
        routeName = null;
        routeMetadata = null;
        upstreamCluster = null;
        upstreamClusterStatName = null;
        clusterMetadata = null;
        resetUpstreamHost();
        downstreamTransportFailureReason = null;
        connectionTerminationDetails = null;
        isClosedByFilter = false;
        responseCode = 0;
        responseCodeDetails = null;
        localReplyBody = null;
        responseFlags = 0;
        responseFlagSequence = 0;
        resetBytes();
        upstreamAttempts = 0;
        isHealthCheck = false;
        streamId = 0;
        dynamicMetadata = DynamicMetadata.NONE;
        resetPeers();
        trace.reset();
    }

    /// The same exchange begins anew, with another request: forgets the first one's upstream and
    /// response.
    ///
    /// @param tickerNanos ticker
    public void resetForRedirect(long tickerNanos) {
        startEpochNanos += tickerNanos - startNanos;
        startNanos = tickerNanos;
        resetMoments();
        requestReceivedNanos = 0;
        upstreamProtocol = null;
        responseHeaders = null;
        responseTrailers = null;
        upstreamCluster = null;
        upstreamClusterStatName = null;
        clusterMetadata = null;
        resetUpstreamHost();
        responseCode = 0;
        responseCodeDetails = null;
        responseFlags = 0;
        responseFlagSequence = 0;
        resetBytes();
        upstreamAttempts = 0;
        dynamicMetadata = DynamicMetadata.NONE;
        resetPeers();
        trace.reset();
    }

    private void resetPeers() {
        downstreamPeer = null;
        upstreamPeer = null;
        isDownstreamPeerSettled = false;
        isUpstreamPeerSettled = false;
    }

    private void resetMoments() {
        requestReceivedNanos = NEVER;
        upstreamFirstSentNanos = NEVER;
        upstreamLastSentNanos = NEVER;
        upstreamFirstReceivedNanos = NEVER;
        upstreamLastReceivedNanos = NEVER;
        downstreamFirstSentNanos = NEVER;
        downstreamLastSentNanos = NEVER;
        endNanos = NEVER;
    }

    /// Forgets the last attempt's host before another attempt.
    public void resetUpstreamHost() {
        upstreamHost = null;
        upstreamHostName = null;
        upstreamMetadata = null;
        upstream = null;
        upstreamTransportFailureReason = null;
    }

    private void resetBytes() {
        bytesReceived = 0;
        bytesSent = 0;
        downstreamWireBytesReceived = 0;
        downstreamWireBytesSent = 0;
        upstreamWireBytesReceived = 0;
        upstreamWireBytesSent = 0;
        grpcRequestMessages = NEVER;
        grpcResponseMessages = NEVER;
    }

    /// What is logged now is not about the end. Envoy: then the duration is what has passed.
    public void beginLogBeforeEnd(LogType moment, long tickerNanos) {
        logsBeforeEnd = moment;
        endNanos = sinceStart(tickerNanos);
    }

    public void endLogBeforeEnd() {
        logsBeforeEnd = null;
        endNanos = NEVER;
    }

    /// Which moment a line of log is about.
    public LogType logType() {
        LogType before = logsBeforeEnd;
        if (before != null) {
            return before;
        }
        return isTcp ? LogType.TCP_CONNECTION_END : LogType.DOWNSTREAM_END;
    }

    /// A ticker reading as a moment of this record.
    public long sinceStart(long tickerNanos) {
        return Math.max(0, tickerNanos - startNanos);
    }

    public void addFlag(ResponseFlag flag) {
        if (!hasFlag(flag)) {
            responseFlagSequence =
                    ResponseFlags.append(responseFlagSequence, Long.bitCount(responseFlags), flag);
            responseFlags |= ResponseFlags.bit(flag);
        }
    }

    public boolean hasFlag(ResponseFlag flag) {
        return ResponseFlags.contains(responseFlags, flag);
    }

    /// The client's address: the one forwarded, else the connection's; null before there is one.
    public @Nullable AddressText remoteAddress() {
        if (downstreamRemoteAddress != null) {
            return downstreamRemoteAddress;
        }
        return downstream == null ? null : downstream.remoteAddress();
    }

    /// What the downstream's TLS proved, or null on plain text.
    public ConnectionRecord.@Nullable Tls downstreamTls() {
        return downstream == null ? null : downstream.tls();
    }

    /// The SNI, which Envoy takes from an inspector (in lower case), not from TLS itself; or null.
    public @Nullable String serverName() {
        return requestedServerName;
    }

    /// The request's `x-request-id`, or null.
    public @Nullable String requestId() {
        return requestHeaders == null ? null : requestHeaders.get("x-request-id");
    }
}
