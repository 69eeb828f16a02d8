package io.meltemi.proxy.tls;

import java.util.HashMap;
import java.util.Map;

/// The cipher suites of TLS 1.2 under their two names: OpenSSL's, which Envoy writes, and the
/// JDK's. Those of TLS 1.3 have one. Immutable.
public final class CipherNames {
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

    private static final Map<String, String> TO_OPENSSL = new HashMap<>();

    static {
        SUITES.forEach((openSsl, jdk) -> TO_OPENSSL.put(jdk, openSsl));
    }

    private CipherNames() {}

    private static Map.Entry<String, String> suite(String openSsl, String jdk) {
        return Map.entry(openSsl, "TLS_" + jdk);
    }

    /// Whether this is OpenSSL's name of a suite of TLS 1.2.
    static boolean isKnown(String openSsl) {
        return SUITES.containsKey(openSsl);
    }

    static String jdk(String openSsl) {
        return SUITES.getOrDefault(openSsl, openSsl);
    }

    /// As logs and statistics have it.
    ///
    /// @param jdk of a session
    public static String openSsl(String jdk) {
        return TO_OPENSSL.getOrDefault(jdk, jdk);
    }
}
