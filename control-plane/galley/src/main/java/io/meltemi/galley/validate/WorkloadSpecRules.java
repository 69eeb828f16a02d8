package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.WorkloadSpec;

/// The rules of an instance's place and ports, wherever it is written. Immutable.
final class WorkloadSpecRules {
    private static final int LONGEST_PORT_NAME = 62;

    private WorkloadSpecRules() {}

    /// @param mayBeName whether a host name will do for an address
    static void validate(WorkloadSpec spec, boolean mayBeName, FieldPath path, Findings findings) {
        address(spec, mayBeName, path, findings);
        ports(spec, path.field("ports"), findings);
        NameRules.labels(spec.labels(), path.field("labels"), findings);
    }

    /// The same without an address, which every instance has of its own.
    static void template(WorkloadSpec spec, FieldPath path, Findings findings) {
        if (spec.address().isPresent()) {
            address(spec, true, path, findings);
        }
        ports(spec, path.field("ports"), findings);
        NameRules.labels(spec.labels(), path.field("labels"), findings);
    }

    private static void address(
            WorkloadSpec spec, boolean mayBeName, FieldPath path, Findings findings) {
        FieldPath at = path.field("address");
        if (spec.address().isEmpty()) {
            if (spec.network().isEmpty()) {
                findings.judge(
                        Code.SCHEMA,
                        at,
                        path
                                + ": an address is required (without one only a network may be named)");
            } else {
                findings.judge(
                        Code.WITHOUT_EFFECT,
                        path.field("network"),
                        "address is unset with network '%s': no gateway of another network is known, so nothing can be called there"
                                .formatted(spec.network().orElse("")));
            }
            return;
        }
        String address = spec.address().get();
        if (spec.isUnixSocket()) {
            socket(spec, address.substring(WorkloadSpec.UNIX.length()), path, findings);
        } else if (!HostRules.isAddress(address)) {
            if (!mayBeName) {
                findings.judge(
                        Code.SCHEMA,
                        at,
                        "endpoint address '%s' must be an IP address with resolution STATIC (DNS resolves names)"
                                .formatted(address));
            } else {
                HostRules.exactDomain(address, at, findings);
            }
        }
    }

    private static void socket(
            WorkloadSpec spec, String socket, FieldPath path, Findings findings) {
        if (!socket.startsWith("/") && !socket.startsWith("@")) {
            findings.judge(
                    Code.SCHEMA,
                    path.field("address"),
                    "'%s' is neither an absolute path nor an abstract socket (@NAME)"
                            .formatted(socket));
        } else if (socket.endsWith("/")) {
            findings.judge(
                    Code.SCHEMA,
                    path.field("address"),
                    "'%s' is a folder, not a socket".formatted(socket));
        }
        if (!spec.ports().isEmpty()) {
            findings.judge(
                    Code.SCHEMA,
                    path.field("ports"),
                    "a Unix socket has no ports: leave 'ports' out");
        }
    }

    /// Its own, without those of a service that it belongs to.
    private static void ports(WorkloadSpec spec, FieldPath path, Findings findings) {
        spec.ports()
                .forEach((name, number) -> {
                    FieldPath at = path.field(name);
                    QuantityRules.port(number, at, findings);
                    if (name.length() > LONGEST_PORT_NAME || !NameRules.isDnsLabel(name)) {
                        findings.judge(
                                Code.SCHEMA,
                                at,
                                "port name '%s' is not a DNS label".formatted(name));
                    }
                });
    }
}
