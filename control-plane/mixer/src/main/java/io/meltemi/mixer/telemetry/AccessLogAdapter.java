package io.meltemi.mixer.telemetry;

import io.envoyproxy.envoy.data.accesslog.v3.HTTPAccessLogEntry;
import io.envoyproxy.envoy.data.accesslog.v3.TCPAccessLogEntry;
import io.envoyproxy.envoy.service.accesslog.v3.AccessLogServiceGrpc.AccessLogServiceImplBase;
import io.envoyproxy.envoy.service.accesslog.v3.StreamAccessLogsMessage;
import io.envoyproxy.envoy.service.accesslog.v3.StreamAccessLogsResponse;
import io.grpc.stub.StreamObserver;
import io.meltemi.mixer.telemetry.Call.Reporter;
import io.meltemi.model.snapshot.ServiceSnapshot;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Receives the access logs of all proxies and counts them. Thread-safe.
public final class AccessLogAdapter extends AccessLogServiceImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(AccessLogAdapter.class);

    private final StandardMetrics metrics;
    private volatile WorkloadDirectory directory = WorkloadDirectory.EMPTY;

    public AccessLogAdapter(StandardMetrics metrics) {
        this.metrics = metrics;
    }

    /// Takes over who has which address.
    public void services(ServiceSnapshot services) {
        directory = new WorkloadDirectory(services);
    }

    @Override
    public StreamObserver<StreamAccessLogsMessage> streamAccessLogs(
            StreamObserver<StreamAccessLogsResponse> responses) {
        return new LogStream(responses);
    }

    /// One proxy's stream; its first message says who it is. Confined to its gRPC call.
    private final class LogStream implements StreamObserver<StreamAccessLogsMessage> {
        private final StreamObserver<StreamAccessLogsResponse> responses;
        private @Nullable Reporter reporter;
        private String proxyAddress = "";

        LogStream(StreamObserver<StreamAccessLogsResponse> responses) {
            this.responses = responses;
        }

        @Override
        public void onNext(StreamAccessLogsMessage message) {
            if (message.hasIdentifier()) {
                reporter = reporter(message.getIdentifier().getLogName());
                proxyAddress = addressOfNode(message.getIdentifier().getNode().getId());
            }
            Reporter by = reporter;
            if (by == null) {
                return;
            }
            CallAttribution attribution = new CallAttribution(directory);
            for (HTTPAccessLogEntry entry : message.getHttpLogs().getLogEntryList()) {
                metrics.record(attribution.http(by, proxyAddress, entry));
            }
            for (TCPAccessLogEntry entry : message.getTcpLogs().getLogEntryList()) {
                metrics.record(attribution.tcp(by, proxyAddress, entry));
            }
        }

        @Override
        public void onError(Throwable error) {
            LOG.debug("access log stream of {} ended: {}", proxyAddress, error.toString());
        }

        @Override
        public void onCompleted() {
            // gRPC wants an answer to a finished client stream, though nobody reads it.
            responses.onNext(StreamAccessLogsResponse.getDefaultInstance());
            responses.onCompleted();
        }
    }

    /// Pilot calls the logs by direction; others' logs are not ours to count.
    private static @Nullable Reporter reporter(String logName) {
        return switch (logName) {
            case "outbound" -> Reporter.SOURCE;
            case "inbound" -> Reporter.DESTINATION;
            default -> null;
        };
    }

    /// Istio's node ids: `sidecar~ADDRESS~NAME.NAMESPACE~DOMAIN`.
    private static String addressOfNode(String nodeId) {
        String[] parts = nodeId.split("~", -1);
        return parts.length == 4 ? parts[1] : "";
    }
}
