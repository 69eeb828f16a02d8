package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.ServiceEntry;
import io.meltemi.model.config.ServiceEntry.Port;
import io.meltemi.model.config.ServiceEntry.WorkloadEntry;
import java.util.HashSet;
import java.util.Set;

/// The rules of a `ServiceEntry` with resolution STATIC. Immutable.
final class ServiceEntryValidation {
    private ServiceEntryValidation() {}

    static void validate(ServiceEntry entry, Findings findings) {
        FieldPath spec = FieldPath.SPEC;
        hosts(entry, spec.field("hosts"), findings);
        for (int i = 0; i < entry.addresses().size(); i++) {
            address(entry.addresses().get(i), spec.field("addresses").item(i), findings);
        }
        Set<String> portNames = ports(entry, spec.field("ports"), findings);
        if (entry.endpoints().isEmpty() && !findings.isBroken(spec.field("resolution"))) {
            findings.judge(
                    Code.SCHEMA,
                    spec.field("endpoints"),
                    "endpoints must be provided if resolution mode is STATIC");
        }
        for (int i = 0; i < entry.endpoints().size(); i++) {
            endpoint(
                    entry.endpoints().get(i), portNames, spec.field("endpoints").item(i), findings);
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

    private static void address(String address, FieldPath path, Findings findings) {
        int slash = address.indexOf('/');
        if (slash >= 0 && HostRules.isAddress(address.substring(0, slash))) {
            findings.judge(
                    Code.NOT_SUPPORTED,
                    path,
                    "address range '%s' is not supported yet".formatted(address));
        } else if (!HostRules.isAddress(address)) {
            findings.judge(Code.SCHEMA, path, "'%s' is not a valid IP address".formatted(address));
        }
    }

    private static Set<String> ports(ServiceEntry entry, FieldPath path, Findings findings) {
        if (entry.ports().isEmpty()) {
            findings.judge(Code.SCHEMA, path, "a service entry must have at least one port");
        }
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

    private static void endpoint(
            WorkloadEntry endpoint, Set<String> portNames, FieldPath path, Findings findings) {
        String address = endpoint.address();
        if (address.startsWith("unix://")) {
            findings.judge(
                    Code.NOT_SUPPORTED,
                    path.field("address"),
                    "endpoints on Unix sockets are not supported yet");
        } else if (!HostRules.isAddress(address)
                && !findings.isBroken(FieldPath.SPEC.field("resolution"))) {
            findings.judge(
                    Code.SCHEMA,
                    path.field("address"),
                    "endpoint address '%s' must be an IP address with resolution STATIC"
                            .formatted(address));
        }
        NameRules.labels(endpoint.labels(), path.field("labels"), findings);
        endpoint.ports()
                .forEach((name, number) -> {
                    FieldPath at = path.field("ports").field(name);
                    QuantityRules.port(number, at, findings);
                    if (!portNames.contains(name)) {
                        findings.judge(
                                Code.SCHEMA,
                                at,
                                "endpoint port '%s' is not defined by the service entry"
                                        .formatted(name));
                    }
                });
    }
}
