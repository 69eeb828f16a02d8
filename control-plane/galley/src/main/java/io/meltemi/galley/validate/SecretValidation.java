package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.CaBundle;
import io.meltemi.model.config.ConfigMap;
import io.meltemi.model.config.Flaw;
import io.meltemi.model.config.Secret;
import io.meltemi.model.config.Secret.Form;
import io.meltemi.model.config.Secret.KeyPair;
import io.meltemi.model.diagnostic.Severity;
import java.util.Optional;

/// The rules of a `Secret` and of a `ConfigMap`. Immutable.
///
/// Names such as `key` are for anything: only of a secret that says it is one of TLS is it an error
/// that its parts do not fit; whoever refers to another one is told so.
final class SecretValidation {
    private static final FieldPath KIND = FieldPath.ROOT.field("kind");

    private SecretValidation() {}

    static void validate(Secret secret, Findings findings) {
        boolean isTls = secret.type().equals(Secret.TLS);
        Severity severity = isTls ? Severity.ERROR : Severity.WARNING;
        if (isTls && !secret.entries().contains(Form.TLS.certificate())) {
            missing(Form.TLS.certificate(), findings);
        }
        if (isTls && !secret.entries().contains(Form.TLS.key())) {
            missing(Form.TLS.key(), findings);
        }
        unusable(secret.keyPair().flatMap(KeyPair::flaw), severity, findings);
        unusable(secret.authorities().flatMap(CaBundle::flaw), severity, findings);
        if (secret.entries().contains("tls.ocsp-staple")) {
            findings.judge(
                    Code.WITHOUT_EFFECT,
                    at("tls.ocsp-staple", findings),
                    "tls.ocsp-staple has no effect: answers about revocation are not stapled");
        }
        if (!secret.isForMesh() && !isTls && !findings.isBroken(FieldPath.ROOT)) {
            findings.judge(
                    Code.NOT_FOR_A_MESH,
                    KIND,
                    "a Secret without a certificate says nothing to a mesh: it holds %s"
                            .formatted(Secret.named(secret.entries())));
        }
    }

    static void validate(ConfigMap map, Findings findings) {
        unusable(map.authorities().flatMap(CaBundle::flaw), Severity.WARNING, findings);
        if (map.authorities().isEmpty() && !findings.isBroken(FieldPath.ROOT)) {
            findings.judge(
                    Code.NOT_FOR_A_MESH,
                    KIND,
                    "kind ConfigMap of Kubernetes says nothing to a mesh without %s or %s: left out"
                            .formatted(Form.TLS.authorities(), Form.GENERIC.authorities()));
        }
    }

    private static void missing(String entry, Findings findings) {
        findings.judge(
                Code.SCHEMA,
                FieldPath.ROOT.field("data"),
                "a Secret of type %s must have %s".formatted(Secret.TLS, entry));
    }

    private static void unusable(Optional<Flaw> flaw, Severity severity, Findings findings) {
        flaw.ifPresent(
                f -> findings.judge(Code.SCHEMA, severity, at(f.entry(), findings), f.toString()));
    }

    /// Kubernetes: of the same name in both, what is written as text counts.
    private static FieldPath at(String entry, Findings findings) {
        FieldPath text = FieldPath.ROOT.field("stringData").field(entry);
        return findings.isWritten(text) ? text : FieldPath.ROOT.field("data").field(entry);
    }
}
