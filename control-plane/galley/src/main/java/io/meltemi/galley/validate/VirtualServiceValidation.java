package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.VirtualService;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The rules of a `VirtualService`: hosts and gateways; its routes are [HttpRouteValidation]'s.
/// Immutable.
final class VirtualServiceValidation {
    static final String MESH = "mesh";

    private VirtualServiceValidation() {}

    static void validate(VirtualService service, Findings findings) {
        FieldPath spec = FieldPath.SPEC;
        hosts(service, spec.field("hosts"), findings);
        for (int i = 0; i < service.gateways().size(); i++) {
            gateway(service.gateways().get(i), spec.field("gateways").item(i), findings);
        }
        if (service.http().isEmpty()) {
            findings.judge(
                    Code.SCHEMA, spec, "a virtual service needs at least one route under 'http'");
        }
        for (int i = 0; i < service.http().size(); i++) {
            HttpRouteValidation.validate(
                    service.http().get(i), spec.field("http").item(i), findings);
        }
        RouteOrderRules.validate(service.http(), spec.field("http"), findings);
    }

    private static void hosts(VirtualService service, FieldPath path, Findings findings) {
        List<String> hosts = service.hosts();
        if (hosts.isEmpty()) {
            // Istio: without hosts and gateways it is a part of another one.
            findings.judge(
                    service.gateways().isEmpty() ? Code.NOT_SUPPORTED : Code.SCHEMA,
                    path,
                    "a virtual service must have at least one host (delegates are not supported yet)");
        }
        boolean inMesh = service.gateways().isEmpty() || service.gateways().contains(MESH);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < hosts.size(); i++) {
            String host = hosts.get(i);
            HostRules.wildcardDomainOrAddress(host, path.item(i), findings);
            if (host.equals("*") && inMesh) {
                findings.judge(
                        Code.SCHEMA,
                        path.item(i),
                        "wildcard host '*' is not allowed for virtual services bound to the mesh gateway: name the hosts, or name a gateway");
            }
            if (!seen.add(host)) {
                findings.judge(
                        Code.SCHEMA,
                        path.item(i),
                        "duplicate hosts in virtual service: '%s' stands there twice"
                                .formatted(host));
            }
            for (String other : hosts) {
                if (!other.equals(host) && other.startsWith("*") && covers(other, host)) {
                    findings.judge(
                            Code.SCHEMA,
                            path.item(i),
                            "duplicate hosts in virtual service: '%s' is covered by '%s'"
                                    .formatted(host, other));
                }
            }
        }
    }

    private static boolean covers(String wildcard, String host) {
        return host.endsWith(wildcard.substring(1));
    }

    private static void gateway(String gateway, FieldPath path, Findings findings) {
        int slash = gateway.indexOf('/');
        boolean valid =
                slash < 0
                        ? NameRules.isDnsSubdomain(gateway)
                        : NameRules.isDnsLabel(gateway.substring(0, slash))
                                && NameRules.isDnsSubdomain(gateway.substring(slash + 1));
        if (!valid) {
            findings.judge(
                    Code.SCHEMA,
                    path,
                    "gateway '%s' is not valid: expected NAME, NAMESPACE/NAME or %s"
                            .formatted(gateway, MESH));
        }
    }
}
