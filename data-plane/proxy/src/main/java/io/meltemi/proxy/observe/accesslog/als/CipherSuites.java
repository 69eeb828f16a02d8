package io.meltemi.proxy.observe.accesslog.als;

import org.jspecify.annotations.Nullable;

/// The numbers IANA gave to the cipher suites BoringSSL still speaks. Immutable.
final class CipherSuites {
    private CipherSuites() {}

    /// @param name IANA's or OpenSSL's
    /// @return -1 when not known
    static int id(@Nullable String name) {
        return switch (name) {
            case "TLS_AES_128_GCM_SHA256" -> 0x1301;
            case "TLS_AES_256_GCM_SHA384" -> 0x1302;
            case "TLS_CHACHA20_POLY1305_SHA256" -> 0x1303;
            case "ECDHE-ECDSA-AES128-GCM-SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256" ->
                    0xc02b;
            case "ECDHE-ECDSA-AES256-GCM-SHA384", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384" ->
                    0xc02c;
            case "ECDHE-RSA-AES128-GCM-SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" -> 0xc02f;
            case "ECDHE-RSA-AES256-GCM-SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384" -> 0xc030;
            case "ECDHE-RSA-CHACHA20-POLY1305", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256" ->
                    0xcca8;
            case "ECDHE-ECDSA-CHACHA20-POLY1305", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256" ->
                    0xcca9;
            case null, default -> -1;
        };
    }
}
