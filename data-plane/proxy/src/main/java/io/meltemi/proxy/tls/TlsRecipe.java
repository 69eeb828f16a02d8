package io.meltemi.proxy.tls;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A TLS configuration, read and checked, that lacks only its secrets. Immutable.
///
/// @param isServer downstream
/// @param path where it stands, for messages
/// @param protocols allowed, oldest first
/// @param cipherSuites for TLS 1.2, OpenSSL's names; empty means the library's
/// @param applicationProtocols offered, best first
/// @param inlineCertificate written in the configuration; null for none
/// @param certificateSecret SDS name instead; empty for none
/// @param validation written in the configuration
/// @param validationSecret SDS name of what is merged into it; empty for none
/// @param requireClientCertificate server only
/// @param serverName SNI the client sends; empty for none
/// @param stateless whether tickets may resume a session, server only
record TlsRecipe(
        boolean isServer,
        String path,
        List<String> protocols,
        List<String> cipherSuites,
        List<String> applicationProtocols,
        @Nullable CertificateAndKey inlineCertificate,
        String certificateSecret,
        CertificateValidationContext validation,
        String validationSecret,
        boolean requireClientCertificate,
        String serverName,
        boolean stateless) {
    private static final Set<String> COMMON =
            Set.of(
                    "tls_params.tls_minimum_protocol_version",
                    "tls_params.tls_maximum_protocol_version",
                    "tls_params.cipher_suites",
                    "tls_certificates.certificate_chain",
                    "tls_certificates.private_key",
                    "tls_certificate_sds_secret_configs",
                    "validation_context_sds_secret_config",
                    "combined_validation_context.validation_context_sds_secret_config",
                    "alpn_protocols");

    private static final SupportedFields DOWNSTREAM =
            new SupportedFields(
                    with(
                            "require_client_certificate",
                            // Resumption is stateless; this forbids the tickets.
                            "disable_stateless_session_resumption",
                            // There is no other kind to forbid.
                            "disable_stateful_session_resumption"));

    private static final SupportedFields UPSTREAM =
            // BoringSSL enforces key usage anyway, and never renegotiates.
            new SupportedFields(with("sni", "enforce_rsa_key_usage"));

    private static Set<String> with(String... own) {
        Set<String> all = new LinkedHashSet<>(List.of(own));
        for (String field : COMMON) {
            all.add("common_tls_context." + field);
        }
        for (String field : PeerRules.FIELDS) {
            all.add("common_tls_context.validation_context." + field);
            all.add(
                    "common_tls_context.combined_validation_context.default_validation_context."
                            + field);
        }
        return all;
    }

    static TlsRecipe downstream(DownstreamTlsContext proto, String path) {
        requireSupported(DOWNSTREAM, proto, path);
        return of(
                true,
                path,
                proto.getCommonTlsContext(),
                proto.getRequireClientCertificate().getValue(),
                "",
                !proto.getDisableStatelessSessionResumption());
    }

    static TlsRecipe upstream(UpstreamTlsContext proto, String path) {
        requireSupported(UPSTREAM, proto, path);
        return of(false, path, proto.getCommonTlsContext(), false, proto.getSni(), false);
    }

    private static void requireSupported(SupportedFields fields, Message proto, String path) {
        List<String> problems = fields.problems(proto, path);
        if (!problems.isEmpty()) {
            throw new TlsConfigException(problems);
        }
    }

    private static TlsRecipe of(
            boolean server,
            String path,
            CommonTlsContext common,
            boolean requireClientCertificate,
            String serverName,
            boolean stateless) {
        String at = path + ".common_tls_context";
        List<String> problems = new ArrayList<>();
        CertificateAndKey inline = null;
        if (common.getTlsCertificatesCount() > 0) {
            inline = certificate(common, at, problems);
        }
        CertificateValidationContext validation =
                common.hasCombinedValidationContext()
                        ? common.getCombinedValidationContext().getDefaultValidationContext()
                        : common.getValidationContext();
        checkValidation(validation, at, problems);
        int certificates =
                common.getTlsCertificatesCount() + common.getTlsCertificateSdsSecretConfigsCount();
        if (certificates > 1) {
            problems.add(at + ": " + certificates + " certificates; only one is supported");
        }
        if (server && certificates == 0) {
            problems.add(at + ": no certificate; a server needs one");
        }
        List<String> protocols = TlsParameterNames.protocols(common.getTlsParams(), at, problems);
        List<String> suites = TlsParameterNames.cipherSuites(common.getTlsParams(), at, problems);
        if (!problems.isEmpty()) {
            throw new TlsConfigException(problems);
        }
        return new TlsRecipe(
                server,
                path,
                protocols,
                suites,
                common.getAlpnProtocolsList(),
                inline,
                common.getTlsCertificateSdsSecretConfigsCount() == 0
                        ? ""
                        : common.getTlsCertificateSdsSecretConfigs(0).getName(),
                validation,
                validationSecret(common),
                requireClientCertificate,
                serverName,
                stateless);
    }

    private static @Nullable CertificateAndKey certificate(
            CommonTlsContext common, String at, List<String> problems) {
        try {
            return CertificateAndKey.of(common.getTlsCertificates(0), at + ".tls_certificates[0]");
        } catch (TlsConfigException e) {
            problems.addAll(e.problems());
            return null;
        }
    }

    private static void checkValidation(
            CertificateValidationContext validation, String at, List<String> problems) {
        try {
            PeerRules.check(validation, at + ".validation_context");
        } catch (TlsConfigException e) {
            problems.addAll(e.problems());
        }
    }

    private static String validationSecret(CommonTlsContext common) {
        return common.hasCombinedValidationContext()
                ? common.getCombinedValidationContext()
                        .getValidationContextSdsSecretConfig()
                        .getName()
                : common.getValidationContextSdsSecretConfig().getName();
    }

    Set<String> secretNames() {
        Set<String> names = new LinkedHashSet<>();
        if (!certificateSecret.isEmpty()) {
            names.add(certificateSecret);
        }
        if (!validationSecret.isEmpty()) {
            names.add(validationSecret);
        }
        return names;
    }

    /// What the peer has to be, once the secret is known.
    PeerRules rules(@Nullable CertificateValidationContext fromSecret) {
        CertificateValidationContext merged =
                fromSecret == null
                        ? validation
                        : validation.toBuilder().mergeFrom(fromSecret).build();
        return PeerRules.of(merged, path + ".common_tls_context.validation_context");
    }
}
