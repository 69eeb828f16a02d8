package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import io.meltemi.model.config.ServerTls;
import io.meltemi.model.config.ServerTls.CertificateFile;
import io.meltemi.model.config.ServerTls.ClientCheck;
import io.meltemi.model.config.ServerTls.Mode;
import io.meltemi.model.config.ServerTls.Parameters;
import io.meltemi.model.config.ServerTls.ServerCertificates;
import io.meltemi.model.config.ServerTls.TlsVersion;
import java.util.List;
import java.util.Optional;

/// Reads the TLS of a gateway's server. Immutable.
final class ServerTlsDecoder {
    private ServerTlsDecoder() {}

    static ServerTls decode(ObjectReader tls) {
        tls.notYet("credentialName", "credentialNames", "caCertCredentialName");
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
        if (!files.isEmpty()) {
            if (!sole.serverCertificate().isEmpty() && !sole.privateKey().isEmpty()) {
                tls.exclusive("serverCertificate", "tlsCertificates");
            }
            return new ServerCertificates.Files(files);
        }
        return sole.serverCertificate().isEmpty() && sole.privateKey().isEmpty()
                ? new ServerCertificates.None()
                : new ServerCertificates.Files(List.of(sole));
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
