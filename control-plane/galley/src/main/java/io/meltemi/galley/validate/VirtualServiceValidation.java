package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.HttpRoute.HttpMatchRequest;
import io.meltemi.model.config.StringMatch;
import io.meltemi.model.config.VirtualService;
import io.meltemi.model.service.HostPatterns;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The rules of a `VirtualService`: hosts and gateways; its routes are [HttpRouteValidation]'s.
/// Immutable.
final class VirtualServiceValidation {
    private VirtualServiceValidation() {}

    static void validate(VirtualService service, Findings findings) {
        FieldPath spec = FieldPath.SPEC;
        boolean isPart = service.hosts().isEmpty();
        if (isPart) {
            part(service, spec, findings);
        }
        hosts(service, spec.field("hosts"), findings);
        for (int i = 0; i < service.gateways().size(); i++) {
            NameRules.gateway(service.gateways().get(i), spec.field("gateways").item(i), findings);
        }
        if (service.http().isEmpty() && service.tcp().isEmpty() && service.tls().isEmpty()) {
            findings.judge(
                    Code.SCHEMA,
                    spec,
                    "a virtual service needs at least one route under 'http', 'tls' or 'tcp'");
        }
        for (int i = 0; i < service.http().size(); i++) {
            HttpRouteValidation.validate(
                    service.http().get(i), isPart, spec.field("http").item(i), findings);
        }
        for (int i = 0; i < service.tls().size(); i++) {
            ConnectionRouteValidation.tls(
                    service.tls().get(i), service.hosts(), spec.field("tls").item(i), findings);
        }
        for (int i = 0; i < service.tcp().size(); i++) {
            ConnectionRouteValidation.tcp(
                    service.tcp().get(i), spec.field("tcp").item(i), findings);
        }
        claims(service, spec.field("http"), findings);
        RouteOrderRules.validate(service, spec, findings);
        NameRules.exportTo(
                service.exportTo(),
                service.metadata().namespace(),
                spec.field("exportTo"),
                findings);
    }

    /// Istio: one without hosts is a part of another, which names the hosts and gateways.
    private static void part(VirtualService service, FieldPath spec, Findings findings) {
        if (!service.gateways().isEmpty()) {
            findings.judge(
                    Code.SCHEMA,
                    spec.field("gateways"),
                    "a virtual service without hosts is delegated to and cannot name gateways");
        }
        if (!service.tls().isEmpty() || !service.tcp().isEmpty()) {
            findings.judge(
                    Code.SCHEMA,
                    spec,
                    "a virtual service without hosts is delegated to and can have HTTP routes only");
        }
    }

    /// A sidecar's caller is no user: only gateways look at tokens before they route.
    private static void claims(VirtualService service, FieldPath http, Findings findings) {
        boolean hasGateway =
                service.gateways().stream().anyMatch(g -> !g.equals(VirtualService.MESH));
        for (int r = 0; r < service.http().size(); r++) {
            List<HttpMatchRequest> matches = service.http().get(r).match();
            for (int m = 0; m < matches.size(); m++) {
                FieldPath at = http.item(r).field("match").item(m);
                claims(matches.get(m).headers(), hasGateway, at.field("headers"), findings);
                claims(
                        matches.get(m).withoutHeaders(),
                        hasGateway,
                        at.field("withoutHeaders"),
                        findings);
            }
        }
    }

    private static void claims(
            Map<String, StringMatch> headers,
            boolean hasGateway,
            FieldPath path,
            Findings findings) {
        headers.keySet().stream()
                .filter(HttpMatchRequest::isClaim)
                .filter(_ -> !hasGateway)
                .forEach(name ->
                        findings.judge(
                                Code.SCHEMA,
                                path.field(name),
                                "routing by a claim of the token works at gateways only: name one under 'gateways'"));
    }

    private static void hosts(VirtualService service, FieldPath path, Findings findings) {
        List<String> hosts = service.hosts();
        boolean inMesh = service.isForMesh();
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
                if (!other.equals(host) && HostPatterns.covers(other, host)) {
                    findings.judge(
                            Code.SCHEMA,
                            path.item(i),
                            "duplicate hosts in virtual service: '%s' is covered by '%s'"
                                    .formatted(host, other));
                }
            }
        }
    }
}
