package io.meltemi.agent;

import io.envoyproxy.envoy.config.core.v3.Locality;
import io.meltemi.agent.bootstrap.DataPlane;
import io.meltemi.agent.bootstrap.ProxyNode;
import io.meltemi.agent.dns.DnsServer;
import io.meltemi.agent.identity.JoinGrant;
import io.meltemi.agent.identity.WorkloadIdentity;
import io.meltemi.agent.supervise.Application;
import io.meltemi.agent.supervise.HealthCheck;
import io.meltemi.agent.supervise.HealthProbe;
import io.meltemi.agent.supervise.OutputSink;
import io.meltemi.agent.supervise.PodCommand;
import io.meltemi.agent.supervise.RestartPolicy;
import io.meltemi.base.health.HealthVerdict;
import io.meltemi.base.identity.SpiffeId;
import io.meltemi.xds.proto.registry.Health;
import io.meltemi.xds.proto.registry.Instance;
import io.meltemi.xds.proto.registry.Port;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/// One workload's options, turned into what each part of its sidecar is told. Immutable.
///
/// @param name of its pod
public record Workload(String name, SidecarOptions options) {
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(2);

    ProxyNode node(SidecarPlace place, List<String> capabilities) {
        SidecarOptions.Place where = options.locality();
        return new ProxyNode(
                options.kind(),
                place.address(),
                options.workload(),
                options.namespace(),
                options.serviceAccount(),
                options.service() + "." + options.namespace(),
                options.labels(),
                Locality.newBuilder()
                        .setRegion(where.region())
                        .setZone(where.zone())
                        .setSubZone(where.subZone())
                        .build(),
                new ProxyNode.Interception.Redirect(),
                capabilities);
    }

    WorkloadIdentity join(SidecarPlace place, JoinGrant grant, Mesh mesh) throws IOException {
        SpiffeId id =
                new SpiffeId(mesh.trustDomain(), options.namespace(), options.serviceAccount());
        return WorkloadIdentity.join(
                id,
                grant,
                mesh.controlPlane(),
                mesh.rotation(),
                place.loop().parent(),
                place.marking());
    }

    DnsServer dns(SidecarPlace place, Mesh mesh) throws IOException {
        DnsServer dns = new DnsServer(place.loop(), options.namespace(), mesh.upstreams(), true);
        dns.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), place.ports().dns()));
        return dns;
    }

    Instance instance(SidecarPlace place) {
        Instance.Builder instance =
                Instance.newBuilder()
                        .setService(options.service())
                        .setNamespace(options.namespace())
                        .setServiceAccount(options.serviceAccount())
                        // One registration for each instance: the pod's name, not the deployment's.
                        .setWorkload(name)
                        .setApp(options.labels().getOrDefault("app", options.service()))
                        .setVersion(options.version())
                        .putAllLabels(options.labels())
                        .setAddress(place.address())
                        .setAcceptsMtls(options.kind() == ProxyNode.Kind.SIDECAR)
                        .setLocality(
                                io.meltemi.xds.proto.registry.Locality.newBuilder()
                                        .setRegion(options.locality().region())
                                        .setZone(options.locality().zone())
                                        .setSubZone(options.locality().subZone()));
        for (SidecarOptions.Port port : options.ports()) {
            instance.addPorts(
                    Port.newBuilder()
                            .setName(port.name())
                            .setServicePort(port.servicePort())
                            .setTargetPort(port.targetPort())
                            .setProtocol(port.protocol()));
        }
        return instance.build();
    }

    /// Until the first answer an application takes no calls; who cannot be asked is held well.
    Health firstHealth() {
        return check().isPresent() ? Health.UNHEALTHY : Health.HEALTHY;
    }

    private Optional<HealthCheck> check() {
        if (options.command().isEmpty() || options.ports().isEmpty()) {
            return Optional.empty();
        }
        int port = options.ports().getFirst().targetPort();
        return Optional.of(
                HealthCheck.parse(options.health().isEmpty() ? "tcp" : options.health(), port));
    }

    void awaitReady(DataPlane dataPlane, Duration limit) throws IOException {
        try {
            dataPlane.ready().get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new IOException(
                    "the data plane of "
                            + name
                            + " does not serve after "
                            + limit.toMillis()
                            + " ms: is the control plane there?",
                    e);
        } catch (ExecutionException e) {
            throw new IOException("the data plane of " + name + ": " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    Optional<Application> startApplication(
            SidecarPlace place, Mesh mesh, OutputSink sink, IntConsumer onExit) throws IOException {
        if (options.command().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                Application.start(
                        new PodCommand(place.pod(), mesh.hidden(), mesh.uid(), mesh.gid()),
                        options.command(),
                        options.environment(),
                        options.folder(),
                        policy(),
                        sink,
                        onExit));
    }

    private RestartPolicy policy() {
        return options.restart() ? RestartPolicy.OnFailure.DEFAULT : new RestartPolicy.Never();
    }

    boolean restarts(int exitCode) {
        return options.restart() && exitCode != 0;
    }

    Optional<HealthProbe> probe(SidecarPlace place, Consumer<HealthVerdict.Status> changed) {
        return check().map(check -> HealthProbe.start(place.loop(), check, changed));
    }

    InetSocketAddress probeAddress(SidecarPlace place) {
        return new InetSocketAddress(place.ports().agent());
    }

    Duration drainLimit() {
        return DRAIN_LIMIT;
    }
}
