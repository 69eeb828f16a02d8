package io.meltemi.proxy.tls;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters.TlsProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Envoy's names of protocol versions and cipher suites in the TLS library's. Pure.
final class TlsParameterNames {
    /// TLS 1.0 and 1.1 are missing on purpose: this mesh speaks 1.2 at least.
    private static final List<String> PROTOCOLS = List.of("TLSv1.2", "TLSv1.3");

    /// OpenSSL's name and the JDK's, of every suite of TLS 1.2 that BoringSSL still has.
    private static final Map<String, String> SUITES =
            Map.ofEntries(
                    suite("ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
                    suite("ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
                    suite("ECDHE-RSA-AES128-GCM-SHA256", "ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
                    suite("ECDHE-RSA-AES256-GCM-SHA384", "ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
                    suite(
                            "ECDHE-ECDSA-CHACHA20-POLY1305",
                            "ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"),
                    suite("ECDHE-RSA-CHACHA20-POLY1305", "ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
                    suite("ECDHE-ECDSA-AES128-SHA", "ECDHE_ECDSA_WITH_AES_128_CBC_SHA"),
                    suite("ECDHE-ECDSA-AES256-SHA", "ECDHE_ECDSA_WITH_AES_256_CBC_SHA"),
                    suite("ECDHE-RSA-AES128-SHA", "ECDHE_RSA_WITH_AES_128_CBC_SHA"),
                    suite("ECDHE-RSA-AES256-SHA", "ECDHE_RSA_WITH_AES_256_CBC_SHA"),
                    suite("AES128-GCM-SHA256", "RSA_WITH_AES_128_GCM_SHA256"),
                    suite("AES256-GCM-SHA384", "RSA_WITH_AES_256_GCM_SHA384"),
                    suite("AES128-SHA", "RSA_WITH_AES_128_CBC_SHA"),
                    suite("AES256-SHA", "RSA_WITH_AES_256_CBC_SHA"));

    /// Envoy's own names of the suites of TLS 1.3, which cannot be chosen and are always there.
    private static final Set<String> TLS13_SUITES =
            Set.of(
                    "TLS_AES_128_GCM_SHA256",
                    "TLS_AES_256_GCM_SHA384",
                    "TLS_CHACHA20_POLY1305_SHA256");

    private TlsParameterNames() {}

    private static Map.Entry<String, String> suite(String openSsl, String jdk) {
        return Map.entry(openSsl, "TLS_" + jdk);
    }

    static List<String> protocols(TlsParameters parameters, String at, List<String> problems) {
        TlsProtocol least = parameters.getTlsMinimumProtocolVersion();
        TlsProtocol most = parameters.getTlsMaximumProtocolVersion();
        int from =
                index(least, 0, at + ".tls_params.tls_minimum_protocol_version " + least, problems);
        int to = index(most, 1, at + ".tls_params.tls_maximum_protocol_version " + most, problems);
        if (from > to) {
            problems.add(at + ".tls_params: the minimum version is above the maximum");
            return List.of();
        }
        return PROTOCOLS.subList(from, to + 1);
    }

    private static int index(TlsProtocol protocol, int auto, String at, List<String> problems) {
        return switch (protocol) {
            case TLS_AUTO -> auto;
            case TLSv1_2 -> 0;
            case TLSv1_3 -> 1;
            case TLSv1_0, TLSv1_1, UNRECOGNIZED -> {
                problems.add(at + " is not supported: TLSv1_2 or TLSv1_3");
                yield auto;
            }
        };
    }

    /// OpenSSL's names; `[A|B]`, which leaves the choice to the client, is taken as A, B.
    static List<String> cipherSuites(TlsParameters parameters, String at, List<String> problems) {
        List<String> suites = new ArrayList<>();
        for (String entry : parameters.getCipherSuitesList()) {
            for (String name : entry.replace("[", "").replace("]", "").split("\\|", -1)) {
                if (SUITES.containsKey(name)) {
                    suites.add(name);
                } else if (!TLS13_SUITES.contains(name)) {
                    problems.add(at + ".tls_params.cipher_suites: " + name + " is not known");
                }
            }
        }
        return suites;
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
            jdk.add(SUITES.getOrDefault(suite, suite));
        }
        return jdk;
    }
}
