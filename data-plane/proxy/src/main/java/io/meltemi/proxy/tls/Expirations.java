package io.meltemi.proxy.tls;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/// When the certificates of a TLS configuration end, as statistics: Envoy's
/// `ssl.certificate.NAME.expiration_unix_time_seconds`. Pure but for what it sets.
final class Expirations {
    private Expirations() {}

    /// Those that are known; secrets not yet there come later.
    static void show(TlsRecipe recipe, SecretStore secrets, TlsStats stats) {
        List<X509Certificate> leaves = new ArrayList<>();
        for (CertificateAndKey own : recipe.inlineCertificates()) {
            leaves.add(own.chain().getFirst());
        }
        stats.expires(TlsStats.UNNAMED, leaves);
        for (String name : recipe.certificateSecrets()) {
            if (secrets.find(name) instanceof StoredSecret.Certificate own) {
                stats.expires(name, List.of(own.certificate().chain().getFirst()));
            }
        }
        if (recipe.validationSecret().isEmpty()) {
            stats.expires(TlsStats.UNNAMED_AUTHORITY, recipe.rules(null).allAuthorities());
        } else if (secrets.find(recipe.validationSecret())
                instanceof StoredSecret.Validation found) {
            stats.expires(
                    recipe.validationSecret(), recipe.rules(found.context()).allAuthorities());
        }
    }
}
