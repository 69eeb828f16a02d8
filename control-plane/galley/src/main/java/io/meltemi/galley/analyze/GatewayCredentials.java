package io.meltemi.galley.analyze;

import io.meltemi.galley.analyze.AnalysisInput.Item;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.validate.CertificateRules;
import io.meltemi.model.config.CaBundle;
import io.meltemi.model.config.CredentialName;
import io.meltemi.model.config.Gateway;
import io.meltemi.model.config.Secret;
import io.meltemi.model.config.Secret.KeyPair;
import io.meltemi.model.config.ServerTls;
import io.meltemi.model.config.ServerTls.ServerCertificates;
import io.meltemi.model.diagnostic.Severity;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Every credential that a gateway names exists and can be used. Immutable.
///
/// One that is missing is no error here, unlike in Istio: secrets come from elsewhere and later,
/// and the rest of the configuration need not wait for them.
final class GatewayCredentials implements Analyzer {
    private static final String WAITS = "connections to this server fail until there is one";

    @Override
    public void analyze(AnalysisInput input) {
        KnownCredentials known = KnownCredentials.of(input);
        for (Item<Gateway> gateway : input.all(Gateway.class)) {
            for (int i = 0; i < gateway.resource().servers().size(); i++) {
                FieldPath at = FieldPath.SPEC.field("servers").item(i).field("tls");
                Optional<ServerTls> tls = gateway.resource().servers().get(i).tls();
                tls.filter(t -> !t.mode().isPassthrough())
                        .ifPresent(t -> check(t, at, gateway, known));
            }
        }
    }

    private static void check(
            ServerTls tls, FieldPath at, Item<Gateway> gateway, KnownCredentials known) {
        if (!(tls.certificates() instanceof ServerCertificates.Credentials(var names))) {
            return;
        }
        boolean several = gateway.findings().isWritten(at.field("credentialNames"));
        for (int i = 0; i < names.size(); i++) {
            FieldPath path =
                    several ? at.field("credentialNames").item(i) : at.field("credentialName");
            certificate(names.get(i), path, gateway, known);
        }
        FieldPath first =
                several ? at.field("credentialNames").item(0) : at.field("credentialName");
        tls.authorities()
                .ifPresent(name ->
                        authorities(
                                name,
                                tls.clients().caCredential().isPresent()
                                        ? at.field("caCertCredentialName")
                                        : first,
                                gateway,
                                known));
    }

    private static void certificate(
            CredentialName name, FieldPath at, Item<Gateway> gateway, KnownCredentials known) {
        List<Secret> found = known.secrets(name, gateway.resource());
        if (found.isEmpty()) {
            gateway.findings()
                    .judge(
                            Code.REFERENCED_RESOURCE_NOT_FOUND,
                            Severity.WARNING,
                            at,
                            "Referenced credentialName not found: \"%s\" (looked for a Secret %s): %s"
                                    .formatted(
                                            name.name(),
                                            known.place(name, gateway.resource()),
                                            WAITS));
            return;
        }
        Secret secret = found.getFirst();
        String what = "Secret %s/%s".formatted(secret.metadata().namespace(), name.name());
        if (secret.keyPair().isEmpty()) {
            invalid(
                    Severity.ERROR,
                    "%s has no tls.crt and tls.key (or cert and key): it holds %s"
                            .formatted(what, Secret.named(secret.entries())),
                    at,
                    gateway);
            return;
        }
        KeyPair pair = secret.keyPair().get();
        pair.flaw()
                .ifPresentOrElse(
                        why -> invalid(Severity.ERROR, what + ": " + why, at, gateway),
                        () -> timely(what, pair.chain(), at, gateway));
    }

    /// Time alone must not take a configuration out of force.
    private static void timely(String what, String chain, FieldPath at, Item<Gateway> gateway) {
        CertificateRules.untimely(chain, Instant.now())
                .ifPresent(why ->
                        invalid(
                                Severity.WARNING,
                                "the certificate of %s %s: clients refuse it".formatted(what, why),
                                at,
                                gateway));
    }

    private static void authorities(
            CredentialName name, FieldPath at, Item<Gateway> gateway, KnownCredentials known) {
        Optional<CaBundle> bundle = known.authorities(name, gateway.resource());
        if (bundle.isEmpty()) {
            String place = known.place(name, gateway.resource());
            gateway.findings()
                    .judge(
                            Code.REFERENCED_RESOURCE_NOT_FOUND,
                            Severity.WARNING,
                            at,
                            name instanceof CredentialName.OfConfigMap
                                    ? "Referenced authorities not found: there is no ca.crt (or cacert) in a ConfigMap %s: %s"
                                            .formatted(place, WAITS)
                                    : "Referenced authorities not found: there is no ca.crt (or cacert) in a Secret %s, nor in one with the name %s%s: %s"
                                            .formatted(
                                                    place, name.name(), Secret.CA_SUFFIX, WAITS));
            return;
        }
        bundle.get()
                .flaw()
                .ifPresent(why ->
                        invalid(
                                Severity.ERROR,
                                "the authorities of %s: %s".formatted(name.name(), why),
                                at,
                                gateway));
    }

    private static void invalid(
            Severity severity, String message, FieldPath at, Item<Gateway> gateway) {
        gateway.findings().judge(Code.INVALID_GATEWAY_CREDENTIAL, severity, at, message);
    }
}
