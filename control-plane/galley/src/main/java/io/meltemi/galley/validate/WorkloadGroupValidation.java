package io.meltemi.galley.validate;

import com.google.re2j.Pattern;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.WorkloadGroup;
import io.meltemi.model.config.WorkloadGroup.Exec;
import io.meltemi.model.config.WorkloadGroup.Grpc;
import io.meltemi.model.config.WorkloadGroup.Header;
import io.meltemi.model.config.WorkloadGroup.HttpGet;
import io.meltemi.model.config.WorkloadGroup.Method;
import io.meltemi.model.config.WorkloadGroup.ReadinessProbe;
import io.meltemi.model.config.WorkloadGroup.TcpSocket;
import java.util.List;

/// The rules of a `WorkloadGroup`. Immutable.
final class WorkloadGroupValidation {
    private static final Pattern HEADER_NAME = Pattern.compile("[-_A-Za-z0-9]+");

    private WorkloadGroupValidation() {}

    static void validate(WorkloadGroup group, Findings findings) {
        FieldPath spec = FieldPath.SPEC;
        NameRules.labels(group.labels(), spec.field("metadata").field("labels"), findings);
        WorkloadSpecRules.template(group.template(), spec.field("template"), findings);
        group.probe().ifPresent(probe -> probe(probe, spec.field("probe"), findings));
        findings.judge(
                Code.WITHOUT_EFFECT,
                spec,
                "no instance registers itself by a WorkloadGroup yet: write a WorkloadEntry for each");
    }

    private static void probe(ReadinessProbe probe, FieldPath path, Findings findings) {
        QuantityRules.notNegative(
                probe.initialDelaySeconds(), path.field("initialDelaySeconds"), findings);
        QuantityRules.notNegative(probe.timeoutSeconds(), path.field("timeoutSeconds"), findings);
        QuantityRules.notNegative(probe.periodSeconds(), path.field("periodSeconds"), findings);
        QuantityRules.notNegative(
                probe.successThreshold(), path.field("successThreshold"), findings);
        QuantityRules.notNegative(
                probe.failureThreshold(), path.field("failureThreshold"), findings);
        if (probe.method().isEmpty()) {
            findings.judge(
                    Code.SCHEMA,
                    path,
                    "a probe needs one of httpGet, tcpSocket, exec and grpc: nothing is asked");
        }
        probe.method().ifPresent(method -> method(method, path, findings));
    }

    private static void method(Method method, FieldPath path, Findings findings) {
        switch (method) {
            case HttpGet http -> http(http, path.field("httpGet"), findings);
            case TcpSocket(_, int port) ->
                    QuantityRules.port(port, path.field("tcpSocket").field("port"), findings);
            case Exec(List<String> command) -> {
                if (command.isEmpty()) {
                    findings.judge(
                            Code.SCHEMA,
                            path.field("exec").field("command"),
                            "a command is required: the program and its arguments");
                }
            }
            case Grpc(var port, _) ->
                    port.ifPresent(number ->
                            QuantityRules.port(number, path.field("grpc").field("port"), findings));
        }
    }

    private static void http(HttpGet http, FieldPath path, Findings findings) {
        QuantityRules.port(http.port(), path.field("port"), findings);
        if (!List.of("", "HTTP", "HTTPS").contains(http.scheme())) {
            findings.judge(
                    Code.SCHEMA,
                    path.field("scheme"),
                    "scheme '%s' must be HTTP or HTTPS".formatted(http.scheme()));
        }
        for (int i = 0; i < http.httpHeaders().size(); i++) {
            Header header = http.httpHeaders().get(i);
            if (!HEADER_NAME.matches(header.name())) {
                findings.judge(
                        Code.SCHEMA,
                        path.field("httpHeaders").item(i).field("name"),
                        "header name '%s' is not valid: letters, digits, '-' and '_' only"
                                .formatted(header.name()));
            }
        }
    }
}
