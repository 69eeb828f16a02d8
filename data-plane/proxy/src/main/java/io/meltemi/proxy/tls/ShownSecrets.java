package io.meltemi.proxy.tls;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.envoyproxy.envoy.admin.v3.Certificate;
import io.envoyproxy.envoy.admin.v3.CertificateDetails;
import io.envoyproxy.envoy.admin.v3.Certificates;
import io.envoyproxy.envoy.admin.v3.SecretsConfigDump;
import io.envoyproxy.envoy.admin.v3.SubjectAlternateName;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.meltemi.xds.message.Anys;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What the admin endpoint shows of secrets and certificates: never a private key, which the dump
/// as a whole is cleared of. Thread-safe.
public final class ShownSecrets {
    private static final String INLINE = "<inline>";

    private final SecretStore secrets;
    private final TlsContexts contexts;

    public ShownSecrets(SecretStore secrets, TlsContexts contexts) {
        this.secrets = secrets;
        this.contexts = contexts;
    }

    /// The secrets part of `/config_dump`.
    ///
    /// @param fixed secrets of the bootstrap; the others came by SDS
    public SecretsConfigDump dump(List<Secret> fixed, Predicate<String> named) {
        Set<String> statics = new HashSet<>();
        fixed.forEach(secret -> statics.add(secret.getName()));
        SecretsConfigDump.Builder dump = SecretsConfigDump.newBuilder();
        for (String name : new TreeSet<>(secrets.names())) {
            StoredSecret secret = secrets.find(name);
            if (secret == null || !named.test(name)) {
                continue;
            }
            Any content = Anys.pack(secret.source());
            if (statics.contains(name)) {
                dump.addStaticSecretsBuilder().setName(name).setSecret(content);
            } else {
                dump.addDynamicActiveSecretsBuilder().setName(name).setSecret(content);
            }
        }
        return dump.build();
    }

    /// Envoy's `/certs`: of each TLS configuration in use what it trusts and what it shows.
    public Certificates certificates() {
        Certificates.Builder all = Certificates.newBuilder();
        for (Message config : contexts.configurations()) {
            CommonTlsContext common =
                    switch (config) {
                        case DownstreamTlsContext downstream -> downstream.getCommonTlsContext();
                        case UpstreamTlsContext upstream -> upstream.getCommonTlsContext();
                        default -> CommonTlsContext.getDefaultInstance();
                    };
            Certificate certificate = certificate(common);
            if (certificate.getCaCertCount() + certificate.getCertChainCount() > 0) {
                all.addCertificates(certificate);
            }
        }
        return all.build();
    }

    private Certificate certificate(CommonTlsContext common) {
        Certificate.Builder shown = Certificate.newBuilder();
        DataSource trusted = validation(common).getTrustedCa();
        shown.addAllCaCert(details(trusted, 1));
        common.getTlsCertificatesList()
                .forEach(own -> shown.addAllCertChain(details(own.getCertificateChain(), 1)));
        common.getTlsCertificateSdsSecretConfigsList()
                .forEach(config -> {
                    if (secrets.find(config.getName()) instanceof StoredSecret.Certificate own) {
                        DataSource chain = own.source().getTlsCertificate().getCertificateChain();
                        shown.addAllCertChain(details(chain, 1));
                    }
                });
        return shown.build();
    }

    private CertificateValidationContext validation(CommonTlsContext common) {
        String name =
                common.hasCombinedValidationContext()
                        ? common.getCombinedValidationContext()
                                .getValidationContextSdsSecretConfig()
                                .getName()
                        : common.getValidationContextSdsSecretConfig().getName();
        if (!name.isEmpty()) {
            return secrets.find(name) instanceof StoredSecret.Validation found
                    ? found.context()
                    : CertificateValidationContext.getDefaultInstance();
        }
        return common.getValidationContext();
    }

    /// Envoy shows the first certificate of each file.
    private static List<CertificateDetails> details(DataSource source, int most) {
        if (source.getSpecifierCase() == DataSource.SpecifierCase.SPECIFIER_NOT_SET) {
            return List.of();
        }
        String path = source.hasFilename() ? source.getFilename() : INLINE;
        List<CertificateDetails> all = new ArrayList<>();
        for (X509Certificate each : Pem.certificates(DataSources.read(source, path), path)) {
            if (all.size() < most) {
                all.add(details(each, path));
            }
        }
        return all;
    }

    private static CertificateDetails details(X509Certificate certificate, String path) {
        Instant end = certificate.getNotAfter().toInstant();
        long days = Math.max(0, Duration.between(Instant.now(), end).toDays());
        return CertificateDetails.newBuilder()
                .setPath(path)
                .setSerialNumber(certificate.getSerialNumber().toString(16))
                .addAllSubjectAltNames(names(certificate))
                .setDaysUntilExpiration(days)
                .setValidFrom(time(certificate.getNotBefore().toInstant()))
                .setExpirationTime(time(end))
                .build();
    }

    private static Timestamp time(Instant instant) {
        return Timestamps.fromMillis(instant.toEpochMilli());
    }

    private static List<SubjectAlternateName> names(X509Certificate certificate) {
        List<SubjectAlternateName> names = new ArrayList<>();
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            for (List<?> each : all == null ? List.<List<?>>of() : all) {
                SubjectAlternateName name = name((Integer) each.get(0), each.get(1).toString());
                if (name != null) {
                    names.add(name);
                }
            }
        } catch (CertificateParsingException _) {
            // A certificate in use whose names cannot be read is shown without them.
        }
        return names;
    }

    /// RFC 5280 §4.2.1.6: the number of the choice tells the kind.
    private static @Nullable SubjectAlternateName name(int kind, String value) {
        SubjectAlternateName.Builder name = SubjectAlternateName.newBuilder();
        return switch (kind) {
            case 2 -> name.setDns(value).build();
            case 6 -> name.setUri(value).build();
            case 7 -> name.setIpAddress(value).build();
            default -> null;
        };
    }
}
