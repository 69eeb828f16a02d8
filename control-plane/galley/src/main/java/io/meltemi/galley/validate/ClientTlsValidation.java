package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.ClientTls;
import io.meltemi.model.config.ClientTls.Mode;
import java.util.List;
import java.util.stream.Stream;

/// The rules of a destination's TLS. Immutable.
final class ClientTlsValidation {
    private static final List<String> FILES_OF_CALLER = List.of("clientCertificate", "privateKey");

    private static final List<String> CHECKS = List.of("caCertificates", "caCrl");

    private ClientTlsValidation() {}

    static void validate(ClientTls tls, FieldPath path, Findings findings) {
        switch (tls.mode()) {
            case DISABLE ->
                    unused(
                            tls.mode(),
                            "speaks no TLS",
                            Stream.of(
                                            FILES_OF_CALLER,
                                            CHECKS,
                                            List.of("subjectAltNames", "sni", "insecureSkipVerify"))
                                    .flatMap(List::stream),
                            path,
                            findings);
            case ISTIO_MUTUAL ->
                    unused(
                            tls.mode(),
                            "uses the mesh's own certificates",
                            Stream.of(FILES_OF_CALLER, CHECKS, List.of("insecureSkipVerify"))
                                    .flatMap(List::stream),
                            path,
                            findings);
            case SIMPLE -> {
                unused(
                        tls.mode(),
                        "shows no certificate of the caller's (MUTUAL does)",
                        FILES_OF_CALLER.stream(),
                        path,
                        findings);
                check(tls, path, findings);
            }
            case MUTUAL -> {
                required(tls.clientCertificate(), "clientCertificate", path, findings);
                required(tls.privateKey(), "privateKey", path, findings);
                check(tls, path, findings);
            }
        }
    }

    private static void unused(
            Mode mode, String why, Stream<String> fields, FieldPath path, Findings findings) {
        fields.filter(field -> findings.isWritten(path.field(field)))
                .forEach(field ->
                        findings.judge(
                                Code.WITHOUT_EFFECT,
                                path.field(field),
                                "mode %s %s: %s has no effect".formatted(mode, why, field)));
    }

    private static void required(String value, String name, FieldPath path, Findings findings) {
        if (value.isEmpty()) {
            findings.judge(
                    Code.SCHEMA,
                    path,
                    "mode MUTUAL requires %s: the path of a file on the caller's machine"
                            .formatted(name));
        }
    }

    private static void check(ClientTls tls, FieldPath path, Findings findings) {
        if (!tls.insecureSkipVerify()) {
            return;
        }
        for (String name : List.of("caCertificates", "subjectAltNames")) {
            if (findings.isWritten(path.field(name))) {
                findings.judge(
                        Code.SCHEMA,
                        path.field(name),
                        "cannot specify %s when insecureSkipVerify is true: nobody would look at it"
                                .formatted(name));
            }
        }
        if (!tls.caCrl().isEmpty()) {
            findings.judge(
                    Code.WITHOUT_EFFECT,
                    path.field("caCrl"),
                    "insecureSkipVerify is true: nobody looks at caCrl");
        }
    }
}
