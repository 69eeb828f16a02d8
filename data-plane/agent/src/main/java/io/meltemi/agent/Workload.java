package io.meltemi.agent;

import io.envoyproxy.envoy.config.core.v3.Locality;
import io.meltemi.agent.bootstrap.DataPlane;
import io.meltemi.agent.bootstrap.ProxyNode;
import io.meltemi.agent.dns.DnsServer;
import io.meltemi.agent.explicit.ExplicitEnvironment;
import io.meltemi.agent.explicit.HostPlace;
import io.meltemi.agent.identity.JoinGrant;
import io.meltemi.agent.identity.WorkloadIdentity;
import io.meltemi.agent.supervise.Application;
import io.meltemi.agent.supervise.HealthCheck;
import io.meltemi.agent.supervise.HealthProbe;
import io.meltemi.agent.supervise.Launch;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
                name,
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
                interception(place.site()),
                capabilities);
    }

    private static ProxyNode.Interception interception(Site site) {
        return switch (site) {
            case Site.InPod _ -> new ProxyNode.Interception.Redirect();
            case Site.OnHost(var at, var _) ->
                    new ProxyNode.Interception.Explicit(
                            at.outbound().toString(),
                            at.inbound().toString(),
                            at.applicationPort());
        };
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
                            .setTargetPort(calledPort(place, port))
                            .setProtocol(port.protocol()));
        }
        return instance.build();
    }

    /// Without a pod nobody redirects callers to the sidecar: they are told its own port.
    private static int calledPort(SidecarPlace place, SidecarOptions.Port port) {
        return switch (place.site()) {
            case Site.InPod _ -> port.targetPort();
            case Site.OnHost(var at, var _) -> at.inbound().port();
        };
    }

    /// Until the first answer an application takes no calls; who cannot be asked is held well.
    Health firstHealth() {
        return hasCheck() ? Health.UNHEALTHY : Health.HEALTHY;
    }

    private boolean hasCheck() {
        return !options.command().isEmpty() && !options.ports().isEmpty();
    }

    private Optional<HealthCheck> check(SidecarPlace place) {
        if (!hasCheck()) {
            return Optional.empty();
        }
        int port =
                switch (place.site()) {
                    case Site.InPod _ -> options.ports().getFirst().targetPort();
                    case Site.OnHost(var at, var _) -> at.applicationPort();
                };
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
            SidecarPlace place,
            Mesh mesh,
            Map<String, String> told,
            OutputSink sink,
            IntConsumer onExit)
            throws IOException {
        if (options.command().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Application.start(launch(place, mesh, told), policy(), sink, onExit));
    }

    private Launch launch(SidecarPlace place, Mesh mesh, Map<String, String> told) {
        Map<String, String> environment = new HashMap<>(options.environment());
        environment.putAll(told);
        return switch (place.site()) {
            case Site.InPod(var pod) ->
                    new Launch(
                            name,
                            new PodCommand(pod, mesh.hidden(), mesh.uid(), mesh.gid())
                                    .application(options.command()),
                            environment,
                            options.folder(),
                            true);
            case Site.OnHost(var at, var orphans) ->
                    new Launch(
                            name,
                            orphans.over(options.command()),
                            proxied(environment, at),
                            options.folder(),
                            false);
        };
    }

    /// The application is told its proxy; its own options of the JVM stay.
    private static Map<String, String> proxied(Map<String, String> environment, HostPlace at) {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(
                new ExplicitEnvironment(at.outbound(), at.applicationPort())
                        .variables(all.getOrDefault("JAVA_TOOL_OPTIONS", "")));
        return all;
    }

    boolean wantsIdentity() {
        return options.workloadApi() == SidecarOptions.WorkloadApi.SERVED;
    }

    private RestartPolicy policy() {
        return options.restart() ? RestartPolicy.OnFailure.DEFAULT : new RestartPolicy.Never();
    }

    boolean restarts(int exitCode) {
        return options.restart() && exitCode != 0;
    }

    Optional<HealthProbe> probe(SidecarPlace place, Consumer<HealthVerdict.Status> changed) {
        return check(place).map(check -> HealthProbe.start(place.loop(), check, changed));
    }

    InetSocketAddress probeAddress(SidecarPlace place) {
        return switch (place.site()) {
            case Site.InPod _ -> new InetSocketAddress(place.ports().agent());
            case Site.OnHost(var at, var _) ->
                    new InetSocketAddress(at.address(), at.ports().agent());
        };
    }

    Duration drainLimit() {
        return DRAIN_LIMIT;
    }
}
