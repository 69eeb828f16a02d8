package io.meltemi.proxy.tls;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters.TlsProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;

/// Envoy's names of protocol versions and cipher suites in the TLS library's. Pure.
final class TlsParameterNames {
    /// TLS 1.0 and 1.1 are missing on purpose: this mesh speaks 1.2 at least.
    private static final List<String> PROTOCOLS = List.of("TLSv1.2", "TLSv1.3");

    /// Envoy's, and its order.
    private static final List<String> DEFAULT_SUITES =
            List.of(
                    "[ECDHE-ECDSA-AES128-GCM-SHA256|ECDHE-ECDSA-CHACHA20-POLY1305]",
                    "[ECDHE-RSA-AES128-GCM-SHA256|ECDHE-RSA-CHACHA20-POLY1305]",
                    "ECDHE-ECDSA-AES256-GCM-SHA384",
                    "ECDHE-RSA-AES256-GCM-SHA384");

    /// Envoy's own names of the suites of TLS 1.3, which cannot be chosen and are always there.
    private static final Set<String> TLS13_SUITES =
            Set.of(
                    "TLS_AES_128_GCM_SHA256",
                    "TLS_AES_256_GCM_SHA384",
                    "TLS_CHACHA20_POLY1305_SHA256");

    /// What BoringSSL calls the groups it has, and OpenSSL's older names of the same.
    private static final Set<String> CURVES =
            Set.of(
                    "X25519",
                    "P-256",
                    "P-384",
                    "P-521",
                    "prime256v1",
                    "secp384r1",
                    "secp521r1",
                    "X25519MLKEM768");

    private final TlsParameters parameters;
    private final String at;
    private final List<String> problems;

    /// @param at the place of the message that holds them
    /// @param problems gets what is wrong
    TlsParameterNames(TlsParameters parameters, String at, List<String> problems) {
        this.parameters = parameters;
        this.at = at + ".tls_params";
        this.problems = problems;
    }

    /// Envoy: unless told otherwise a server speaks up to 1.3, a client 1.2.
    List<String> protocols(boolean server) {
        TlsProtocol least = parameters.getTlsMinimumProtocolVersion();
        TlsProtocol most = parameters.getTlsMaximumProtocolVersion();
        int from = index(least, 0, ".tls_minimum_protocol_version ");
        int to = index(most, server ? 1 : 0, ".tls_maximum_protocol_version ");
        if (from > to) {
            problems.add(at + ": the minimum version is above the maximum");
            return List.of();
        }
        return PROTOCOLS.subList(from, to + 1);
    }

    private int index(TlsProtocol protocol, int auto, String field) {
        return switch (protocol) {
            case TLS_AUTO -> auto;
            case TLSv1_2 -> 0;
            case TLSv1_3 -> 1;
            case TLSv1_0, TLSv1_1, UNRECOGNIZED -> {
                problems.add(at + field + protocol + " is not supported: TLSv1_2 or TLSv1_3");
                yield auto;
            }
        };
    }

    /// OpenSSL's names; `[A|B]` leaves the choice to the client.
    TlsRecipe.Suites cipherSuites() {
        List<String> suites = new ArrayList<>();
        StringJoiner text = new StringJoiner(":");
        List<String> entries =
                parameters.getCipherSuitesCount() == 0
                        ? DEFAULT_SUITES
                        : parameters.getCipherSuitesList();
        for (String entry : entries) {
            for (String colons : entry.split(":", -1)) {
                add(colons, suites, text);
            }
        }
        return suites.isEmpty() && problems.isEmpty()
                ? new TlsParameterNames(TlsParameters.getDefaultInstance(), at, problems)
                        .cipherSuites()
                : new TlsRecipe.Suites(text.toString(), suites);
    }

    private void add(String entry, List<String> suites, StringJoiner text) {
        StringJoiner equals = new StringJoiner("|");
        boolean group = entry.startsWith("[") && entry.endsWith("]");
        String inner = group ? entry.substring(1, entry.length() - 1) : entry;
        for (String name : inner.split("\\|", -1)) {
            if (CipherNames.isKnown(name)) {
                suites.add(name);
                equals.add(name);
            } else if (!TLS13_SUITES.contains(name)) {
                problems.add(at + ".cipher_suites: " + name + " is not known");
            }
        }
        if (equals.length() > 0) {
            text.add(group ? "[" + equals + "]" : equals.toString());
        }
    }

    List<String> curves() {
        List<String> curves = List.copyOf(parameters.getEcdhCurvesList());
        for (String curve : curves) {
            if (!CURVES.contains(curve)) {
                problems.add(at + ".ecdh_curves: " + curve + " is not known");
            }
        }
        return curves;
    }

    /// With those of TLS 1.3, without which Netty would not speak it.
    static List<String> openSslSuites(List<String> suites) {
        List<String> all = new ArrayList<>(TLS13_SUITES);
        all.addAll(suites);
        return all;
    }

    static List<String> jdkSuites(List<String> openSslSuites) {
        List<String> jdk = new ArrayList<>(TLS13_SUITES);
        for (String suite : openSslSuites) {
            jdk.add(CipherNames.jdk(suite));
        }
        return jdk;
    }
}
