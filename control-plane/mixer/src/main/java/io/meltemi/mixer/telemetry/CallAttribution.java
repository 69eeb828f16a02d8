package io.meltemi.mixer.telemetry;

import com.google.protobuf.Duration;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.data.accesslog.v3.AccessLogCommon;
import io.envoyproxy.envoy.data.accesslog.v3.HTTPAccessLogEntry;
import io.envoyproxy.envoy.data.accesslog.v3.TCPAccessLogEntry;
import io.envoyproxy.envoy.data.accesslog.v3.TLSProperties;
import io.meltemi.base.identity.SpiffeId;
import io.meltemi.mixer.telemetry.Call.Reporter;
import io.meltemi.mixer.telemetry.WorkloadDirectory.Known;
import io.meltemi.mixer.telemetry.WorkloadDirectory.Membership;
import io.meltemi.model.service.Service;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds out who called whom: from addresses in the directory and from certificates, never from
/// headers, which callers could forge. Immutable.
final class CallAttribution {
    private static final String DESTINATION = "destination_service";

    private final WorkloadDirectory directory;

    CallAttribution(WorkloadDirectory directory) {
        this.directory = directory;
    }

    Call http(Reporter reporter, String proxyAddress, HTTPAccessLogEntry entry) {
        int code = entry.getResponse().getResponseCode().getValue();
        boolean grpc =
                entry.getRequest()
                        .getRequestHeadersOrDefault("content-type", "")
                        .startsWith("application/grpc");
        String grpcStatus =
                grpc
                        ? entry.getResponse()
                                .getResponseTrailersOrDefault(
                                        "grpc-status",
                                        entry.getResponse()
                                                .getResponseHeadersOrDefault("grpc-status", ""))
                        : "";
        return call(
                reporter,
                proxyAddress,
                entry.getCommonProperties(),
                grpc ? "grpc" : "http",
                code,
                grpcStatus,
                entry.getRequest().getRequestBodyBytes(),
                entry.getResponse().getResponseBodyBytes());
    }

    Call tcp(Reporter reporter, String proxyAddress, TCPAccessLogEntry entry) {
        return call(
                reporter,
                proxyAddress,
                entry.getCommonProperties(),
                "tcp",
                0,
                "",
                entry.getConnectionProperties().getReceivedBytes(),
                entry.getConnectionProperties().getSentBytes());
    }

    private Call call(
            Reporter reporter,
            String proxyAddress,
            AccessLogCommon common,
            String protocol,
            int code,
            String grpcStatus,
            long requestBytes,
            long responseBytes) {
        Optional<Known> proxy = directory.at(proxyAddress);
        Side own =
                proxy.map(k -> Side.of(k.workload(), k.workload().identity().toString()))
                        .orElse(Side.UNKNOWN);
        boolean outbound = reporter == Reporter.SOURCE;
        Side peer = outbound ? upstream(common) : downstream(common);
        Service service = outbound ? called(common) : served(common, proxy);
        String peerUri = peerUri(common.getTlsProperties());
        String security = outbound ? "unknown" : peerUri.isEmpty() ? "none" : "mutual_tls";
        Side self = security.equals("none") ? withoutPrincipal(own) : own;
        return new Call(
                reporter,
                outbound ? self : peer,
                outbound ? peer : self,
                service == null ? fallbackService(common) : service.hostname().value(),
                service == null ? Side.NOTHING : service.name(),
                service == null ? Side.NOTHING : service.namespace(),
                protocol,
                code,
                grpcStatus,
                ResponseFlagNames.of(common.getResponseFlags()),
                Math.max(0, common.getUpstreamRequestAttemptCount() - 1),
                security,
                millis(common.getTimeToLastDownstreamTxByte()),
                requestBytes,
                responseBytes);
    }

    private static Side withoutPrincipal(Side side) {
        return new Side(
                side.workload(), side.namespace(), Side.NOTHING, side.app(), side.version());
    }

    private Side upstream(AccessLogCommon common) {
        return directory
                .at(address(common.getUpstreamRemoteAddress()))
                .map(k ->
                        Side.of(
                                k.workload(),
                                k.acceptsMtls() ? k.workload().identity().toString() : ""))
                .orElse(Side.UNKNOWN);
    }

    /// The caller: its workload by address, its identity by certificate. When both are known and do
    /// not agree, the certificate is right and the address belongs to something between.
    private Side downstream(AccessLogCommon common) {
        String uri = peerUri(common.getTlsProperties());
        Optional<SpiffeId> proven = SpiffeId.parse(uri);
        Optional<Known> known = directory.at(address(common.getDownstreamDirectRemoteAddress()));
        if (known.isPresent()
                && (proven.isEmpty() || proven.get().equals(known.get().workload().identity()))) {
            return Side.of(known.get().workload(), uri);
        }
        return proven.map(id ->
                        new Side(Side.NOTHING, id.namespace(), uri, Side.NOTHING, Side.NOTHING))
                .orElse(Side.UNKNOWN);
    }

    /// The service a cluster name `outbound|80|v1|invoice.shop.svc.cluster.local` speaks of.
    private @Nullable Service called(AccessLogCommon common) {
        return directory.service(host(common)).orElse(null);
    }

    private @Nullable Service served(AccessLogCommon common, Optional<Known> proxy) {
        if (proxy.isEmpty() || proxy.get().membership().isEmpty()) {
            return null;
        }
        String[] cluster = common.getUpstreamCluster().split("\\|", -1);
        String port =
                cluster.length > 1 && cluster[0].equals("inbound")
                        ? cluster[1]
                        : port(common.getDownstreamLocalAddress());
        for (Membership membership : proxy.get().membership()) {
            if (Integer.toString(membership.targetPort()).equals(port)) {
                return membership.service();
            }
        }
        return proxy.get().membership().getFirst().service();
    }

    private static String fallbackService(AccessLogCommon common) {
        String host = host(common);
        return host.isEmpty() ? Side.NOTHING : host;
    }

    /// Envoy names a cluster only when it had picked a host of it; who was meant by a request that
    /// the proxy answered by itself stands in a tag that Pilot had it add.
    private static String host(AccessLogCommon common) {
        String host = hostOfCluster(common.getUpstreamCluster());
        return host.isEmpty() ? common.getCustomTagsOrDefault(DESTINATION, "") : host;
    }

    private static String hostOfCluster(String cluster) {
        String[] parts = cluster.split("\\|", -1);
        return parts.length == 4 && parts[0].equals("outbound") ? parts[3] : "";
    }

    private static String peerUri(TLSProperties tls) {
        return tls.getPeerCertificateProperties().getSubjectAltNameList().stream()
                .filter(n -> !n.getUri().isEmpty())
                .map(n -> n.getUri())
                .findFirst()
                .orElse("");
    }

    private static String address(Address address) {
        return address.getSocketAddress().getAddress();
    }

    private static String port(Address address) {
        return Integer.toString(address.getSocketAddress().getPortValue());
    }

    private static double millis(Duration duration) {
        return duration.getSeconds() * 1e3 + duration.getNanos() / 1e6;
    }
}
