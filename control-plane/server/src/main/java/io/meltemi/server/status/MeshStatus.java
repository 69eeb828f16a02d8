package io.meltemi.server.status;

import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.service.Endpoint;
import io.meltemi.model.service.Service;
import io.meltemi.model.snapshot.MeshSnapshot;
import io.meltemi.model.snapshot.ServiceSnapshot;
import io.meltemi.xds.proto.control.InstanceStatus;
import io.meltemi.xds.proto.control.StatusResponse;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// What the mesh looks like now: configuration, findings, proxies, instances. Thread-safe.
public final class MeshStatus implements Supplier<StatusResponse> {
    private final Supplier<MeshSnapshot> mesh;
    private final ProxyBoard proxies;
    private final Supplier<List<Diagnostic>> ofProxies;
    private final Clock clock;

    /// Guarded by this.
    private List<Diagnostic> diagnostics = List.of();

    /// Guarded by this.
    private long changedEpochMillis;

    /// @param ofProxies what is found while proxies are served
    public MeshStatus(
            Supplier<MeshSnapshot> mesh,
            ProxyBoard proxies,
            Supplier<List<Diagnostic>> ofProxies,
            Clock clock) {
        this.mesh = mesh;
        this.proxies = proxies;
        this.ofProxies = ofProxies;
        this.clock = clock;
    }

    /// Remembers what was found in the newest state of the sources.
    ///
    /// @param changed another configuration is in force since now
    public synchronized void found(List<Diagnostic> found, boolean changed) {
        diagnostics = List.copyOf(found);
        if (changed) {
            changedEpochMillis = clock.millis();
        }
    }

    @Override
    public StatusResponse get() {
        // Asked before the lock: nobody waits here for who waits there.
        return get(ofProxies.get());
    }

    private synchronized StatusResponse get(List<Diagnostic> more) {
        MeshSnapshot now = mesh.get();
        StatusResponse.Builder status =
                StatusResponse.newBuilder()
                        .setConfigVersion(now.config().version())
                        .setConfigChangedEpochMillis(changedEpochMillis)
                        .addAllProxies(proxies.proxies());
        all(more).forEach(d -> status.addDiagnostics(message(d)));
        for (ServiceSnapshot.Entry entry : now.services().services().values()) {
            entry.endpoints().forEach(e -> status.addInstances(instance(entry.service(), e)));
        }
        return status.build();
    }

    /// A finding as it travels.
    public static io.meltemi.xds.proto.control.Diagnostic message(Diagnostic found) {
        return io.meltemi.xds.proto.control.Diagnostic.newBuilder()
                .setCode(found.code())
                .setSeverity(found.severity().name())
                .setSource(found.origin().source())
                .setLine(found.origin().line())
                .setColumn(found.origin().column())
                .setMessage(found.message())
                .build();
    }

    private List<Diagnostic> all(List<Diagnostic> more) {
        return Stream.concat(diagnostics.stream(), more.stream()).distinct().toList();
    }

    private static InstanceStatus instance(Service service, Endpoint endpoint) {
        return InstanceStatus.newBuilder()
                .setService(service.name())
                .setNamespace(service.namespace())
                .setWorkload(endpoint.workload().name())
                .setVersion(endpoint.workload().version())
                .setAddress(endpoint.workload().address())
                .setHealth(endpoint.health().name().toLowerCase(Locale.ROOT))
                .build();
    }
}
