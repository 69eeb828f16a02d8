package io.meltemi.agent.dns;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import io.meltemi.xds.snapshot.ResourceType;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows the names of the mesh over an ADS stream of the agent's own. Thread-safe: guarded by
/// this.
///
/// The last table stays in force while the control plane is away.
public final class NameTableWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NameTableWatch.class);
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 5000;

    private final Channel controlPlane;
    private final Node node;
    private final ScheduledExecutorService scheduler;
    private final Consumer<NameTable> names;
    private @Nullable StreamObserver<DeltaDiscoveryRequest> requests; // Guarded by this.
    private long pauseMillis = FIRST_PAUSE_MILLIS; // Guarded by this.
    private boolean closed; // Guarded by this.

    private NameTableWatch(
            Channel controlPlane,
            Node node,
            ScheduledExecutorService scheduler,
            Consumer<NameTable> names) {
        this.controlPlane = controlPlane;
        this.node = node;
        this.scheduler = scheduler;
        this.names = names;
    }

    /// Watches until closed.
    ///
    /// @param scheduler for pauses between attempts; an event loop will do
    /// @param names called with each table, from gRPC's threads, one at a time
    public static NameTableWatch start(
            Channel controlPlane,
            Node node,
            ScheduledExecutorService scheduler,
            Consumer<NameTable> names) {
        NameTableWatch watch = new NameTableWatch(controlPlane, node, scheduler, names);
        watch.open();
        return watch;
    }

    private synchronized void open() {
        if (closed) {
            return;
        }
        requests =
                AggregatedDiscoveryServiceGrpc.newStub(controlPlane)
                        .withWaitForReady()
                        .deltaAggregatedResources(new Responses());
        requests.onNext(
                DeltaDiscoveryRequest.newBuilder()
                        .setNode(node)
                        .setTypeUrl(ResourceType.NAME_TABLE.typeUrl())
                        .addResourceNamesSubscribe("*")
                        .build());
    }

    private synchronized void reopenLater() {
        requests = null;
        if (!closed) {
            var _ = scheduler.schedule(this::open, pauseMillis, TimeUnit.MILLISECONDS);
            pauseMillis = Math.min(pauseMillis * 2, LONGEST_PAUSE_MILLIS);
        }
    }

    private synchronized void received(DeltaDiscoveryResponse response) {
        pauseMillis = FIRST_PAUSE_MILLIS;
        DeltaDiscoveryRequest.Builder answer =
                DeltaDiscoveryRequest.newBuilder()
                        .setTypeUrl(response.getTypeUrl())
                        .setResponseNonce(response.getNonce());
        try {
            if (response.getResourcesCount() > 0) {
                names.accept(table(response.getResourcesList()));
            }
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            answer.getErrorDetailBuilder().setCode(3).setMessage("name table: " + e.getMessage());
        }
        if (requests != null) {
            requests.onNext(answer.build());
        }
    }

    private static NameTable table(List<Resource> resources) throws InvalidProtocolBufferException {
        Map<String, List<Inet4Address>> names = new HashMap<>();
        for (Resource resource : resources) {
            io.meltemi.xds.proto.nds.NameTable.parseFrom(resource.getResource().getValue())
                    .getTableMap()
                    .forEach((name, entry) -> names.put(name, ipv4(entry.getIpsList())));
        }
        return new NameTable(names);
    }

    private static List<Inet4Address> ipv4(List<String> addresses) {
        List<Inet4Address> found = new ArrayList<>();
        for (String address : addresses) {
            if (InetAddress.ofLiteral(address) instanceof Inet4Address ipv4) {
                found.add(ipv4);
            }
        }
        return found;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (requests != null) {
            requests.onCompleted();
        }
    }

    private final class Responses implements StreamObserver<DeltaDiscoveryResponse> {
        @Override
        public void onNext(DeltaDiscoveryResponse response) {
            received(response);
        }

        @Override
        public void onError(Throwable failure) {
            LOG.debug("names of {}: {}", node.getId(), failure.getMessage());
            reopenLater();
        }

        @Override
        public void onCompleted() {
            reopenLater();
        }
    }
}
