package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.CaptureMode;
import io.meltemi.model.config.Sidecar.ImportedHost;
import io.meltemi.model.config.SidecarEgress;
import io.meltemi.model.config.SidecarPort;
import io.meltemi.model.config.WorkloadSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The rules of what a Sidecar lets its application call. Immutable.
final class SidecarEgressValidation {
    private SidecarEgressValidation() {}

    static void validate(List<SidecarEgress> egress, FieldPath path, Findings findings) {
        Set<String> places = new HashSet<>();
        for (int i = 0; i < egress.size(); i++) {
            SidecarEgress entry = egress.get(i);
            FieldPath at = path.item(i);
            hosts(entry, at, findings);
            if (entry.port().isEmpty()) {
                withoutPort(egress, i, at, findings);
                continue;
            }
            SidecarPort port = entry.port().get();
            port(entry, port, at, findings);
            String place = port.number() == 0 ? entry.bind() : Integer.toString(port.number());
            if (!places.add(place)) {
                findings.judge(
                        Code.SCHEMA,
                        at,
                        "ports and sockets of egress must be unique: %s is there already"
                                .formatted(place));
            }
        }
    }

    /// Istio: it takes all ports that are not taken before it.
    private static void withoutPort(
            List<SidecarEgress> egress, int i, FieldPath at, Findings findings) {
        if (egress.subList(0, i).stream().anyMatch(e -> e.port().isEmpty())) {
            findings.judge(
                    Code.SCHEMA,
                    at,
                    "only one entry of egress may be without a port: write all hosts under the first");
        } else if (i < egress.size() - 1) {
            findings.judge(
                    Code.SCHEMA, at, "the entry of egress without a port must be the last one");
        }
        if (!entryBindIsAddress(egress.get(i))) {
            findings.judge(
                    Code.SCHEMA,
                    at.field("bind"),
                    "bind '%s' is not a valid IP address".formatted(egress.get(i).bind()));
        }
    }

    private static boolean entryBindIsAddress(SidecarEgress entry) {
        return entry.bind().isEmpty() || HostRules.isAddress(entry.bind());
    }

    private static void port(
            SidecarEgress entry, SidecarPort port, FieldPath at, Findings findings) {
        if (port.number() == 0) {
            socket(entry, at, findings);
            return;
        }
        QuantityRules.port(port.number(), at.field("port").field("number"), findings);
        if (!entryBindIsAddress(entry)) {
            findings.judge(
                    Code.SCHEMA,
                    at.field("bind"),
                    "bind '%s' is not a valid IP address; a Unix socket has port number 0"
                            .formatted(entry.bind()));
        }
    }

    private static void socket(SidecarEgress entry, FieldPath at, Findings findings) {
        if (!entry.isUnixSocket()) {
            findings.judge(
                    Code.SCHEMA,
                    at.field("bind"),
                    "port number 0 means a Unix socket: bind must be unix:///PATH");
            return;
        }
        String path = entry.bind().substring(WorkloadSpec.UNIX.length());
        if (!path.startsWith("/") || path.endsWith("/")) {
            findings.judge(
                    Code.SCHEMA,
                    at.field("bind"),
                    "'%s' is not the absolute path of a socket".formatted(path));
        }
        if (entry.captureMode() == CaptureMode.IPTABLES) {
            findings.judge(
                    Code.SCHEMA,
                    at.field("captureMode"),
                    "nothing can be redirected to a Unix socket: captureMode must be DEFAULT or NONE");
        }
    }

    private static void hosts(SidecarEgress entry, FieldPath at, Findings findings) {
        Set<ImportedHost> seen = new HashSet<>();
        for (ImportedHost imported : entry.hosts()) {
            host(imported, at.field("hosts"), findings);
            if (!seen.add(imported)) {
                findings.judge(
                        Code.SCHEMA,
                        at.field("hosts"),
                        "%s/%s is imported twice".formatted(imported.namespace(), imported.host()));
            }
        }
    }

    private static void host(ImportedHost imported, FieldPath path, Findings findings) {
        String namespace = imported.namespace();
        boolean isSign = namespace.equals("*") || namespace.equals(".") || namespace.equals("~");
        if (!isSign && !NameRules.isDnsLabel(namespace)) {
            findings.judge(
                    Code.SCHEMA,
                    path,
                    "'%s' is no namespace: expected a name, '.' (this namespace), '*' (all) or '~' (none)"
                            .formatted(namespace));
        }
        HostRules.wildcardDomain(imported.host(), path, findings);
    }
}
