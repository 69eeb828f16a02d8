package io.meltemi.agent;

import io.meltemi.agent.bootstrap.AgentSocket;
import io.meltemi.agent.bootstrap.DataPlane;
import io.meltemi.agent.bootstrap.DataPlaneStarter;
import io.meltemi.agent.bootstrap.ProxyNode;
import io.meltemi.agent.dns.DnsServer;
import io.meltemi.agent.dns.NameTableWatch;
import io.meltemi.agent.identity.JoinGrant;
import io.meltemi.agent.identity.SecretServer;
import io.meltemi.agent.identity.WorkloadIdentity;
import io.meltemi.agent.registry.RegistryClient;
import io.meltemi.agent.supervise.Application;
import io.meltemi.agent.supervise.HealthProbe;
import io.meltemi.agent.supervise.OutputSink;
import io.meltemi.agent.supervise.ProbeServer;
import io.meltemi.base.health.HealthVerdict;
import io.meltemi.xds.proto.registry.Health;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Lives and dies with one application: the whole flow, in order. Thread-safe.
public final class Sidecar implements AutoCloseable {
    private final Teardown started = new Teardown();
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final Workload workload;
    private final RegistryClient registry;
    private final DataPlane dataPlane;
    private final Optional<HealthProbe> health;
    private final Optional<Application> application;

    /// The same as `health`, for an application that ends before this is all set up.
    private volatile @Nullable HealthProbe asked;

    /// Starts everything, or nothing. Blocks until the data plane serves and the application runs.
    public Sidecar(
            Workload workload, SidecarPlace place, JoinGrant grant, Mesh mesh, OutputSink sink)
            throws IOException {
        this.workload = workload;
        try {
            ProxyNode node = workload.node(place, mesh.dataPlanes().capabilities());
            WorkloadIdentity identity = started.add(workload.join(place, grant, mesh));
            if (place.pod().isPresent()) {
                answerNames(place, node, identity, mesh);
            }
            registry =
                    started.add(
                            RegistryClient.start(
                                    identity.channel(),
                                    workload.instance(place),
                                    Health.UNHEALTHY));
            Optional<Path> socket = openSocket(place, identity, mesh);
            dataPlane =
                    started.add(
                            mesh.dataPlanes()
                                    .start(
                                            new DataPlaneStarter.Environment(
                                                    node,
                                                    place.pod(),
                                                    place.loopback(),
                                                    place.loop(),
                                                    place.ports(),
                                                    place.marking(),
                                                    socket,
                                                    new SecretServer(identity.keeper()),
                                                    identity.channel(),
                                                    sink)));
            workload.awaitReady(dataPlane, mesh.readyLimit());
            registry.report(workload.firstHealth());
            application =
                    workload.startApplication(
                            place, mesh, told(place, socket, mesh), sink, this::exited);
            application.ifPresent(this::follow);
            health = workload.probe(place, this::healthChanged);
            health.ifPresent(started::add);
            asked = health.orElse(null);
            started.add(
                    new ProbeServer(
                            place.loop(),
                            workload.probeAddress(place),
                            dataPlane::isReady,
                            health,
                            this::close));
        } catch (IOException | RuntimeException e) {
            started.close();
            throw e;
        }
    }

    /// For an Envoy, and for applications that ask for their identity: in a JVM of its own it costs
    /// memory that others need not give.
    private Optional<Path> openSocket(SidecarPlace place, WorkloadIdentity identity, Mesh mesh)
            throws IOException {
        if (!mesh.dataPlanes().needsSocket() && !workload.wantsIdentity()) {
            return Optional.empty();
        }
        Path path = place.socket(mesh.hidden());
        started.add(
                AgentSocket.open(
                        path, place.loop().parent(), identity.keeper(), identity.channel()));
        return Optional.of(path);
    }

    private static Map<String, String> told(SidecarPlace place, Optional<Path> socket, Mesh mesh) {
        return socket.isPresent()
                ? Map.of("SPIFFE_ENDPOINT_SOCKET", "unix://" + place.shownSocket(mesh.hidden()))
                : Map.of();
    }

    /// Without a pod names go through the forward proxy, and nobody asks.
    private void answerNames(
            SidecarPlace place, ProxyNode node, WorkloadIdentity identity, Mesh mesh)
            throws IOException {
        DnsServer dns = started.add(workload.dns(place, mesh));
        started.add(
                NameTableWatch.start(
                        identity.channel(), node.toProto(), place.loop(), dns::update));
    }

    private void healthChanged(HealthVerdict.Status status) {
        registry.report(status == HealthVerdict.Status.HEALTHY ? Health.HEALTHY : Health.UNHEALTHY);
    }

    /// Peers must hear of it at once: off the list, and connections refused.
    private void exited(int code) {
        registry.report(Health.UNHEALTHY);
        HealthProbe probe = asked;
        if (probe != null) {
            probe.applicationEnded();
        }
        if (!workload.restarts(code)) {
            registry.close();
            dataPlane.close();
        }
    }

    /// Its last lines come before its exit code.
    private void follow(Application started) {
        this.started.add(started);
        var _ = started.ended().thenAccept(ended::complete);
    }

    /// Completes with the application's exit code when it has ended for good.
    public CompletableFuture<Integer> ended() {
        return ended.copy();
    }

    /// What is held of the application.
    public HealthVerdict.Status health() {
        return health.map(HealthProbe::status).orElse(HealthVerdict.Status.UNKNOWN);
    }

    /// Whether requests are served.
    public boolean isReady() {
        return dataPlane.isReady();
    }

    /// As a crash would end it: nobody is told, the lease runs out by itself.
    public void kill() {
        registry.abandon();
        dataPlane.close();
        application.ifPresent(Application::kill);
        close();
    }

    /// Kills the application alone: the agent is to notice.
    public void killApplication() {
        application.ifPresent(Application::kill);
    }

    /// Drains, then ends everything in the opposite order. Does nothing the second time.
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        try {
            registry.close();
            dataPlane.drain(workload.drainLimit());
            started.close();
            ended.complete(0);
        } finally {
            closed.complete(null);
        }
    }

    /// Completes when everything has ended: the application is not the last.
    CompletableFuture<Void> closed() {
        return closed.copy();
    }
}
