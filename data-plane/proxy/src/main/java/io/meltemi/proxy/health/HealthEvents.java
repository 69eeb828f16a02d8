package io.meltemi.proxy.health;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Timestamps;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.data.core.v3.DegradedHealthyHost;
import io.envoyproxy.envoy.data.core.v3.HealthCheckAddHealthy;
import io.envoyproxy.envoy.data.core.v3.HealthCheckEjectUnhealthy;
import io.envoyproxy.envoy.data.core.v3.HealthCheckEvent;
import io.envoyproxy.envoy.data.core.v3.HealthCheckFailure;
import io.envoyproxy.envoy.data.core.v3.HealthCheckFailureType;
import io.envoyproxy.envoy.data.core.v3.HealthCheckSuccessful;
import io.envoyproxy.envoy.data.core.v3.HealthCheckerType;
import io.envoyproxy.envoy.data.core.v3.NoLongerDegradedHost;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.observe.accesslog.EventLogs.EventLog;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetSocketAddress;
import java.util.List;

/// Writes what health checks find, as Envoy does: one JSON object a line. Confined to its event
/// loop.
final class HealthEvents implements AutoCloseable {
    private static final JsonFormat.Printer JSON =
            JsonFormat.printer()
                    .preservingProtoFieldNames()
                    .omittingInsignificantWhitespace()
                    .alwaysPrintFieldsWithNoPresence();

    private final List<EventLog> logs;
    private final int worker;
    private final String cluster;
    private final HealthCheckerType type;

    HealthEvents(List<EventLog> logs, int worker, String cluster, Probing probing) {
        this.logs = List.copyOf(logs);
        this.worker = worker;
        this.cluster = cluster;
        this.type =
                switch (probing) {
                    case Probing.Http _ -> HealthCheckerType.HTTP;
                    case Probing.Tcp _ -> HealthCheckerType.TCP;
                    case Probing.Grpc _ -> HealthCheckerType.GRPC;
                };
    }

    void ejected(Endpoint endpoint, HealthCheckFailureType why, int status) {
        if (!logs.isEmpty()) {
            writeFailure(
                    why,
                    status,
                    event(endpoint)
                            .setEjectUnhealthyEvent(
                                    HealthCheckEjectUnhealthy.newBuilder().setFailureType(why)));
        }
    }

    void added(Endpoint endpoint, boolean first) {
        if (!logs.isEmpty()) {
            write(
                    event(endpoint)
                            .setAddHealthyEvent(
                                    HealthCheckAddHealthy.newBuilder().setFirstCheck(first)));
        }
    }

    void passed(Endpoint endpoint) {
        if (!logs.isEmpty()) {
            write(
                    event(endpoint)
                            .setSuccessfulHealthCheckEvent(
                                    HealthCheckSuccessful.getDefaultInstance()));
        }
    }

    void failed(Endpoint endpoint, HealthCheckFailureType why, boolean first, int status) {
        if (!logs.isEmpty()) {
            writeFailure(
                    why,
                    status,
                    event(endpoint)
                            .setHealthCheckFailureEvent(
                                    HealthCheckFailure.newBuilder()
                                            .setFailureType(why)
                                            .setFirstCheck(first)));
        }
    }

    void degraded(Endpoint endpoint, boolean now) {
        if (logs.isEmpty()) {
            return;
        }
        HealthCheckEvent.Builder event = event(endpoint);
        if (now) {
            event.setDegradedHealthyHost(DegradedHealthyHost.getDefaultInstance());
        } else {
            event.setNoLongerDegradedHost(NoLongerDegradedHost.getDefaultInstance());
        }
        write(event);
    }

    private HealthCheckEvent.Builder event(Endpoint endpoint) {
        HealthCheckEvent.Builder event =
                HealthCheckEvent.newBuilder()
                        .setHealthCheckerType(type)
                        .setHost(address(endpoint))
                        .setClusterName(cluster)
                        .setTimestamp(Timestamps.fromMillis(System.currentTimeMillis()));
        if (!endpoint.definition().metadata().isEmpty()) {
            event.getMetadataBuilder().putAllFilterMetadata(endpoint.definition().metadata());
        }
        Endpoint.Locality where = endpoint.definition().locality();
        event.getLocalityBuilder()
                .setRegion(where.region())
                .setZone(where.zone())
                .setSubZone(where.subZone());
        return event;
    }

    private static Address.Builder address(Endpoint endpoint) {
        Address.Builder address = Address.newBuilder();
        switch (endpoint.address()) {
            case InetSocketAddress inet ->
                    address.getSocketAddressBuilder()
                            .setAddress(inet.getAddress().getHostAddress())
                            .setPortValue(inet.getPort());
            case DomainSocketAddress unix -> address.getPipeBuilder().setPath(unix.path());
            default -> {}
        }
        return address;
    }

    /// Adds `http_status_code`, which is younger than the API this is built with.
    private void writeFailure(
            HealthCheckFailureType why, int status, HealthCheckEvent.Builder event) {
        String line = text(event);
        int end = line.indexOf('}', line.indexOf("\"failure_type\":\"" + why));
        write(
                line.substring(0, end)
                        + ",\"http_status_code\":\""
                        + status
                        + '"'
                        + line.substring(end));
    }

    private void write(HealthCheckEvent.Builder event) {
        write(text(event));
    }

    private static String text(HealthCheckEvent.Builder event) {
        try {
            return JSON.print(event);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a health check event cannot be written", e);
        }
    }

    private void write(String line) {
        for (EventLog log : logs) {
            log.write(worker, line);
        }
    }

    @Override
    public void close() {
        logs.forEach(EventLog::close);
    }
}
