package io.meltemi.testkit.changes;

import io.meltemi.fixtures.Chances;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// A mesh that is changed by chance and is whole after each change: what is routed to has
/// endpoints. Confined to its test.
///
/// The hosts that are called stay; the services and subsets behind them come and go.
final class ChangingMesh {
    static final int HOSTS = 4;

    private static final int MOST_SERVICES = 6;
    private static final int MOST_WEIGHT = 99;

    private final Chances chances;
    private final List<Integer> ports;
    private final SortedMap<String, Service> services = new TreeMap<>();
    private final List<Map<Target, Integer>> routes = new ArrayList<>();
    private int made;
    private int settings;

    /// Where requests can go.
    ///
    /// @param subset empty: the whole service
    private record Target(String service, String subset) {}

    /// Something behind the hosts: the ports where each version stands, and what else is said.
    private static final class Service {
        final SortedMap<String, Set<Integer>> versions = new TreeMap<>();
        final SortedMap<String, Integer> subsets = new TreeMap<>();
        int connectSeconds = 1;
    }

    /// @param ports where something answers with its port
    ChangingMesh(Chances chances, List<Integer> ports) {
        this.chances = chances;
        this.ports = List.copyOf(ports);
        for (int host = 0; host < HOSTS; host++) {
            routes.add(Map.of(new Target(add(), ""), 1));
        }
    }

    /// What is called.
    static String host(int index) {
        return "front" + index + ".example.com";
    }

    /// The ports that may answer for a host.
    Set<Integer> answering(int host) {
        Set<Integer> all = new TreeSet<>();
        routes.get(host).keySet().forEach(target -> all.addAll(standing(target)));
        return all;
    }

    /// One change.
    ///
    /// @return what was done, for a message
    String change() {
        return switch (chances.number(1, 8)) {
            case 1 -> "a new service " + reroute(new Target(add(), ""));
            case 2 -> leave();
            case 3 -> "weights " + weigh();
            case 4 -> subset();
            case 5 -> dropSubset();
            case 6 -> move();
            case 7 -> empty();
            default -> settings();
        };
    }

    private String add() {
        if (services.size() >= MOST_SERVICES) {
            return anyService();
        }
        String name = "back" + made++;
        Service service = new Service();
        service.versions.put("v1", standing());
        service.versions.put("v2", standing());
        services.put(name, service);
        return name;
    }

    private Set<Integer> standing() {
        Set<Integer> some = new LinkedHashSet<>();
        for (int i = chances.number(1, 2); i > 0; i--) {
            some.add(chances.pick(ports));
        }
        return some;
    }

    private Set<Integer> standing(Target target) {
        Set<Integer> all = new TreeSet<>();
        service(target.service())
                .versions
                .forEach((version, ports) -> {
                    if (target.subset().isEmpty() || target.subset().equals(version)) {
                        all.addAll(ports);
                    }
                });
        return all;
    }

    private Service service(String name) {
        Service service = services.get(name);
        if (service == null) {
            throw new IllegalStateException("no service " + name);
        }
        return service;
    }

    private String anyService() {
        return chances.pick(List.copyOf(services.keySet()));
    }

    private String reroute(Target to) {
        int host = chances.number(0, HOSTS - 1);
        routes.set(host, Map.of(to, 1));
        return host + " -> " + to;
    }

    /// A service goes, and so do the routes to it, at once.
    private String leave() {
        String gone = anyService();
        if (services.size() == 1) {
            return "nothing";
        }
        services.remove(gone);
        replace(target -> target.service().equals(gone));
        return "without " + gone;
    }

    private void replace(Predicate<Target> which) {
        for (int host = 0; host < HOSTS; host++) {
            Map<Target, Integer> left = new LinkedHashMap<>(routes.get(host));
            left.keySet().removeIf(which);
            routes.set(host, left.isEmpty() ? Map.of(anyTarget(which), 1) : left);
        }
    }

    private Target anyTarget(Predicate<Target> but) {
        List<Target> all = new ArrayList<>();
        services.forEach((name, service) -> {
            all.add(new Target(name, ""));
            service.subsets.keySet().forEach(subset -> all.add(new Target(name, subset)));
        });
        all.removeIf(but.or(target -> standing(target).isEmpty()));
        return chances.pick(all);
    }

    private String weigh() {
        Map<Target, Integer> targets = new LinkedHashMap<>();
        for (int i = chances.number(2, 3); i > 0; i--) {
            targets.put(anyTarget(_ -> false), chances.number(1, MOST_WEIGHT));
        }
        int host = chances.number(0, HOSTS - 1);
        routes.set(host, targets);
        return host + " -> " + targets;
    }

    /// A new subset, and a route to it at once.
    private String subset() {
        String name = anyService();
        Service service = service(name);
        String version = chances.pick(List.of("v1", "v2"));
        service.versions.computeIfAbsent(version, _ -> standing());
        service.subsets.putIfAbsent(version, ++settings);
        return "a subset " + reroute(new Target(name, version));
    }

    private String dropSubset() {
        String name = anyService();
        Service service = service(name);
        if (service.subsets.isEmpty()) {
            return "nothing";
        }
        String subset = chances.pick(List.copyOf(service.subsets.keySet()));
        service.subsets.remove(subset);
        replace(target -> target.equals(new Target(name, subset)));
        return "without subset " + subset + " of " + name;
    }

    /// A version stands elsewhere.
    private String move() {
        String name = anyService();
        Service service = service(name);
        String version = chances.pick(List.copyOf(service.versions.keySet()));
        service.versions.put(version, standing());
        return version + " of " + name + " moves to " + service.versions.get(version);
    }

    /// A version loses its instances, and the routes to it go at once.
    private String empty() {
        String name = anyService();
        Service service = service(name);
        if (service.versions.size() == 1) {
            return "nothing";
        }
        String version = chances.pick(List.copyOf(service.versions.keySet()));
        service.versions.remove(version);
        replace(target -> target.equals(new Target(name, version)));
        return "no instances of " + version + " of " + name;
    }

    /// Clusters change in place.
    private String settings() {
        String name = anyService();
        Service service = service(name);
        service.connectSeconds = 2 + ++settings % 50;
        service.subsets.replaceAll((_, _) -> ++settings);
        return "settings of " + name;
    }

    /// All of it, as users would write it.
    String yaml() {
        StringBuilder all = new StringBuilder();
        for (int host = 0; host < HOSTS; host++) {
            all.append(front(host));
        }
        services.forEach((name, service) -> all.append(back(name, service)));
        return all.toString();
    }

    private String front(int host) {
        String destinations =
                routes.get(host).entrySet().stream()
                        .map(e -> destination(e.getKey(), e.getValue()))
                        .collect(Collectors.joining());
        return entry("front" + host, List.of(Map.entry("v1", ports.getFirst())))
                + """
                ---
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: NAME, namespace: shop}
                spec:
                  hosts: [NAME.example.com]
                  http:
                  - route:
                """
                        .replace("NAME", "front" + host)
                + destinations;
    }

    private static String destination(Target target, int weight) {
        String subset = target.subset().isEmpty() ? "" : ", subset: " + target.subset();
        return "    - {destination: {host: %s.example.com%s}, weight: %d}%n"
                .formatted(target.service(), subset, weight);
    }

    private static String back(String name, Service service) {
        List<Map.Entry<String, Integer>> instances = new ArrayList<>();
        service.versions.forEach(
                (version, ports) -> ports.forEach(port -> instances.add(Map.entry(version, port))));
        StringBuilder rule =
                new StringBuilder(
                        """
                        ---
                        apiVersion: networking.istio.io/v1
                        kind: DestinationRule
                        metadata: {name: NAME, namespace: shop}
                        spec:
                          host: NAME.example.com
                          trafficPolicy:
                            connectionPool: {tcp: {connectTimeout: SECONDSs}}
                        """
                                .replace("NAME", name)
                                .replace("SECONDS", Integer.toString(service.connectSeconds)));
        if (!service.subsets.isEmpty()) {
            rule.append("  subsets:\n");
            service.subsets.forEach((version, setting) ->
                    rule.append(
                            """
                              - name: VERSION
                                labels: {version: VERSION}
                                trafficPolicy: {connectionPool: {tcp: {maxConnections: COUNT}}}
                            """
                                    .replace("VERSION", version)
                                    .replace("COUNT", Integer.toString(1000 + setting))));
        }
        return entry(name, instances) + rule;
    }

    private static String entry(String name, List<Map.Entry<String, Integer>> instances) {
        StringBuilder entry =
                new StringBuilder(
                        """
                        ---
                        apiVersion: networking.istio.io/v1
                        kind: ServiceEntry
                        metadata: {name: NAME, namespace: shop}
                        spec:
                          hosts: [NAME.example.com]
                          ports: [{number: 80, name: http, protocol: HTTP}]
                          resolution: STATIC
                          endpoints:
                        """
                                .replace("NAME", name));
        for (Map.Entry<String, Integer> instance : instances) {
            entry.append(
                    "  - {address: 127.0.0.1, ports: {http: %d}, labels: {version: %s}}%n"
                            .formatted(instance.getValue(), instance.getKey()));
        }
        return entry.toString();
    }
}
