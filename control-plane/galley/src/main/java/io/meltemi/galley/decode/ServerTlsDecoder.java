package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.model.config.CredentialName;
import io.meltemi.model.config.ServerTls;
import io.meltemi.model.config.ServerTls.CertificateFile;
import io.meltemi.model.config.ServerTls.ClientCheck;
import io.meltemi.model.config.ServerTls.Mode;
import io.meltemi.model.config.ServerTls.Parameters;
import io.meltemi.model.config.ServerTls.ServerCertificates;
import io.meltemi.model.config.ServerTls.TlsVersion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads the TLS of a gateway's server. Immutable.
final class ServerTlsDecoder {
    private ServerTlsDecoder() {}

    static ServerTls decode(ObjectReader tls) {
        return new ServerTls(
                tls.choice("mode", Mode.class).orElse(Mode.PASSTHROUGH),
                tls.bool("httpsRedirect").orElse(false),
                certificates(tls),
                clients(tls),
                parameters(tls));
    }

    private static ServerCertificates certificates(ObjectReader tls) {
        CertificateFile sole = file(tls);
        List<CertificateFile> files = tls.list("tlsCertificates", ServerTlsDecoder::oneOfSome);
        List<CredentialName> one = credential(tls, "credentialName").stream().toList();
        List<CredentialName> several = credentials(tls);
        // Istio: half a pair does not count beside another source.
        boolean isWhole = !sole.serverCertificate().isEmpty() && !sole.privateKey().isEmpty();
        Map<String, Boolean> sources = new LinkedHashMap<>();
        sources.put("serverCertificate", isWhole);
        sources.put("credentialName", !one.isEmpty());
        sources.put("credentialNames", !several.isEmpty());
        sources.put("tlsCertificates", !files.isEmpty());
        tls.exclusive(sources.keySet().stream().filter(sources::get).toList());
        if (!several.isEmpty() || !one.isEmpty()) {
            return new ServerCertificates.Credentials(several.isEmpty() ? one : several);
        }
        if (!files.isEmpty()) {
            return new ServerCertificates.Files(files);
        }
        return sole.serverCertificate().isEmpty() && sole.privateKey().isEmpty()
                ? new ServerCertificates.None()
                : new ServerCertificates.Files(List.of(sole));
    }

    private static Optional<CredentialName> credential(ObjectReader tls, String field) {
        Optional<String> written = tls.string(field).filter(name -> !name.isEmpty());
        Optional<CredentialName> name = written.flatMap(CredentialName::parse);
        if (written.isPresent() && name.isEmpty()) {
            wrongName(tls, tls.path().field(field), written.get());
        }
        return name;
    }

    private static List<CredentialName> credentials(ObjectReader tls) {
        List<String> written = tls.strings("credentialNames");
        List<CredentialName> names = new ArrayList<>();
        for (int i = 0; i < written.size(); i++) {
            Optional<CredentialName> name = CredentialName.parse(written.get(i));
            if (name.isEmpty()) {
                wrongName(tls, tls.path().field("credentialNames").item(i), written.get(i));
            }
            name.ifPresent(names::add);
        }
        return names;
    }

    private static void wrongName(ObjectReader tls, FieldPath at, String written) {
        tls.findings()
                .unread(
                        Code.SCHEMA,
                        at,
                        "'%s' names no secret: write its NAME, kubernetes-gateway://NAMESPACE/NAME or configmap://NAMESPACE/NAME"
                                .formatted(ObjectReader.shown(written)));
    }

    private static CertificateFile oneOfSome(ObjectReader certificate) {
        Optional<String> authorities = certificate.string("caCertificates");
        if (authorities.isPresent()) {
            certificate
                    .findings()
                    .judge(
                            Code.WITHOUT_EFFECT,
                            certificate.path().field("caCertificates"),
                            "clients are checked by one set of authorities: write caCertificates beside tlsCertificates");
        }
        return file(certificate);
    }

    private static CertificateFile file(ObjectReader reader) {
        return new CertificateFile(
                reader.string("serverCertificate").orElse(""),
                reader.string("privateKey").orElse(""));
    }

    private static ClientCheck clients(ObjectReader tls) {
        return new ClientCheck(
                tls.string("caCertificates").orElse(""),
                credential(tls, "caCertCredentialName"),
                tls.string("caCrl").orElse(""),
                tls.strings("subjectAltNames"),
                tls.strings("verifyCertificateSpki"),
                tls.strings("verifyCertificateHash"),
                tls.bool("insecureSkipVerify").orElse(false));
    }

    private static Parameters parameters(ObjectReader tls) {
        return new Parameters(
                tls.choice("minProtocolVersion", TlsVersion.class).orElse(TlsVersion.TLS_AUTO),
                tls.choice("maxProtocolVersion", TlsVersion.class).orElse(TlsVersion.TLS_AUTO),
                tls.strings("cipherSuites"),
                tls.strings("ecdhCurves"));
    }
}
