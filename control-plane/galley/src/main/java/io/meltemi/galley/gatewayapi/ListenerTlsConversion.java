package io.meltemi.galley.gatewayapi;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.galley.gatewayapi.CertificateRefs.Resolution;
import io.meltemi.galley.gatewayapi.CertificateRefs.Resolution.Failed;
import io.meltemi.galley.gatewayapi.GatewayApiObject.Listener;
import io.meltemi.galley.gatewayapi.ListenerTls.ClientValidation;
import io.meltemi.galley.gatewayapi.ListenerTls.Fallback;
import io.meltemi.galley.gatewayapi.ListenerTls.ObjectRef;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.CredentialName;
import io.meltemi.model.config.ServerTls;
import io.meltemi.model.config.ServerTls.ClientCheck;
import io.meltemi.model.config.ServerTls.Mode;
import io.meltemi.model.config.ServerTls.Parameters;
import io.meltemi.model.config.ServerTls.ServerCertificates;
import io.meltemi.model.config.ServerTls.TlsVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The TLS of listeners as that of the mesh's own gateways. Confined to one reading.
///
/// Istio: a listener of which a certificate cannot be had is not opened; of several certificates
/// one is enough.
final class ListenerTlsConversion {
    private static final String MODE = "gateway.istio.io/tls-terminate-mode";
    private static final String CIPHERS = "gateway.istio.io/tls-cipher-suites";

    private final CertificateRefs references;

    ListenerTlsConversion(Grants grants, List<ConfigResource> resources) {
        this.references = new CertificateRefs(grants, resources);
    }

    /// Whether a listener can be opened, and how.
    sealed interface Outcome {
        /// Without TLS.
        record Plain() implements Outcome {}

        record Secured(ServerTls tls) implements Outcome {}

        /// With TLS of which nothing is written.
        record Bare() implements Outcome {}

        /// A finding says the same.
        record Closed(Failed why) implements Outcome {}

        /// Behind one with the same port, protocol and hostname.
        record Hidden(ListenerView by) implements Outcome {}
    }

    Outcome convert(ListenerOwner owner, Listener listener) {
        if (listener.tls().isEmpty()) {
            boolean secured =
                    listener.protocol().equals("HTTPS") || listener.protocol().equals("TLS");
            return secured ? new Outcome.Bare() : new Outcome.Plain();
        }
        ListenerTls tls = listener.tls().get();
        if (tls.mode() == ListenerTls.Mode.PASSTHROUGH) {
            return withoutOwn(Mode.PASSTHROUGH, tls);
        }
        Optional<Mode> written = mode(owner.findings(), tls);
        if (written.filter(Mode.ISTIO_MUTUAL::equals).isPresent()) {
            return withoutOwn(Mode.ISTIO_MUTUAL, tls);
        }
        List<CredentialName> names = new ArrayList<>();
        List<Failed> failed = new ArrayList<>();
        for (ObjectRef ref : tls.certificates()) {
            take(owner.findings(), ref, references.certificate(owner, ref), names, failed);
        }
        if (names.isEmpty()) {
            return failed.isEmpty() ? new Outcome.Bare() : new Outcome.Closed(failed.getFirst());
        }
        ServerCertificates certificates = new ServerCertificates.Credentials(names);
        Optional<ClientValidation> clients =
                owner.gateway()
                        .object()
                        .frontend()
                        .of(listener.port())
                        .filter(v -> !v.authorities().isEmpty());
        return clients.isEmpty()
                ? new Outcome.Secured(
                        tls(
                                written.orElse(Mode.SIMPLE),
                                certificates,
                                Optional.empty(),
                                false,
                                tls))
                : checking(owner, clients.get(), written, certificates, tls);
    }

    private static Outcome withoutOwn(Mode mode, ListenerTls tls) {
        return new Outcome.Secured(
                tls(mode, new ServerCertificates.None(), Optional.empty(), false, tls));
    }

    /// Istio: by one set of authorities alone.
    private Outcome checking(
            ListenerOwner owner,
            ClientValidation clients,
            Optional<Mode> written,
            ServerCertificates certificates,
            ListenerTls tls) {
        Findings findings = owner.gateway().findings();
        if (clients.authorities().size() > 1) {
            String message =
                    "more than one caCertificateRefs is not supported: put all certificates into one";
            findings.judge(Code.NOT_SUPPORTED, clients.at().field("caCertificateRefs"), message);
            return new Outcome.Closed(new Failed("InvalidCACertificateRef", message));
        }
        ObjectRef ref = clients.authorities().getFirst();
        List<CredentialName> found = new ArrayList<>();
        List<Failed> failed = new ArrayList<>();
        take(findings, ref, references.authorities(owner, ref), found, failed);
        if (found.isEmpty()) {
            return new Outcome.Closed(failed.getFirst());
        }
        boolean skips = clients.fallback() == Fallback.ALLOWED && written.isEmpty();
        Mode mode = written.orElse(skips ? Mode.OPTIONAL_MUTUAL : Mode.MUTUAL);
        return new Outcome.Secured(
                tls(mode, certificates, Optional.of(found.getFirst()), skips, tls));
    }

    private static void take(
            Findings findings,
            ObjectRef ref,
            Resolution resolution,
            List<CredentialName> found,
            List<Failed> failed) {
        switch (resolution) {
            case Resolution.Found(CredentialName name) -> found.add(name);
            case Failed why -> {
                why.report(findings, ref);
                failed.add(why);
            }
        }
    }

    private static ServerTls tls(
            Mode mode,
            ServerCertificates certificates,
            Optional<CredentialName> authorities,
            boolean insecureSkipVerify,
            ListenerTls written) {
        List<String> suites =
                Stream.of(written.options().getOrDefault(CIPHERS, "").split(",", -1))
                        .map(String::strip)
                        .filter(suite -> !suite.isEmpty() && Parameters.isKnown(suite))
                        .distinct()
                        .toList();
        return new ServerTls(
                mode,
                false,
                certificates,
                new ClientCheck(
                        "", authorities, "", List.of(), List.of(), List.of(), insecureSkipVerify),
                new Parameters(TlsVersion.TLS_AUTO, TlsVersion.TLS_AUTO, suites, List.of()));
    }

    /// Istio's option; what it does not know it ignores, here it is named.
    private static Optional<Mode> mode(Findings findings, ListenerTls tls) {
        FieldPath options = tls.at().field("options");
        tls.options().keySet().stream()
                .filter(name -> !name.equals(MODE) && !name.equals(CIPHERS))
                .sorted()
                .forEach(name ->
                        findings.judge(
                                Code.WITHOUT_EFFECT,
                                options.field(name),
                                "option %s has no effect: known are %s and %s"
                                        .formatted(name, MODE, CIPHERS)));
        String written = tls.options().getOrDefault(MODE, "");
        return switch (written) {
            case "MUTUAL" -> Optional.of(Mode.MUTUAL);
            case "OPTIONAL_MUTUAL" -> Optional.of(Mode.OPTIONAL_MUTUAL);
            case "ISTIO_MUTUAL" -> Optional.of(Mode.ISTIO_MUTUAL);
            case "" -> Optional.empty();
            default -> {
                findings.judge(
                        written.equals("ISTIO_SIMPLE") ? Code.NOT_SUPPORTED : Code.WITHOUT_EFFECT,
                        options.field(MODE),
                        "%s '%s' is not served: MUTUAL, OPTIONAL_MUTUAL and ISTIO_MUTUAL are"
                                .formatted(MODE, written));
                yield Optional.empty();
            }
        };
    }
}
