package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.Gateway;
import io.meltemi.model.config.Gateway.Server;
import java.util.HashSet;
import java.util.Set;

/// The rules of a `Gateway`. Immutable.
final class GatewayValidation {
    private GatewayValidation() {}

    static void validate(Gateway gateway, Findings findings) {
        FieldPath spec = FieldPath.SPEC;
        NameRules.labels(gateway.selector().matchLabels(), spec.field("selector"), findings);
        if (gateway.servers().isEmpty()) {
            findings.judge(
                    Code.SCHEMA, spec.field("servers"), "a gateway must have at least one server");
        }
        Set<String> portNames = new HashSet<>();
        for (int i = 0; i < gateway.servers().size(); i++) {
            Server server = gateway.servers().get(i);
            FieldPath at = spec.field("servers").item(i);
            QuantityRules.port(server.port(), at.field("port").field("number"), findings);
            if (!portNames.add(server.portName())) {
                findings.judge(
                        Code.SCHEMA,
                        at.field("port").field("name"),
                        "port names in servers must be unique: duplicate name '%s'"
                                .formatted(server.portName()));
            }
            if (server.hosts().isEmpty()) {
                findings.judge(
                        Code.SCHEMA, at.field("hosts"), "a server must have at least one host");
            }
            for (int h = 0; h < server.hosts().size(); h++) {
                host(server.hosts().get(h), at.field("hosts").item(h), findings);
            }
        }
    }

    private static void host(String host, FieldPath path, Findings findings) {
        int slash = host.indexOf('/');
        if (slash >= 0) {
            String namespace = host.substring(0, slash);
            if (!namespace.equals("*")
                    && !namespace.equals(".")
                    && !NameRules.isDnsLabel(namespace)) {
                findings.judge(
                        Code.SCHEMA,
                        path,
                        "namespace '%s' in host '%s' is not valid: expected a name, '*' or '.'"
                                .formatted(namespace, host));
            }
        }
        HostRules.wildcardDomainOrAddress(host.substring(slash + 1), path, findings);
    }
}
