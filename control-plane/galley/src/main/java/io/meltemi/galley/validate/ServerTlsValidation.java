package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.CredentialName;
import io.meltemi.model.config.ServerTls;
import io.meltemi.model.config.ServerTls.CertificateFile;
import io.meltemi.model.config.ServerTls.ClientCheck;
import io.meltemi.model.config.ServerTls.Mode;
import io.meltemi.model.config.ServerTls.Parameters;
import io.meltemi.model.config.ServerTls.ServerCertificates;
import io.meltemi.model.config.ServerTls.TlsVersion;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The rules of a server's TLS. Immutable.
final class ServerTlsValidation {
    /// Istio: one for each type of key.
    private static final int MOST_CERTIFICATES = 2;

    private ServerTlsValidation() {}

    static void validate(ServerTls tls, FieldPath at, Findings findings) {
        parameters(tls.parameters(), at, findings);
        switch (tls.mode()) {
            case PASSTHROUGH, AUTO_PASSTHROUGH -> passthrough(tls, at, findings);
            case ISTIO_MUTUAL -> ofTheMesh(tls, at, findings);
            case SIMPLE, MUTUAL, OPTIONAL_MUTUAL -> own(tls, at, findings);
        }
        if (!tls.mode().checksClients() && asksClients(tls.clients())) {
            findings.judge(
                    Code.WITHOUT_EFFECT,
                    at.field("mode"),
                    "%s asks clients for no certificate: what theirs must be has no effect (MUTUAL asks for one)"
                            .formatted(tls.mode()));
        }
    }

    private static boolean asksClients(ClientCheck clients) {
        return !clients.subjectAltNames().isEmpty()
                || !clients.verifyCertificateSpki().isEmpty()
                || !clients.verifyCertificateHash().isEmpty()
                || clients.insecureSkipVerify();
    }

    private static void passthrough(ServerTls tls, FieldPath at, Findings findings) {
        ClientCheck clients = tls.clients();
        if (!(tls.certificates() instanceof ServerCertificates.None)
                || clients.caCredential().isPresent()
                || !clients.caCertificates().isEmpty()
                || !clients.caCrl().isEmpty()) {
            findings.judge(
                    Code.WITHOUT_EFFECT,
                    at.field("mode"),
                    "%s mode does not use certificates, they have no effect".formatted(tls.mode()));
        }
    }

    private static void ofTheMesh(ServerTls tls, FieldPath at, Findings findings) {
        if (!(tls.certificates() instanceof ServerCertificates.None)) {
            findings.judge(
                    Code.SCHEMA,
                    at,
                    "ISTIO_MUTUAL uses the mesh's own certificates: it cannot have a server certificate, private key or credentialName");
        }
        if (!tls.clients().caCertificates().isEmpty()) {
            findings.judge(
                    Code.SCHEMA,
                    at.field("caCertificates"),
                    "ISTIO_MUTUAL uses the mesh's own certificates: it cannot have a CA bundle");
        }
        if (tls.clients().caCredential().isPresent()) {
            withoutEffect(
                    "caCertCredentialName",
                    "ISTIO_MUTUAL asks the mesh's own authorities",
                    at,
                    findings);
        }
    }

    private static void own(ServerTls tls, FieldPath at, Findings findings) {
        String mode = tls.mode().toString();
        switch (tls.certificates()) {
            case ServerCertificates.None _ -> file(new CertificateFile("", ""), mode, at, findings);
            case ServerCertificates.Files(List<CertificateFile> files) ->
                    files(files, mode, at, findings);
            case ServerCertificates.Credentials(List<CredentialName> names) -> {
                credentials(names, tls, at, findings);
                return;
            }
        }
        if (tls.clients().caCredential().isPresent()) {
            withoutEffect(
                    "caCertCredentialName",
                    "beside certificates in files the authorities are a file too: caCertificates is its path",
                    at,
                    findings);
        }
        if (tls.mode() != Mode.SIMPLE && tls.clients().caCertificates().isEmpty()) {
            findings.judge(
                    Code.SCHEMA,
                    at,
                    mode + " requires a client CA bundle: caCertificates is its path");
        }
        if (tls.mode() == Mode.SIMPLE && !tls.clients().caCrl().isEmpty()) {
            findings.judge(
                    Code.SCHEMA,
                    at.field("caCrl"),
                    "SIMPLE asks clients for no certificate: a list of revoked ones is not supported with it");
        }
    }

    private static void credentials(
            List<CredentialName> names, ServerTls tls, FieldPath at, Findings findings) {
        if (names.size() > MOST_CERTIFICATES) {
            findings.judge(
                    Code.SCHEMA,
                    at.field("credentialNames"),
                    "a server has at most %d certificates, not %d"
                            .formatted(MOST_CERTIFICATES, names.size()));
        }
        for (String file : List.of("serverCertificate", "privateKey", "caCertificates", "caCrl")) {
            if (findings.isWritten(at.field(file))) {
                withoutEffect(
                        file,
                        "with a credentialName all comes from secrets; of authorities and lists of revoked certificates too (ca.crt, ca.crl)",
                        at,
                        findings);
            }
        }
        if (tls.mode() == Mode.SIMPLE && tls.clients().caCredential().isPresent()) {
            withoutEffect(
                    "caCertCredentialName",
                    "SIMPLE asks clients for no certificate (MUTUAL asks for one)",
                    at,
                    findings);
        }
    }

    private static void withoutEffect(String field, String why, FieldPath at, Findings findings) {
        findings.judge(
                Code.WITHOUT_EFFECT, at.field(field), "%s has no effect: %s".formatted(field, why));
    }

    private static void files(
            List<CertificateFile> files, String mode, FieldPath at, Findings findings) {
        if (findings.isWritten(at.field("tlsCertificates"))) {
            FieldPath list = at.field("tlsCertificates");
            for (int i = 0; i < files.size(); i++) {
                file(files.get(i), mode, list.item(i), findings);
            }
            if (files.size() > MOST_CERTIFICATES) {
                findings.judge(
                        Code.SCHEMA,
                        list,
                        "a server has at most %d certificates, not %d"
                                .formatted(MOST_CERTIFICATES, files.size()));
            }
            return;
        }
        files.forEach(file -> file(file, mode, at, findings));
    }

    private static void file(CertificateFile file, String mode, FieldPath at, Findings findings) {
        if (file.serverCertificate().isEmpty()) {
            findings.judge(
                    Code.SCHEMA,
                    at,
                    mode + " requires a server certificate: serverCertificate is its path");
        }
        if (file.privateKey().isEmpty()) {
            findings.judge(
                    Code.SCHEMA, at, mode + " requires a private key: privateKey is its path");
        }
    }

    private static void parameters(Parameters parameters, FieldPath at, Findings findings) {
        TlsVersion least = parameters.minProtocolVersion();
        TlsVersion most = parameters.maxProtocolVersion();
        boolean old = least == TlsVersion.TLSV1_0 || least == TlsVersion.TLSV1_1;
        if (old && parameters.cipherSuites().isEmpty()) {
            findings.judge(
                    Code.WITHOUT_EFFECT,
                    at.field("minProtocolVersion"),
                    "%s needs cipherSuites that it knows: none of the usual ones is for TLS below 1.2"
                            .formatted(least));
        }
        if (least != TlsVersion.TLS_AUTO
                && most != TlsVersion.TLS_AUTO
                && most.compareTo(least) < 0) {
            findings.judge(
                    Code.WITHOUT_EFFECT,
                    at.field("maxProtocolVersion"),
                    "maxProtocolVersion %s is below minProtocolVersion %s: no client could connect"
                            .formatted(most, least));
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < parameters.cipherSuites().size(); i++) {
            String suite = parameters.cipherSuites().get(i);
            FieldPath path = at.field("cipherSuites").item(i);
            if (!ServerTls.Parameters.isKnown(suite)) {
                findings.judge(
                        Code.WITHOUT_EFFECT,
                        path,
                        "cipher suite '%s' is not known and is left out".formatted(suite));
            } else if (!seen.add(suite)) {
                findings.judge(
                        Code.WITHOUT_EFFECT,
                        path,
                        "cipher suite '%s' stands in the list twice".formatted(suite));
            }
        }
    }
}
