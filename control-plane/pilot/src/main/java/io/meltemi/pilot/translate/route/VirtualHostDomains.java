package io.meltemi.pilot.translate.route;

import io.meltemi.model.service.Service;
import io.meltemi.pilot.translate.route.SidecarRouteInput.RoutedService;
import io.meltemi.pilot.translate.route.SidecarRouteInput.TableOf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Hands out the domains of one route configuration, each of them once: Envoy refuses duplicates.
/// Confined to one translation.
///
/// Istio: `name.ns.svc.domain`, `name.ns.svc`, `name.ns`, in the caller's namespace also `name`,
/// and the virtual addresses. A port in the Host header is ignored, except by a forward proxy,
/// which has nothing else to tell ports apart.
public final class VirtualHostDomains {
    private final SidecarRouteInput input;
    private final Map<String, String> owners = new HashMap<>();
    private final Set<String> taken = new HashSet<>();

    VirtualHostDomains(SidecarRouteInput input) {
        this.input = input;
        // Full names first: a short name of one service never hides the full name of another.
        input.services().forEach(s -> claim(s.service().hostname().value(), s.port().number()));
        input.hosts().forEach(h -> claim(h.host(), h.port()));
    }

    /// The domains of each service, in their order.
    public static Map<RoutedService, List<String>> ofServices(SidecarRouteInput input) {
        VirtualHostDomains domains = new VirtualHostDomains(input);
        Map<RoutedService, List<String>> all = new LinkedHashMap<>();
        input.services().forEach(s -> all.put(s, domains.of(s)));
        return all;
    }

    /// Keeps a full name for its owner.
    private void claim(String host, int port) {
        forms(host, port).forEach(domain -> owners.putIfAbsent(domain, host));
    }

    List<String> of(RoutedService routed) {
        Service service = routed.service();
        String host = service.hostname().value();
        List<String> names = new ArrayList<>();
        names.add(host);
        String full = service.name() + "." + service.namespace() + "." + input.domainSuffix();
        if (host.equals(full)) {
            if (service.namespace().equals(input.namespace())) {
                names.add(service.name());
            }
            int dot = input.domainSuffix().indexOf('.');
            String zone = dot > 0 ? input.domainSuffix().substring(0, dot) : input.domainSuffix();
            names.add(service.name() + "." + service.namespace() + "." + zone);
            names.add(service.name() + "." + service.namespace());
        }
        routed.addresses().stream()
                .filter(address -> address.indexOf('/') < 0)
                .forEach(address -> names.add(bracketed(address)));
        return take(names, host, routed.port().number());
    }

    List<String> of(String host, int port) {
        return take(List.of(host), host, port);
    }

    private List<String> take(List<String> names, String owner, int port) {
        return names.stream()
                .flatMap(name -> forms(name, port))
                .filter(domain -> owners.getOrDefault(domain, owner).equals(owner))
                .filter(taken::add)
                .toList();
    }

    private Stream<String> forms(String name, int port) {
        if (input.of() != TableOf.ALL_PORTS) {
            return Stream.of(name);
        }
        String withPort = name + ":" + port;
        return port == 80 && !name.equals("*") ? Stream.of(name, withPort) : Stream.of(withPort);
    }

    private static String bracketed(String address) {
        return address.indexOf(':') >= 0 ? "[" + address + "]" : address;
    }
}
