package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.ServiceEntry;
import io.meltemi.model.config.ServiceEntry.Port;
import io.meltemi.model.config.ServiceEntry.Resolution;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The rules of a `ServiceEntry`. Immutable.
final class ServiceEntryValidation {
    private ServiceEntryValidation() {}

    static void validate(ServiceEntry entry, Findings findings) {
        FieldPath spec = FieldPath.SPEC;
        hosts(entry, spec.field("hosts"), findings);
        addresses(entry, spec.field("addresses"), findings);
        Set<String> portNames = ports(entry, spec.field("ports"), findings);
        ServiceEntryEndpoints.validate(entry, portNames, findings);
        exportTo(entry, spec.field("exportTo"), findings);
        plainPortsOfManyHosts(entry, spec.field("hosts"), findings);
    }

    private static void exportTo(ServiceEntry entry, FieldPath path, Findings findings) {
        if (!entry.exportTo().equals(List.of("~"))) {
            NameRules.exportTo(entry.exportTo(), entry.metadata().namespace(), path, findings);
        }
    }

    private static void hosts(ServiceEntry entry, FieldPath path, Findings findings) {
        if (entry.hosts().isEmpty()) {
            findings.judge(Code.SCHEMA, path, "a service entry must have at least one host");
        }
        for (int i = 0; i < entry.hosts().size(); i++) {
            String host = entry.hosts().get(i);
            if (host.equals("*")) {
                findings.judge(Code.SCHEMA, path.item(i), "wildcard host '*' is not allowed");
            } else {
                HostRules.wildcardDomain(host, path.item(i), findings);
            }
        }
    }

    private static void addresses(ServiceEntry entry, FieldPath path, Findings findings) {
        for (int i = 0; i < entry.addresses().size(); i++) {
            String address = entry.addresses().get(i);
            if (!HostRules.isSubnet(address)) {
                findings.judge(
                        Code.SCHEMA,
                        path.item(i),
                        "'%s' is not a valid IP address and no block of them".formatted(address));
            } else if (address.contains("/") && entry.resolution().isDns()) {
                findings.judge(
                        Code.SCHEMA,
                        path.item(i),
                        "a block of addresses ('%s') goes with resolution NONE and STATIC only"
                                .formatted(address));
            }
        }
    }

    private static Set<String> ports(ServiceEntry entry, FieldPath path, Findings findings) {
        Set<String> names = new HashSet<>();
        Set<Integer> numbers = new HashSet<>();
        for (int i = 0; i < entry.ports().size(); i++) {
            Port port = entry.ports().get(i);
            FieldPath at = path.item(i);
            QuantityRules.port(port.number(), at.field("number"), findings);
            port.targetPort()
                    .ifPresent(t -> QuantityRules.port(t, at.field("targetPort"), findings));
            if (!NameRules.isDnsLabel(port.name())) {
                findings.judge(
                        Code.SCHEMA,
                        at.field("name"),
                        "port name '%s' is not a DNS label".formatted(port.name()));
            }
            if (!names.add(port.name())) {
                findings.judge(
                        Code.SCHEMA,
                        at.field("name"),
                        "port name '%s' already defined".formatted(port.name()));
            }
            if (!numbers.add(port.number())) {
                findings.judge(
                        Code.SCHEMA,
                        at.field("number"),
                        "port number %d already defined".formatted(port.number()));
            }
        }
        return names;
    }

    /// Istio: nothing in such a connection says which of the hosts is meant.
    private static void plainPortsOfManyHosts(
            ServiceEntry entry, FieldPath path, Findings findings) {
        if (entry.resolution() == Resolution.NONE || entry.hosts().size() < 2) {
            return;
        }
        entry.ports().stream()
                .filter(port -> isPlain(port.protocol()))
                .findFirst()
                .ifPresent(port ->
                        findings.judge(
                                Code.SCHEMA,
                                path,
                                "multiple hosts provided with port '%s', which is neither HTTP nor TLS: nothing there says which host is meant (write one service entry for each)"
                                        .formatted(port.name())));
    }

    private static boolean isPlain(String protocol) {
        return switch (protocol) {
            case "TCP", "MONGO", "MYSQL", "REDIS" -> true;
            default -> false;
        };
    }
}
