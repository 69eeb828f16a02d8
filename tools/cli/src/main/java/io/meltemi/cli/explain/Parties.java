package io.meltemi.cli.explain;

import io.meltemi.base.identity.SpiffeId;
import io.meltemi.model.config.Gateway;
import io.meltemi.model.service.Endpoint;
import io.meltemi.model.service.HostPatterns;
import io.meltemi.model.service.Locality;
import io.meltemi.model.service.Workload;
import io.meltemi.pilot.scope.Interception;
import io.meltemi.pilot.scope.MeshService;
import io.meltemi.pilot.scope.MeshView;
import io.meltemi.pilot.scope.ProxyNode;
import io.meltemi.pilot.scope.WorkloadLabels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// Finds who calls and who is called. Confined to one thread.
final class Parties {
    /// Nobody has this address (RFC 5737): one for who is known without one.
    private static final String NO_ADDRESS = "192.0.2.9";

    private static final int MOST_NAMED = 8;

    private final MeshView mesh;

    Parties(MeshView mesh) {
        this.mesh = mesh;
    }

    /// The workload that is meant by `NAMESPACE/SERVICE`, `NAMESPACE/WORKLOAD`, or a gateway by
    /// `NAMESPACE/NAME` of its Gateway.
    ///
    /// @throws IllegalArgumentException saying what there is
    Party named(String name) {
        int slash = name.indexOf('/');
        if (slash <= 0 || slash == name.length() - 1) {
            throw new IllegalArgumentException(
                    "--from '" + name + "' is not NAMESPACE/SERVICE or NAMESPACE/WORKLOAD");
        }
        String namespace = name.substring(0, slash);
        String rest = name.substring(slash + 1);
        List<Workload> meant =
                workloads().stream()
                        .filter(w -> w.namespace().equals(namespace) && w.name().equals(rest))
                        .toList();
        if (meant.isEmpty()) {
            meant = ofService(namespace, rest);
        }
        if (!meant.isEmpty()) {
            return one(name, meant);
        }
        return mesh.snapshot().config().all(Gateway.class).stream()
                .filter(g -> g.metadata().namespace().equals(namespace))
                .filter(g -> g.metadata().name().equals(rest))
                .findFirst()
                .map(this::gateway)
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "--from '%s' is no service with an instance, no workload and no Gateway; there are %s"
                                        .formatted(name, some(callers()))));
    }

    private List<Workload> ofService(String namespace, String name) {
        return services().stream()
                .filter(s -> s.service().namespace().equals(namespace))
                .filter(s -> s.service().name().equals(name))
                .flatMap(s -> s.endpoints().stream())
                .map(Endpoint::workload)
                .toList();
    }

    /// Instances that differ in nothing a rule could ask for are one.
    private Party one(String name, List<Workload> meant) {
        Map<Object, Workload> kinds = new LinkedHashMap<>();
        meant.forEach(w -> kinds.putIfAbsent(List.of(WorkloadLabels.of(w), w.identity()), w));
        if (kinds.size() > 1) {
            throw new IllegalArgumentException(
                    "--from '%s' means workloads with different labels: name one of %s"
                            .formatted(
                                    name,
                                    some(
                                            kinds.values().stream()
                                                    .map(w -> w.namespace() + "/" + w.name())
                                                    .toList())));
        }
        return party(kinds.values().iterator().next());
    }

    /// The gateway that takes requests for a host and port from outside.
    ///
    /// @throws IllegalArgumentException saying what to give when there is none, or several
    Party gateway(String host, int port, boolean tls) {
        Map<Object, Gateway> bound = new LinkedHashMap<>();
        for (Gateway gateway : mesh.snapshot().config().all(Gateway.class)) {
            if (gateway.servers().stream().anyMatch(s -> takes(s, host, port, tls))) {
                bound.putIfAbsent(
                        List.of(gateway.selector(), String.valueOf(gateway.onlyIn())), gateway);
            }
        }
        if (bound.size() == 1) {
            return gateway(bound.values().iterator().next());
        }
        throw new IllegalArgumentException(
                bound.isEmpty()
                        ? "no Gateway takes %s on port %d: say who calls with --from NAMESPACE/SERVICE, one of %s"
                                .formatted(host, port, some(callers()))
                        : "several gateways take %s on port %d: say which with --from, one of %s"
                                .formatted(
                                        host,
                                        port,
                                        some(
                                                bound.values().stream()
                                                        .map(g ->
                                                                g.metadata().namespace()
                                                                        + "/"
                                                                        + g.metadata().name())
                                                        .toList())));
    }

    private static boolean takes(Gateway.Server server, String host, int port, boolean tls) {
        return server.port().number() == port
                && server.isTls() == tls
                && server.hosts().stream()
                        .map(h -> h.substring(h.indexOf('/') + 1))
                        .anyMatch(h -> HostPatterns.covers(h, host));
    }

    private Party gateway(Gateway gateway) {
        Optional<Workload> running =
                workloads().stream()
                        .filter(w -> gateway.isFor(w.namespace(), WorkloadLabels.of(w)))
                        .filter(w -> !gateway.selector().selectsAll())
                        .findFirst();
        if (running.isPresent()) {
            return gateway(running.get());
        }
        String namespace = gateway.onlyIn().orElse(mesh.settings().rootNamespace());
        SortedMap<String, String> labels = new TreeMap<>(gateway.selector().matchLabels());
        String name = "istio-" + labels.getOrDefault("istio", gateway.metadata().name());
        SpiffeId identity = new SpiffeId(mesh.settings().trustDomain(), namespace, name);
        return new Party(
                Party.Kind.GATEWAY,
                node(ProxyNode.Type.ROUTER, name, namespace, NO_ADDRESS, labels, Locality.NONE)
                        .proven(identity),
                identity,
                List.of(
                        "no instance of the gateway is known: it is taken to run as service account"
                                + " "
                                + namespace
                                + "/"
                                + name));
    }

    /// The workload at an address, if it has a proxy.
    Optional<Party> at(String address, int port) {
        for (MeshService service : services()) {
            for (Endpoint endpoint : service.endpoints()) {
                if (endpoint.acceptsMtls()
                        && endpoint.workload().address().equals(address)
                        && endpoint.ports().containsValue(port)) {
                    return Optional.of(party(endpoint.workload()));
                }
            }
        }
        return Optional.empty();
    }

    private Party party(Workload workload) {
        if (isGateway(workload)) {
            return gateway(workload);
        }
        return new Party(
                hasSidecar(workload) ? Party.Kind.SIDECAR : Party.Kind.BARE,
                node(ProxyNode.Type.SIDECAR, workload),
                workload.identity(),
                List.of());
    }

    private static Party gateway(Workload workload) {
        return new Party(
                Party.Kind.GATEWAY,
                node(ProxyNode.Type.ROUTER, workload),
                workload.identity(),
                List.of());
    }

    /// Whoever selects nothing in particular selects no gateway in particular either.
    private boolean isGateway(Workload workload) {
        return mesh.snapshot().config().all(Gateway.class).stream()
                .filter(g -> !g.selector().selectsAll())
                .anyMatch(g -> g.isFor(workload.namespace(), WorkloadLabels.of(workload)));
    }

    private boolean hasSidecar(Workload workload) {
        return services().stream()
                .flatMap(service -> service.endpoints().stream())
                .anyMatch(e -> e.acceptsMtls() && e.workload().equals(workload));
    }

    private static ProxyNode node(ProxyNode.Type type, Workload workload) {
        return node(
                        type,
                        workload.name(),
                        workload.namespace(),
                        workload.address(),
                        new TreeMap<>(WorkloadLabels.of(workload)),
                        workload.locality())
                .proven(workload.identity());
    }

    private static ProxyNode node(
            ProxyNode.Type type,
            String name,
            String namespace,
            String address,
            SortedMap<String, String> labels,
            Locality locality) {
        return new ProxyNode(
                type,
                address,
                name,
                namespace,
                labels,
                name,
                locality,
                Collections.emptySortedSet(),
                new Interception.Redirect());
    }

    /// Every service, by name.
    List<MeshService> services() {
        return mesh.services().stream().flatMap(List::stream).toList();
    }

    private List<Workload> workloads() {
        List<Workload> all = new ArrayList<>();
        services().forEach(s -> s.endpoints().forEach(e -> all.add(e.workload())));
        return all;
    }

    private List<String> callers() {
        TreeSet<String> names = new TreeSet<>();
        services().stream()
                .filter(s -> !s.endpoints().isEmpty() && !s.service().meshExternal())
                .forEach(s -> names.add(s.service().namespace() + "/" + s.service().name()));
        return List.copyOf(names);
    }

    /// A list for people, not too long.
    static String some(List<String> names) {
        return names.isEmpty()
                ? "none"
                : String.join(", ", names.subList(0, Math.min(names.size(), MOST_NAMED)))
                        + (names.size() > MOST_NAMED ? ", ..." : "");
    }
}
