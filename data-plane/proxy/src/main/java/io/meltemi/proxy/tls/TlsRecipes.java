package io.meltemi.proxy.tls;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads TLS configurations. Pure.
final class TlsRecipes {
    /// BoringSSL's own default, and Envoy's.
    private static final long SESSION_SECONDS = 7200;

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
                            "disable_stateful_session_resumption",
                            "session_timeout",
                            "session_ticket_keys.keys",
                            "prefer_client_ciphers",
                            "full_scan_certs_on_sni_mismatch"));

    private static final SupportedFields UPSTREAM =
            new SupportedFields(
                    with(
                            "sni",
                            "auto_host_sni",
                            "auto_sni_san_validation",
                            "max_session_keys",
                            // BoringSSL enforces key usage anyway, and never renegotiates.
                            "enforce_rsa_key_usage"));

    private TlsRecipes() {}

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
        List<String> problems = new ArrayList<>();
        long seconds =
                proto.hasSessionTimeout()
                        ? proto.getSessionTimeout().getSeconds()
                        : SESSION_SECONDS;
        if (seconds < 0 || seconds > 0xFFFFFFFFL) {
            problems.add(path + ".session_timeout is not from 0 s to 4294967295 s");
        }
        TlsRecipe.Server side =
                new TlsRecipe.Server(
                        proto.getRequireClientCertificate().getValue(),
                        !proto.getDisableStatelessSessionResumption(),
                        !proto.getDisableStatefulSessionResumption(),
                        seconds,
                        proto.getPreferClientCiphers(),
                        proto.getFullScanCertsOnSniMismatch().getValue(),
                        ticketKeys(proto, path, problems));
        return of(side, path, proto, proto.getCommonTlsContext(), problems);
    }

    private static @Nullable TicketKeys ticketKeys(
            DownstreamTlsContext proto, String path, List<String> problems) {
        if (!proto.hasSessionTicketKeys()) {
            return null;
        }
        try {
            return TicketKeys.of(proto.getSessionTicketKeys(), path + ".session_ticket_keys");
        } catch (TlsConfigException e) {
            problems.addAll(e.problems());
            return null;
        }
    }

    static TlsRecipe upstream(UpstreamTlsContext proto, String path) {
        requireSupported(UPSTREAM, proto, path);
        List<String> problems = new ArrayList<>();
        if (proto.getAutoSniSanValidation()
                && proto.getSni().isEmpty()
                && !proto.getAutoHostSni()) {
            problems.add(
                    path
                            + ".auto_sni_san_validation: there is neither sni nor auto_host_sni to"
                            + " verify");
        }
        int kept = proto.hasMaxSessionKeys() ? proto.getMaxSessionKeys().getValue() : 1;
        TlsRecipe.Client side =
                new TlsRecipe.Client(
                        proto.getSni(),
                        proto.getAutoHostSni(),
                        proto.getAutoSniSanValidation()
                                ? TlsRecipe.NameCheck.ONLY
                                : TlsRecipe.NameCheck.NONE,
                        kept < 0 ? Integer.MAX_VALUE : kept);
        return of(side, path, proto, proto.getCommonTlsContext(), problems);
    }

    private static void requireSupported(SupportedFields fields, Message proto, String path) {
        List<String> problems = fields.problems(proto, path);
        if (!problems.isEmpty()) {
            throw new TlsConfigException(problems);
        }
    }

    private static TlsRecipe of(
            TlsRecipe.Side side,
            String path,
            Message context,
            CommonTlsContext common,
            List<String> problems) {
        boolean server = side instanceof TlsRecipe.Server;
        String at = path + ".common_tls_context";
        List<CertificateAndKey> inline = certificates(common, at, problems);
        CertificateValidationContext validation =
                common.hasCombinedValidationContext()
                        ? common.getCombinedValidationContext().getDefaultValidationContext()
                        : common.getValidationContext();
        checkValidation(validation, at, problems);
        List<String> secrets =
                common.getTlsCertificateSdsSecretConfigsList().stream()
                        .map(SdsSecretConfig::getName)
                        .toList();
        countCertificates(server, inline.size(), secrets.size(), at, problems);
        TlsParameterNames names = new TlsParameterNames(common.getTlsParams(), at, problems);
        List<String> protocols = names.protocols(server);
        TlsRecipe.Suites suites = names.cipherSuites();
        List<String> curves = names.curves();
        SupportedFields.addBroken(context, path, problems);
        if (!problems.isEmpty()) {
            throw new TlsConfigException(problems);
        }
        return new TlsRecipe(
                path,
                protocols,
                suites,
                common.getAlpnProtocolsList(),
                curves,
                inline,
                secrets,
                validation,
                validationSecret(common),
                side);
    }

    private static void countCertificates(
            boolean server, int inline, int secrets, String at, List<String> problems) {
        if (!server && inline + secrets > 1) {
            problems.add(at + ": a client has one certificate, not " + (inline + secrets));
        }
        if (server && inline + secrets == 0 && problems.isEmpty()) {
            problems.add(at + ": no certificate; a server needs one");
        }
        if (inline > 0 && secrets > 0) {
            problems.add(at + ": certificates are either written here or SDS's, not both");
        }
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
}
