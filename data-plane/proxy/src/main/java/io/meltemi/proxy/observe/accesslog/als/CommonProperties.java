package io.meltemi.proxy.observe.accesslog.als;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.data.accesslog.v3.AccessLogCommon;
import io.envoyproxy.envoy.data.accesslog.v3.AccessLogType;
import io.envoyproxy.envoy.data.accesslog.v3.TLSProperties;
import io.envoyproxy.envoy.data.accesslog.v3.TLSProperties.CertificateProperties;
import io.meltemi.proxy.observe.AddressProto;
import io.meltemi.proxy.observe.ConnectionRecord;
import io.meltemi.proxy.observe.ExchangeRecord;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Fills `AccessLogCommon` as Envoy does (grpc_access_log_utils.cc). Immutable.
final class CommonProperties {
    private static final long SECOND = 1_000_000_000L;

    private CommonProperties() {}

    static AccessLogCommon.Builder of(ExchangeRecord record) {
        AccessLogCommon.Builder to = AccessLogCommon.newBuilder();
        addresses(record, to);
        times(record, to);
        upstream(record, to);
        TLSProperties tls = tls(record);
        if (tls != null) {
            to.setTlsProperties(tls);
        }
        present(record.routeName, to::setRouteName);
        present(record.connectionTerminationDetails, to::setConnectionTerminationDetails);
        present(record.downstreamTransportFailureReason, to::setDownstreamTransportFailureReason);
        present(record.requestId(), to::setStreamId);
        FlagsProto.write(record.responseFlags, to);
        to.setUpstreamRequestAttemptCount(record.upstreamAttempts);
        to.setDownstreamWireBytesReceived(record.downstreamWireBytesReceived);
        to.setDownstreamWireBytesSent(record.downstreamWireBytesSent);
        to.setUpstreamWireBytesReceived(record.upstreamWireBytesReceived);
        to.setUpstreamWireBytesSent(record.upstreamWireBytesSent);
        to.setAccessLogType(
                switch (record.logType()) {
                    case DOWNSTREAM_START -> AccessLogType.DownstreamStart;
                    case DOWNSTREAM_PERIODIC -> AccessLogType.DownstreamPeriodic;
                    case DOWNSTREAM_TUNNEL_SUCCESSFULLY_ESTABLISHED ->
                            AccessLogType.DownstreamTunnelSuccessfullyEstablished;
                    case DOWNSTREAM_END -> AccessLogType.DownstreamEnd;
                    case TCP_CONNECTION_END -> AccessLogType.TcpConnectionEnd;
                    case TCP_UPSTREAM_CONNECTED -> AccessLogType.TcpUpstreamConnected;
                    case TCP_PERIODIC -> AccessLogType.TcpPeriodic;
                });
        return to;
    }

    private static void addresses(ExchangeRecord record, AccessLogCommon.Builder to) {
        ConnectionRecord downstream = record.downstream;
        if (record.remoteAddress() != null) {
            to.setDownstreamRemoteAddress(AddressProto.of(record.remoteAddress()));
        }
        if (downstream != null) {
            to.setDownstreamDirectRemoteAddress(AddressProto.of(downstream.directRemoteAddress()));
            to.setDownstreamLocalAddress(AddressProto.of(downstream.localAddress()));
        }
    }

    private static void upstream(ExchangeRecord record, AccessLogCommon.Builder to) {
        if (record.upstreamHost != null) {
            to.setUpstreamRemoteAddress(AddressProto.of(record.upstreamHost));
        }
        // Envoy names the cluster only with a host; without one it is the more interesting
        present(record.upstreamCluster, to::setUpstreamCluster);
        if (record.upstream != null) {
            to.setUpstreamLocalAddress(AddressProto.of(record.upstream.localAddress()));
        }
        present(record.upstreamTransportFailureReason, to::setUpstreamTransportFailureReason);
    }

    private static void times(ExchangeRecord record, AccessLogCommon.Builder to) {
        to.setStartTime(
                Timestamp.newBuilder()
                        .setSeconds(Math.floorDiv(record.startEpochNanos, SECOND))
                        .setNanos((int) Math.floorMod(record.startEpochNanos, SECOND)));
        time(record.endNanos, to::setDuration);
        time(record.requestReceivedNanos, to::setTimeToLastRxByte);
        time(record.upstreamFirstSentNanos, to::setTimeToFirstUpstreamTxByte);
        time(record.upstreamLastSentNanos, to::setTimeToLastUpstreamTxByte);
        time(record.upstreamFirstReceivedNanos, to::setTimeToFirstUpstreamRxByte);
        time(record.upstreamLastReceivedNanos, to::setTimeToLastUpstreamRxByte);
        time(record.downstreamFirstSentNanos, to::setTimeToFirstDownstreamTxByte);
        time(record.downstreamLastSentNanos, to::setTimeToLastDownstreamTxByte);
    }

    private static void time(long nanos, Consumer<Duration> to) {
        if (nanos != ExchangeRecord.NEVER) {
            to.accept(
                    Duration.newBuilder()
                            .setSeconds(nanos / SECOND)
                            .setNanos((int) (nanos % SECOND))
                            .build());
        }
    }

    private static void present(@Nullable String value, Consumer<String> to) {
        if (value != null && !value.isEmpty()) {
            to.accept(value);
        }
    }

    private static @Nullable TLSProperties tls(ExchangeRecord record) {
        String serverName = record.serverName();
        ConnectionRecord.Tls tls = record.downstreamTls();
        if (serverName == null && tls == null) {
            return null;
        }
        TLSProperties.Builder to = TLSProperties.newBuilder();
        present(serverName, to::setTlsSniHostname);
        if (tls != null) {
            to.setLocalCertificateProperties(certificate(tls.localUri(), tls.localSubject()));
            to.setPeerCertificateProperties(certificate(tls.peerUri(), tls.peerSubject()));
            to.setTlsVersion(version(tls.version()));
            int suite = CipherSuites.id(tls.cipher());
            if (suite >= 0) {
                to.setTlsCipherSuite(UInt32Value.of(suite));
            }
        }
        return to.build();
    }

    private static CertificateProperties certificate(
            @Nullable String uri, @Nullable String subject) {
        CertificateProperties.Builder to = CertificateProperties.newBuilder();
        present(uri, san -> to.addSubjectAltNameBuilder().setUri(san));
        present(subject, to::setSubject);
        return to.build();
    }

    private static TLSProperties.TLSVersion version(@Nullable String version) {
        return switch (version) {
            case "TLSv1" -> TLSProperties.TLSVersion.TLSv1;
            case "TLSv1.1" -> TLSProperties.TLSVersion.TLSv1_1;
            case "TLSv1.2" -> TLSProperties.TLSVersion.TLSv1_2;
            case "TLSv1.3" -> TLSProperties.TLSVersion.TLSv1_3;
            case null, default -> TLSProperties.TLSVersion.VERSION_UNSPECIFIED;
        };
    }
}
