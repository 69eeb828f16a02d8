package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.ServiceEntry;
import io.meltemi.model.config.ServiceEntry.Resolution;
import io.meltemi.model.config.WorkloadSelector;
import io.meltemi.model.config.WorkloadSpec;
import java.util.Set;

/// What the endpoints of a `ServiceEntry` may be, by its resolution. Immutable.
final class ServiceEntryEndpoints {
    private ServiceEntryEndpoints() {}

    static void validate(ServiceEntry entry, Set<String> portNames, Findings findings) {
        FieldPath path = FieldPath.SPEC.field("endpoints");
        Resolution resolution = entry.resolution();
        if (findings.isBroken(FieldPath.SPEC.field("resolution"))) {
            return;
        }
        selector(entry, findings);
        switch (resolution) {
            case NONE -> none(entry, path, findings);
            case STATIC -> written(entry, path, findings);
            case DNS -> names(entry, path, findings);
            case DNS_ROUND_ROBIN -> {
                names(entry, path, findings);
                if (entry.endpoints().size() > 1) {
                    findings.judge(
                            Code.SCHEMA,
                            path,
                            "resolution DNS_ROUND_ROBIN takes at most one endpoint (DNS takes several)");
                }
            }
        }
        for (int i = 0; i < entry.endpoints().size(); i++) {
            WorkloadSpec endpoint = entry.endpoints().get(i);
            WorkloadSpecRules.validate(endpoint, resolution.isDns(), path.item(i), findings);
            ports(endpoint, portNames, path.item(i), findings);
        }
    }

    private static void selector(ServiceEntry entry, Findings findings) {
        FieldPath path = FieldPath.SPEC.field("workloadSelector");
        if (entry.workloadSelector().isEmpty()) {
            return;
        }
        WorkloadSelector selector = entry.workloadSelector().get();
        NameRules.labels(selector.matchLabels(), path.field("labels"), findings);
        if (selector.selectsAll()) {
            findings.judge(
                    Code.WITHOUT_EFFECT,
                    path,
                    "a workloadSelector without labels narrows nothing: it selects every workload of the namespace");
        }
        if (!entry.endpoints().isEmpty()) {
            findings.judge(
                    Code.SCHEMA, path, "only one of workloadSelector and endpoints may be given");
        }
        if (entry.resolution() == Resolution.NONE) {
            findings.judge(
                    Code.WITHOUT_EFFECT,
                    path,
                    "workloadSelector does nothing with resolution NONE, where calls go to the address that was called (STATIC uses it)");
        }
    }

    private static void none(ServiceEntry entry, FieldPath path, Findings findings) {
        if (!entry.endpoints().isEmpty()) {
            findings.judge(
                    Code.SCHEMA,
                    path,
                    "no endpoints can be given with resolution NONE, where calls go to the address that was called (STATIC uses endpoints)");
        }
    }

    private static void written(ServiceEntry entry, FieldPath path, Findings findings) {
        if (entry.endpoints().isEmpty() && entry.workloadSelector().isEmpty()) {
            findings.judge(
                    Code.WITHOUT_EFFECT,
                    path,
                    "resolution STATIC without endpoints: every call will fail, as there is nowhere to send it");
        }
        for (int i = 0; i < entry.endpoints().size(); i++) {
            if (entry.endpoints().get(i).isUnixSocket() && entry.ports().size() != 1) {
                findings.judge(
                        Code.SCHEMA,
                        path.item(i).field("address"),
                        "a Unix socket serves exactly one port, and the service entry has %d"
                                .formatted(entry.ports().size()));
            }
        }
    }

    private static void names(ServiceEntry entry, FieldPath path, Findings findings) {
        boolean wild = entry.hosts().stream().anyMatch(host -> host.startsWith("*"));
        if (entry.endpoints().isEmpty() && entry.workloadSelector().isEmpty() && wild) {
            findings.judge(
                    Code.SCHEMA,
                    FieldPath.SPEC.field("hosts"),
                    "a wildcard cannot be looked up: without endpoints all hosts must be whole names for resolution %s"
                            .formatted(entry.resolution()));
        }
        for (int i = 0; i < entry.endpoints().size(); i++) {
            if (entry.endpoints().get(i).isUnixSocket()) {
                findings.judge(
                        Code.SCHEMA,
                        path.item(i).field("address"),
                        "a Unix socket cannot be looked up: it goes with resolution STATIC");
            }
        }
    }

    private static void ports(
            WorkloadSpec endpoint, Set<String> portNames, FieldPath path, Findings findings) {
        for (String name : endpoint.ports().keySet()) {
            if (!portNames.contains(name)) {
                findings.judge(
                        Code.SCHEMA,
                        path.field("ports").field(name),
                        "endpoint port '%s' is not defined by the service entry".formatted(name));
            }
        }
    }
}
