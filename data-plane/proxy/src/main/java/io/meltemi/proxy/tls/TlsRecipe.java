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
/// @param curves for the key exchange, best first; empty means the library's
/// @param inlineCertificates written in the configuration
/// @param certificateSecret SDS name instead; empty for none
/// @param validation written in the configuration
/// @param validationSecret SDS name of what is merged into it; empty for none
/// @param requireClientCertificate server only
/// @param serverName SNI the client sends; empty for none
/// @param stateless whether tickets may resume a session, server only
/// @param stateful whether a session kept here may be resumed, server only
record TlsRecipe(
        boolean isServer,
        String path,
        List<String> protocols,
        List<String> cipherSuites,
        List<String> applicationProtocols,
        List<String> curves,
        List<CertificateAndKey> inlineCertificates,
        String certificateSecret,
        CertificateValidationContext validation,
        String validationSecret,
        boolean requireClientCertificate,
        String serverName,
        boolean stateless,
        boolean stateful) {
    private static final Set<String> COMMON =
            Set.of(
                    "tls_params.tls_minimum_protocol_version",
                    "tls_params.tls_maximum_protocol_version",
                    "tls_params.cipher_suites",
                    "tls_params.ecdh_curves",
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
                            "disable_stateless_session_resumption",
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
                !proto.getDisableStatelessSessionResumption(),
                !proto.getDisableStatefulSessionResumption());
    }

    static TlsRecipe upstream(UpstreamTlsContext proto, String path) {
        requireSupported(UPSTREAM, proto, path);
        return of(false, path, proto.getCommonTlsContext(), false, proto.getSni(), false, false);
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
            boolean stateless,
            boolean stateful) {
        String at = path + ".common_tls_context";
        List<String> problems = new ArrayList<>();
        List<CertificateAndKey> inline = certificates(common, at, problems);
        CertificateValidationContext validation =
                common.hasCombinedValidationContext()
                        ? common.getCombinedValidationContext().getDefaultValidationContext()
                        : common.getValidationContext();
        checkValidation(validation, at, problems);
        int certificates =
                common.getTlsCertificatesCount() + common.getTlsCertificateSdsSecretConfigsCount();
        if (certificates > 1 && (!server || common.getTlsCertificateSdsSecretConfigsCount() > 0)) {
            problems.add(
                    at
                            + ": "
                            + certificates
                            + " certificates; several are for servers and written here, not SDS's");
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
                List.copyOf(common.getTlsParams().getEcdhCurvesList()),
                inline,
                common.getTlsCertificateSdsSecretConfigsCount() == 0
                        ? ""
                        : common.getTlsCertificateSdsSecretConfigs(0).getName(),
                validation,
                validationSecret(common),
                requireClientCertificate,
                serverName,
                stateless,
                stateful);
    }

    private static List<CertificateAndKey> certificates(
            CommonTlsContext common, String at, List<String> problems) {
        List<CertificateAndKey> certificates = new ArrayList<>();
        for (int i = 0; i < common.getTlsCertificatesCount(); i++) {
            try {
                certificates.add(
                        CertificateAndKey.of(
                                common.getTlsCertificates(i), at + ".tls_certificates[" + i + "]"));
            } catch (TlsConfigException e) {
                problems.addAll(e.problems());
            }
        }
        return List.copyOf(certificates);
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
