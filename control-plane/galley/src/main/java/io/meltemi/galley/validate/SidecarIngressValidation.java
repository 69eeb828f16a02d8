package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.CaptureMode;
import io.meltemi.model.config.ConnectionPool;
import io.meltemi.model.config.Gateway.Protocol;
import io.meltemi.model.config.ServerTls;
import io.meltemi.model.config.ServerTls.Mode;
import io.meltemi.model.config.SidecarIngress;
import io.meltemi.model.config.SidecarIngress.Application;
import io.meltemi.model.config.SidecarPort;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The rules of the ports on which a Sidecar takes calls. Immutable.
final class SidecarIngressValidation {
    private SidecarIngressValidation() {}

    static void validate(List<SidecarIngress> ingress, FieldPath path, Findings findings) {
        Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < ingress.size(); i++) {
            FieldPath at = path.item(i);
            SidecarIngress entry = ingress.get(i);
            port(entry, at, findings);
            if (!ports.add(entry.port().number())) {
                findings.judge(
                        Code.SCHEMA,
                        at.field("port").field("number"),
                        "ports of ingress must be unique: %d is there already"
                                .formatted(entry.port().number()));
            }
            entry.tls().ifPresent(tls -> tls(tls, entry.port(), at.field("tls"), findings));
            entry.connectionPool()
                    .ifPresent(pool -> pool(pool, entry, at.field("connectionPool"), findings));
        }
    }

    private static void port(SidecarIngress entry, FieldPath at, Findings findings) {
        QuantityRules.port(entry.port().number(), at.field("port").field("number"), findings);
        if (!entry.bind().isEmpty() && !HostRules.isAddress(entry.bind())) {
            findings.judge(
                    Code.SCHEMA,
                    at.field("bind"),
                    "bind '%s' is not a valid IP address".formatted(entry.bind()));
        }
        if (entry.application() instanceof Application.SamePort
                && entry.captureMode() == CaptureMode.NONE) {
            findings.judge(
                    Code.WITHOUT_EFFECT,
                    at,
                    "port %d is bound by the sidecar itself, so the application cannot listen there: defaultEndpoint says where it does"
                            .formatted(entry.port().number()));
        }
    }

    private static void tls(ServerTls tls, SidecarPort port, FieldPath at, Findings findings) {
        if (!tls.clients().subjectAltNames().isEmpty()) {
            unsupported("subjectAltNames", at, findings);
        }
        if (tls.httpsRedirect()) {
            unsupported("httpsRedirect", at, findings);
        }
        for (String field :
                List.of(
                        "tlsCertificates",
                        "credentialName",
                        "credentialNames",
                        "caCertCredentialName")) {
            if (findings.isWritten(at.field(field))) {
                unsupported(field, at, findings);
            }
        }
        if (tls.mode() == Mode.ISTIO_MUTUAL || tls.mode() == Mode.AUTO_PASSTHROUGH) {
            findings.judge(
                    Code.SCHEMA,
                    at.field("mode"),
                    "%s is not for a sidecar's ingress: PeerAuthentication asks for the mesh's own TLS"
                            .formatted(tls.mode()));
        }
        if (tls.mode() == Mode.PASSTHROUGH) {
            findings.judge(
                    Code.WITHOUT_EFFECT,
                    at.field("mode"),
                    "PASSTHROUGH ends no TLS here: the application gets it as without tls");
        }
        if (!port.isTls()) {
            findings.judge(
                    Code.SCHEMA,
                    at,
                    "a port for %s cannot have tls: its protocol would be HTTPS or TLS"
                            .formatted(port.protocolText()));
        }
        ServerTlsValidation.validate(tls, at, findings);
    }

    private static void unsupported(String field, FieldPath at, Findings findings) {
        findings.judge(
                Code.SCHEMA, at.field(field), field + " is not for the tls of a sidecar's ingress");
    }

    private static void pool(
            ConnectionPool pool, SidecarIngress entry, FieldPath at, Findings findings) {
        ConnectionPoolValidation.validate(pool, at, findings);
        SidecarPort port = entry.port();
        boolean isHttp =
                port.spoken().mayBeHttp()
                        || (port.is(Protocol.HTTPS) && entry.endedTls().isPresent());
        if (!pool.http().equals(ConnectionPool.Http.NONE) && !isHttp) {
            findings.judge(
                    Code.WITHOUT_EFFECT,
                    at.field("http"),
                    "port %d is for %s: what is said of HTTP has no effect"
                            .formatted(port.number(), port.protocolText()));
        }
    }
}
