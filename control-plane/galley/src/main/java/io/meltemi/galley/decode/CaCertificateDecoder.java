package io.meltemi.galley.decode;

import io.meltemi.base.identity.TrustDomain;
import io.meltemi.base.pem.Pem;
import io.meltemi.base.pem.PemException;
import io.meltemi.galley.finding.Code;
import io.meltemi.model.config.CaCertificate;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads one of `caCertificates`, and lists of trust domains. Immutable.
final class CaCertificateDecoder {
    private CaCertificateDecoder() {}

    /// Empty when nobody could be checked by it, which is said.
    static Optional<CaCertificate> decode(ObjectReader entry) {
        entry.notYet("spiffeBundleUrl", "certSigners");
        List<TrustDomain> domains = trustDomains(entry, "trustDomains");
        Optional<String> pem = entry.string("pem");
        if (pem.isEmpty()) {
            if (!entry.has("spiffeBundleUrl")) {
                entry.missing("pem");
            }
            return Optional.empty();
        }
        Optional<String> flaw = flaw(pem.get());
        if (flaw.isPresent()) {
            entry.findings().unread(Code.SCHEMA, entry.path().field("pem"), "pem " + flaw.get());
            return Optional.empty();
        }
        return Optional.of(new CaCertificate(pem.get(), domains));
    }

    private static Optional<String> flaw(String pem) {
        if (pem.contains("PRIVATE KEY-----")) {
            return Optional.of("holds a private key: only certificates belong there");
        }
        try {
            boolean allAreAuthorities =
                    Pem.certificates(pem.getBytes(StandardCharsets.UTF_8)).stream()
                            .allMatch(certificate -> certificate.getBasicConstraints() >= 0);
            return allAreAuthorities
                    ? Optional.empty()
                    : Optional.of("holds the certificate of somebody who may not sign others");
        } catch (PemException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    static List<TrustDomain> trustDomains(ObjectReader object, String name) {
        List<TrustDomain> domains = new ArrayList<>();
        List<String> written = object.strings(name);
        for (int i = 0; i < written.size(); i++) {
            try {
                domains.add(new TrustDomain(written.get(i)));
            } catch (IllegalArgumentException e) {
                object.findings()
                        .unread(
                                Code.SCHEMA,
                                object.path().field(name).item(i),
                                ObjectReader.shown(String.valueOf(e.getMessage())));
            }
        }
        return domains.stream().distinct().toList();
    }
}
