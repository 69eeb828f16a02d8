package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.Gateway;
import io.meltemi.model.config.Gateway.Protocol;
import io.meltemi.model.config.Gateway.Server;
import io.meltemi.model.config.ServerTls;
import io.meltemi.model.config.ServerTls.ServerCertificates;
import java.util.HashSet;
import java.util.Set;

/// The rules of a `Gateway`. Immutable.
final class GatewayValidation {
    private GatewayValidation() {}

    static void validate(Gateway gateway, Findings findings) {
        FieldPath spec = FieldPath.SPEC;
        if (gateway.metadata().name().contains(".")) {
            findings.judge(
                    Code.SCHEMA,
                    FieldPath.METADATA.field("name"),
                    "name '%s': the name of a gateway is one DNS label, without dots"
                            .formatted(gateway.metadata().name()));
        }
        NameRules.labels(gateway.selector().matchLabels(), spec.field("selector"), findings);
        if (gateway.servers().isEmpty()) {
            findings.judge(
                    Code.SCHEMA, spec.field("servers"), "a gateway must have at least one server");
        }
        Set<String> portNames = new HashSet<>();
        for (int i = 0; i < gateway.servers().size(); i++) {
            Server server = gateway.servers().get(i);
            FieldPath at = spec.field("servers").item(i);
            if (!portNames.add(server.port().name())) {
                findings.judge(
                        Code.SCHEMA,
                        at.field("port").field("name"),
                        "port names in servers must be unique: duplicate name '%s'"
                                .formatted(server.port().name()));
            }
            server(server, at, findings);
        }
    }

    private static void server(Server server, FieldPath at, Findings findings) {
        QuantityRules.port(server.port().number(), at.field("port").field("number"), findings);
        if (server.hosts().isEmpty()) {
            findings.judge(Code.SCHEMA, at.field("hosts"), "a server must have at least one host");
        }
        for (int h = 0; h < server.hosts().size(); h++) {
            host(server.hosts().get(h), at.field("hosts").item(h), findings);
        }
        if (!server.bind().isEmpty() && !HostRules.isAddress(server.bind())) {
            findings.judge(
                    Code.SCHEMA,
                    at.field("bind"),
                    "bind '%s' is not a valid IP address".formatted(server.bind()));
        }
        FieldPath tls = at.field("tls");
        if (server.tls().isEmpty()) {
            if (server.port().protocol().isTls()) {
                findings.judge(
                        Code.SCHEMA,
                        tls,
                        "a server for %s must have tls settings: mode says who ends TLS"
                                .formatted(server.port().protocol().text()));
            }
            return;
        }
        ServerTlsValidation.validate(server.tls().get(), tls, findings);
        protocol(server, server.tls().get(), tls, findings);
    }

    private static void protocol(Server server, ServerTls tls, FieldPath at, Findings findings) {
        Protocol protocol = server.port().protocol();
        if (tls.httpsRedirect() && !protocol.isHttp()) {
            findings.judge(
                    Code.WITHOUT_EFFECT,
                    at.field("httpsRedirect"),
                    "httpsRedirect is for plain HTTP: what comes to %s is never redirected"
                            .formatted(protocol.text()));
        }
        if (protocol.isTls()) {
            return;
        }
        if (!protocol.isHttp()) {
            findings.judge(
                    Code.SCHEMA,
                    at,
                    "a server for %s cannot have tls settings: its protocol would be HTTPS or TLS"
                            .formatted(protocol.text()));
        } else if (!tls.mode().isPassthrough() || hasFiles(tls)) {
            findings.judge(
                    Code.SCHEMA,
                    at,
                    "a server for plain %s cannot have tls settings but httpsRedirect: its protocol would be HTTPS"
                            .formatted(protocol.text()));
        }
    }

    private static boolean hasFiles(ServerTls tls) {
        return !tls.clients().caCertificates().isEmpty()
                || tls.certificates() instanceof ServerCertificates.Files;
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
